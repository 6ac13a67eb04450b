"""Contacts: logged, undone, corrected."""

import uuid
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.staff import access, concurrency
from peerload.staff.concurrency import see_other
from peerload.staff.roles import Capability

from .. import actions, described
from ..enums import NextStepKind, Tier
from ..forms.contacts import ContactForm, ContactNoteForm, QuickContactForm, VoidForm
from ..groups import queries as groups
from ..models import Client, Contact
from ..next_steps.actions import log_with_next_step
from ..next_steps.queries import SURE, Wanted, questions
from ..queries.people import may_have_been, pick
from ..queries.person import last_active_tier
from .base import PersonAction, find_contact, find_person, search_words
from .came_from import back_from, just_logged, list_url, remember_list, remember_logged


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def log_pick(request: access.MemberRequest) -> HttpResponse:
    """Find the person a contact was with, and tap how it went; people due and recent first, groups of the day above."""
    words = search_words(request)
    found = pick(request.member, request.on, words)
    if words or found:
        audit.listed(request, "log", len(found))
    context = {"found": found, "q": words, "on": request.on}
    if request.htmx:
        return render(request, "caseload/log_pick_rows.html", context)
    remember_list(request)
    facilitated = groups.meeting_groups(request.member, request.on)
    context |= {
        "groups": groups.today_first(facilitated, request.on),
        "meet_today": bool(groups.meeting_between(facilitated, request.on, request.on)),
    }
    context["just_logged"] = just_logged(request)
    return render(request, "caseload/log_pick.html", context)


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates(taps=lambda request: "answer" in request.POST, keeps_id=True)
def contact_log(request: access.MemberRequest, uid: uuid.UUID) -> HttpResponse:
    """Log a contact: the full form, and the four answers of a row."""
    person = find_person(request, uid)
    quick = "answer" in request.POST
    form = _contact_form(request, person, quick=quick)
    if request.method == "POST" and form.is_valid():
        try:
            if questions := _asked_about(request, person, form):
                return _contact_page(request, person, form, status=409, questions=questions[0], sure=questions[1])
            logged = log_with_next_step(
                client_id=person.pk,
                by=request.member,
                today=request.on,
                next_step=None if isinstance(form, QuickContactForm) else form.next.words(),
                **form.words(),
            )
        except actions.ContactSaidDifferently as refusal:
            return _said_differently(request, person, form, refusal.contact)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            remember_logged(request, logged)
            return see_other(request, back_from(request, person))
    if quick:  # a tampered or outworn answer: the full form asks again
        messages.warning(request, _("That answer could not be saved. Fill in the whole form below."))
        form = _contact_form(request, person, fresh=True)
    return _contact_page(request, person, form)


def _asked_about(
    request: access.MemberRequest, person: Client, form: QuickContactForm | ContactForm
) -> tuple[list[str], str] | None:
    """Return what to ask about the appointment beside a contact, unless it was asked about and is meant."""
    words = None if isinstance(form, QuickContactForm) else form.next.words()
    if not words or words["kind"] != NextStepKind.APPOINTMENT:
        return None
    wanted = Wanted(words["due_on"], words["starts_at"], words["minutes"])
    if request.POST.get(SURE) == wanted.sure:
        return None
    found = questions(person, wanted, request.member, request.on)
    return (found, wanted.sure) if found else None


def _contact_form(
    request: access.MemberRequest, person: Client, *, quick: bool = False, fresh: bool = False
) -> QuickContactForm | ContactForm:
    if quick:
        now = clock.local_now(request.organisation)
        return QuickContactForm(request.POST, on=request.on, now=now, person=person)
    data = None if fresh or request.method != "POST" else request.POST
    return contact_form(person, request.on, data)


def contact_form(person: Client, on: date, data: Mapping[str, Any] | None = None) -> ContactForm:
    """Return the form of a contact, with an id of its own so that sending it twice is one contact."""
    last_tier = last_active_tier(person) if person.tier == Tier.PARKED else None
    initial = {"submission_id": uuid.uuid4(), "on": on}
    return ContactForm(data, on=on, person=person, last_tier=last_tier, initial=initial)


