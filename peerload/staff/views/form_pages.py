"""The page that changes one thing: what every such page of every app begins with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from ..access import MemberView
from ..actions import Refused


class FormPage(MemberView):
    """
    A page with one form that changes one thing.

    A subclass says which form it is, what `act` does with it, and where the page leads back to. A form that is invalid or
    refused is shown again as it was filled in, and answers 422; of what has changed meanwhile the answer is 409.
    """

    http_method_names = ["get", "post", "head", "options"]
    form_class: type
    template_name = "includes/form_page.html"
    title = heading = lead = save = ""

    @property
    def on(self):
        return self.request.on

    @property
    def back(self) -> tuple[str, str]:
        """Where the page leads back to, and what that is called."""
        raise NotImplementedError

    def form(self, data=None):
        return self.form_class(data, on=self.on, **self.form_arguments())

    def form_arguments(self) -> dict:
        return {}

    def act(self, data: dict) -> str:
        """Make the change; return the sentence that confirms it, or "" where the next page does. The form is ``self.filled``."""
        raise NotImplementedError

    def get(self, request, **kwargs):
        return self.page(self.form())

    def post(self, request, **kwargs):
        self.filled = form = self.form(request.POST)
        if not form.is_valid():
            return self.invalid(form)
        try:
            sentence = self.act(form.cleaned_data)
        except Refused as refusal:
            return self.refused(form, refusal)
        if sentence:
            messages.success(request, sentence)
        return self.done()

    def invalid(self, form) -> HttpResponse:
        return self.page(form, status=422)

    def refused(self, form, refusal: Refused) -> HttpResponse:
        form.refuse(refusal)
        return self.invalid(form)

    def changed_meanwhile(self, form, version: int, differences: list[dict]) -> HttpResponse:
        """Show the typed data beside what another member has saved; sent again, it overwrites it."""
        data = form.data.copy()
        data["version"] = version
        return self.page(self.form(data), status=409, meanwhile=True, differences=differences)

    def done(self) -> HttpResponse:
        return redirect(self.success_url())

    def success_url(self) -> str:
        return self.back[0]

    def page(self, form, *, status: int = 200, **more) -> HttpResponse:
        return render(self.request, self.template_name, self.context(form) | more, status=status)

    def context(self, form) -> dict:
        """Return what the page shows."""
        back_url, back_label = self.back
        return {
            "form": form,
            "title": self.title,
            "heading": self.heading or self.title,
            "lead": self.lead,
            "save": self.save,
            "on": self.on,
            "back_url": back_url,
            "back_label": back_label,
        }


class StaffPage(FormPage):
    """A page with a form of the member's service."""

    def form(self, data=None):
        return self.form_class(data, organisation=self.request.organisation, on=self.on, **self.form_arguments())
