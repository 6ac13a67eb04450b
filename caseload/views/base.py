"""What pages about people have in common: finding a person, guarding a change, and a page with one plain form."""

from functools import cached_property

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

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


class PersonAction(access.MemberView):
    """One plain form about a person; a refusal keeps what was typed."""

    form_class = NoFieldsForm
    template_name = "caseload/person_form.html"
    heading = save = lead = ""
    title = "A person"
    leaders_only = False

    def dispatch(self, request, *args, **kwargs):
        if self.leaders_only and not leads(request.member, self.person):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Client:
        return find_person(self.request, self.kwargs["uid"])

    @property
    def on(self):
        return self.request.on

    @property
    def who(self) -> dict:
        """What every action is told: the person, the member, and what day it is."""
        return {"client_id": self.person.pk, "by": self.request.member, "today": self.on}

    def form(self, data=None):
        return self.form_class(data, on=self.on, person=self.person, **self.form_arguments())

    def form_arguments(self) -> dict:
        return {}

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
            return redirect(self.success_url())
        return self.page(form)

    def act(self, data: dict) -> str:
        """Change something; return the sentence that says so."""
        raise NotImplementedError

    def refused(self, form, refusal):
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return self.page(form)

    def success_url(self) -> str:
        return self.person.get_absolute_url()

    def page(self, form, *, status: int = 200):
        context = {
            "form": form,
            "person": self.person,
            "title": self.title,
            "heading": self.heading.format(name=self.person.name),
            "lead": self.lead.format(name=self.person.short_name),
            "save": self.save,
            "on": self.on,
            "back_url": self.person.get_absolute_url(),
            "back_label": self.person.name,
            **self.more(),
        }
        audit.opened(self.request, self.person)
        return render(self.request, self.template_name, context, status=status)

    def more(self) -> dict:
        """What the page shows beside its form."""
        return {}