def _contact_page(
    request: access.MemberRequest,
    person: Client,
    form: QuickContactForm | ContactForm,
    *,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "on": request.on,
        "back": request.POST.get("back", ""),
        "back_url": person.get_absolute_url(),
        **more,
    }
    audit.opened(request, person)
    return render(request, "caseload/contact.html", context, status=status or (422 if form.errors else 200))


def _said_differently(
    request: access.MemberRequest, person: Client, form: QuickContactForm | ContactForm, first: Contact
) -> HttpResponse:
    """Show both texts: the one saved first, and the one sent later with the same form."""
    words = form.words()
    words.pop("said_at", None)
    data = {
        **{name: "" if value is None else value for name, value in words.items()},
        "reached": "yes" if words["reached"] else "no",
        "together": "on" if words.get("written_with") else "",
        "submission_id": uuid.uuid4(),
        **{name: value for name, value in request.POST.items() if name.startswith("next-")},
    }
    again = contact_form(person, request.on, data)
    first = first if first.client_id == person.pk else None
    return _contact_page(request, person, again, status=409, said_differently=True, first=first)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def contact_undo(request: access.MemberRequest, uid: uuid.UUID) -> HttpResponse:
    """Take back a contact just logged."""
    contact = find_contact(request, uid)
    try:
        actions.undo_contact(contact_id=contact.pk, by=request.member, today=request.on, now=clock.now())
    except actions.VoidedAlready:
        pass
    except actions.Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(back_from(request, contact.client))
    request.session.pop("logged", None)
    messages.success(request, _("The contact with %(client)s is undone.") % {"client": contact.client.name})
    return redirect(back_from(request, contact.client))


changes_contact = concurrency.changes(
    find=find_contact, describe=described.contact, seen=lambda request, contact: audit.opened(request, contact.client)
)


class ContactAction(PersonAction):
    """A form about one contact."""

    @cached_property
    def contact(self) -> Contact:
        return find_contact(self.request, self.kwargs["uid"])

    @cached_property
    def person(self) -> Client:
        return self.contact.client

    def more(self) -> dict[str, Any]:
        return {"contact": self.contact}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactNote(ContactAction):
    form_class = ContactNoteForm
    title = gettext_lazy("A note")
    heading = gettext_lazy("Add a note")
    save = gettext_lazy("Save the note")
    lead = gettext_lazy("To the contact with {name} you have just logged.")

    def form_arguments(self) -> dict[str, Any]:
        contact, name = self.contact, self.person.short_name[:120]
        initial = {field: getattr(contact, field) for field in ("note", "minutes", "channel")}
        initial |= {"together": bool(contact.written_with), "written_with": contact.written_with or name}
        return {"initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        actions.annotate_contact(contact_id=self.contact.pk, by=self.request.member, **data)
        return _("The note to the contact with %(person)s is saved.") % {"person": self.person.name}

    def success_url(self) -> str:
        return list_url(self.request)


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactVoid(ContactAction):
    form_class = VoidForm
    template_name = "caseload/contact_void.html"
    title = gettext_lazy("Correct a contact")
    heading = gettext_lazy("Correct a contact")
    save = gettext_lazy("Save the correction")
    lead = gettext_lazy(
        "Say whether it is a mistake, or was about another person. peerload then works out the next due date again."
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"people": may_have_been(self.request.member, self.on, besides=self.person)}

    def act(self, data: dict[str, Any]) -> str:
        what = {"contact_id": self.contact.pk, "by": self.request.member, "today": self.on}
        if data["wrong"] == VoidForm.SOMEBODY_ELSE:
            actions.move_contact(**what, to_id=data["other"].pk)
            return _("The contact is moved to %(person)s.") % {"person": data["other"].name}
        actions.void_contact(**what, reason=data["reason"], leave_out=data["leave_out"])
        return _("The contact is removed from the count.")


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactWords(ContactAction):
    """The words of a contact that does not count are taken off the page."""

    template_name = "caseload/contact_void.html"
    title = gettext_lazy("Delete the note")
    heading = gettext_lazy("Delete the note of this entry")
    save = gettext_lazy("Delete the note")
    lead = gettext_lazy("No one can read the note on this page any more. The entry stays, with who removed it and why.")

    def act(self, data: dict[str, Any]) -> str:
        actions.leave_out_words(contact_id=self.contact.pk, by=self.request.member)
        return _("The note is deleted.")
