"""What pages about people have in common: finding a person, guarding a change, and a form about one."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.views.form_pages import FormPage

from ..forms.support import NoFieldsForm
from ..models import Client, Contact, Group
from ..queries.person import person_seen_by

V = TypeVar("V")


def find_person(request: access.MemberRequest, uid: UUID) -> Client:
    """
    Return a person the member may see. Others do not exist for them, nor does a record that was merged into another.
    """
    person = person_seen_by(request.member, request.on, uid)
    if person is None or person.goes_on_in:
        raise Http404
    return person


def find_contact(request: access.MemberRequest, uid: UUID) -> Contact:
    """Return a contact of a person the member may see."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(Contact.objects.filter(client__in=people).select_related("client"), uid=uid)


def changes(
    describe: Callable[[Client, access.MemberRequest], concurrency.Description],
) -> Callable[[V], V]:
    """Guard a form about a person that was filled from one side of their record: `caseload.described` has the sides."""
    return concurrency.changes(find=find_person, describe=describe, seen=audit.opened)


def leads(member: Member, person: Client | Group, on: date) -> bool:
    """Return whether a member leads the team a person or a group belongs to, on a day."""
    return access.leads_team(member, person.team, on)


def search_words(request: access.MemberRequest) -> str:
    """Return the words typed into a search, without characters the database could not take."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def naming(words: LazyText, name: str) -> str:
    """Return words with a name in place of ``{name}``; other braces may be a person's own, and stay as they are."""
    return str(words).replace("{name}", name)


class PersonAction(FormPage):
    """A form about a person; ``heading`` and ``lead`` may name them."""

    form_class: Callable[..., Any] = NoFieldsForm
    title = _("A person")
    leaders_only = False

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.leaders_only and not leads(request.member, self.person, request.on):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Client:
        return find_person(self.request, self.kwargs["uid"])

    @property
    def back(self) -> tuple[str, str]:
        return self.person.get_absolute_url(), self.person.name

    @property
    def who(self) -> dict:
        """The arguments of every action: the person, the member, and today."""
        return {"client_id": self.person.pk, "by": self.request.member, "today": self.on}

    def form(self, data: QueryDict | None = None) -> Any:
        return self.form_class(data, on=self.on, person=self.person, **self.form_arguments())

    def page(self, form: Any, **more: Any) -> HttpResponse:
        audit.opened(self.request, self.person)
        return super().page(form, **more)

    def context(self, form: Any) -> dict[str, Any]:
        return {
            **super().context(form),
            "person": self.person,
            "heading": naming(self.heading, self.person.name),
            "lead": naming(self.lead, self.person.short_name),
            **self.more(),
        }

    def more(self) -> dict:
        """Return what the page shows beside its form."""
        return {}
