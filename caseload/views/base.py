"""What pages about people have in common: finding a person, guarding a change, and a page with one plain form."""

from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from peerload.audit import actions as audit
from peerload.staff import access, concurrency

from .. import actions
from ..forms.support import NoFieldsForm
from ..models import Client, Contact
from ..queries.person import person_seen_by


def find_person(request: access.MemberRequest, uid) -> Client:
    """Return a person the member may see; anybody else does not exist, nor does a record that goes on in another one."""
    person = person_seen_by(request.member, request.on, uid)
    if person is None or person.goes_on_in:
        raise Http404
    return person


def find_contact(request: access.MemberRequest, uid) -> Contact:
    """Return a contact of a person the member may see."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(Contact.objects.filter(client__in=people).select_related("client"), uid=uid)


def changes(describe):
    """Guard a form about a person that was filled from one side of their record: `caseload.described` has the sides."""
    return concurrency.changes(find=find_person, describe=describe, seen=audit.opened)


def leads(member, person: Client) -> bool:
    """Return whether a member leads the team a person belongs to."""
    return person.team is not None and member.pk in {person.team.manager_id, person.team.deputy_id}


def search_words(request: access.MemberRequest) -> str:
    """Return what was typed into a search, without what the database could not take."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


class FormAction(access.MemberView):
    """A page with one plain form; a refusal keeps what was typed."""

    template_name: str
    title = heading = lead = ""
    save = _("Save")
    invalid_status = 200

    @property
    def on(self):
        return self.request.on

    @property
    def back(self) -> tuple[str, str]:
        """Where the page leads back to, and what that is called."""
        raise NotImplementedError

    def form(self, data=None):
        raise NotImplementedError

    def get(self, request, **kwargs):
        return self.page(self.form())

    def post(self, request, **kwargs):
        form = self.form(request.POST)
        if form.is_valid():
            try:
                words = self.act(form.cleaned_data)
            except actions.Refused as refusal:
                return self.refused(form, refusal)
            messages.success(request, words)
            return self.done()
        return self.page(form, status=self.invalid_status)

    def act(self, data: dict) -> str:
        """Change something; return the sentence that says so."""
        raise NotImplementedError

    def refused(self, form, refusal):
        form.refuse(refusal)
        return self.page(form, status=self.invalid_status)

    def done(self) -> HttpResponse:
        return redirect(self.success_url())

    def success_url(self) -> str:
        return self.back[0]

    def page(self, form, *, status: int = 200) -> HttpResponse:
        return render(self.request, self.template_name, self.context(form), status=status)

    def context(self, form) -> dict:
        """Return what the page shows."""
        back_url, back_label = self.back
        return {
            "form": form,
            "title": self.title,
            "heading": self.heading,
            "lead": self.lead,
            "save": self.save,
            "on": self.on,
            "back_url": back_url,
            "back_label": back_label,
        }


class PersonAction(FormAction):
    """A form about a person; ``heading`` and ``lead`` may name them."""

    form_class = NoFieldsForm
    template_name = "caseload/person_form.html"
    title = _("A person")
    save = ""
    leaders_only = False

    def dispatch(self, request, *args, **kwargs):
        if self.leaders_only and not leads(request.member, self.person):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Client:
        return find_person(self.request, self.kwargs["uid"])

    @property
    def back(self):
        return self.person.get_absolute_url(), self.person.name

    @property
    def who(self) -> dict:
        """What every action is told: the person, the member, and what day it is."""
        return {"client_id": self.person.pk, "by": self.request.member, "today": self.on}

    def form(self, data=None):
        return self.form_class(data, on=self.on, person=self.person, **self.form_arguments())

    def form_arguments(self) -> dict:
        return {}

    def page(self, form, *, status: int = 200):
        audit.opened(self.request, self.person)
        return super().page(form, status=status)

    def context(self, form):
        return {
            **super().context(form),
            "person": self.person,
            "heading": self.heading.format(name=self.person.name),
            "lead": self.lead.format(name=self.person.short_name),
            **self.more(),
        }

    def more(self) -> dict:
        """What the page shows beside its form."""
        return {}
