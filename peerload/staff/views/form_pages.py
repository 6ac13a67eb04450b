"""Base classes for pages that change one thing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from peerload.core.translation import LazyText

from ..access import MemberRequest, MemberView
from ..actions import Refused


class FormPage(MemberView):
    """
    A page with one form that changes one thing.

    A subclass says which form it is, what `act` does with it, and where the page leads back to. A form that is invalid or
    refused is shown again as it was filled in, and answers 422; of what has changed meanwhile the answer is 409.
    """

    http_method_names = ["get", "post", "head", "options"]
    form_class: Callable[..., Any]  # each page has a form of its own kind
    template_name = "includes/form_page.html"

    @property
    def title(self) -> LazyText:
        return ""

    @property
    def heading(self) -> LazyText:
        return ""

    @property
    def lead(self) -> LazyText:
        return ""

    @property
    def save(self) -> LazyText:
        return ""

    @property
    def on(self) -> date:
        return self.request.on

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        """Where the page leads back to, and what that is called."""
        raise NotImplementedError

    def form(self, data: QueryDict | None = None) -> Any:
        return self.form_class(data, on=self.on, **self.form_arguments())

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def act(self, data: dict[str, Any]) -> str:
        """Make the change; return the sentence that confirms it, or "" where the next page does. The form is ``self.filled``."""
        raise NotImplementedError

    def get(self, request: MemberRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: MemberRequest, **kwargs: Any) -> HttpResponse:
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

    def invalid(self, form: Any) -> HttpResponse:
        return self.page(form, status=422)

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        form.refuse(refusal)
        return self.invalid(form)

    def changed_meanwhile(self, form: Any, version: int, differences: list[dict[str, Any]]) -> HttpResponse:
        """Show the typed data beside what another member has saved; sent again, it overwrites it."""
        data = form.data.copy()
        data["version"] = version
        return self.page(self.form(data), status=409, meanwhile=True, differences=differences)

    def done(self) -> HttpResponse:
        return redirect(self.success_url())

    def success_url(self) -> str:
        return str(self.back[0])

    def page(self, form: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, self.template_name, self.context(form) | more, status=status)

    def context(self, form: Any) -> dict[str, Any]:
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

    def form(self, data: QueryDict | None = None) -> Any:
        return self.form_class(data, organisation=self.request.organisation, on=self.on, **self.form_arguments())
