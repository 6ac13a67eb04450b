"""Sessions: the member's own, those of a team, and the steps with one of them."""

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.core.sealing import Unreadable, unseal
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff import queries as staff
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..enums import SessionKind
from ..models import Session, SessionNote
from . import actions, forms, queries, rules

HAVE_SESSIONS = (Capability.SEE_OWN_POINTS, Capability.SEE_TOTALS)  # a service manager gives some, and may have none


@access.requires(*HAVE_SESSIONS)
@require_GET
def my_sessions(request: access.MemberRequest) -> HttpResponse:
    """Show a member's next sessions, those held, and those planned with them."""
    member, on = request.member, request.on
    has_own = access.may(member, Capability.SEE_OWN_POINTS)
    given = queries.given_by(member, on)
    passed = {each.worker_id: each for each in queries.passed_to(member, on)}
    held = queries.held_in_last_year(member, on) if has_own else []
    context = {
        "on": on,
        "has_own": has_own,
        "rows": queries.standing(request.organisation, [member], on)[member.pk] if has_own else [],
        "four_weeks": queries.four_weeks(member, on) if has_own else None,
        "held": held,
        "to_come": [session for session in reversed(given) if not session.held_on],
        "given": [session for session in given if session.held_on],
        "proposed": {each.pk for each in [*held, *given] if is_proposed_by(each, member)},
        "passed": [(worker, passed[worker.pk]) for worker in Member.objects.filter(pk__in=passed).named()],
        "questions": rules.QUESTIONS,
    }
    return render(request, "wellbeing/sessions/my_sessions.html", context)


def is_proposed_by(session: Session, member: Member) -> bool:
    """Return whether a session has a note that the member wrote."""
    return session.has_note and session.note.written_by_id == member.pk


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_sessions(request: access.MemberRequest) -> HttpResponse:
    """Show for each worker the member leads, in order of name, the next and the last session of each kind; nothing else."""
    member, on = request.member, request.on
    workers = list(staff.workers_led_by(member, on).staying(on).exclude(pk=member.pk))
    found = queries.standing(request.organisation, workers, on)
    asked_for = {
        row.standing.kind for rows in found.values() for row in rows if row.session or row.standing.last_held_on
    }
    kinds = [kind for kind in SessionKind if kind not in rules.NEVER_REGULAR or kind in asked_for]
    rows = [(worker, [row for row in found[worker.pk] if row.standing.kind in kinds]) for worker in workers]
    context = {
        "on": on,
        "rows": rows,
        "kinds": kinds,
        "late": sum(each.is_to_book for __, kinds in rows for each in kinds),
        "passed": queries.passed_to(member, on),
        "questions": rules.QUESTIONS,
    }
    return render(request, "wellbeing/sessions/team_sessions.html", context)


# Steps -----------------------------------------------------------------------------------------------------------------


class SessionAction(FormPage):
    """A form about sessions."""

    @property
    def who(self) -> dict:
        """Who does something, and what day it is."""
        return {"by": self.request.member, "today": self.on}

    @property
    def back(self) -> tuple[str, str]:
        return reverse("my_sessions"), _("My sessions")


class OfWorker(SessionAction):
    """An action on a worker's session; it leads back to the page on which the member sees that worker."""

    worker: Member

    @property
    def back(self) -> tuple[str, str]:
        member, on = self.request.member, self.request.on
        if self.worker != member and staff.workers_led_by(member, on).filter(pk=self.worker.pk).exists():
            return reverse("team_sessions"), _("Sessions of the team")
        return super().back

    @property
    def members(self) -> list[Member]:
        """Who it can be with."""
        return queries.may_be_with(self.worker, self.request.on)


class OfSession(OfWorker):
    @cached_property
    def session(self) -> Session:
        return find_session(self.request, self.kwargs["uid"])

    @property
    def worker(self) -> Member:
        return self.session.worker

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"session": self.session}

    @property
    def what(self) -> str:
        """Name a session to its reader: the other person, or the worker."""
        session, member = self.session, self.request.member
        label = session.get_kind_display()
        if session.worker != member:
            name = session.worker.name
        else:
            name = session.with_member or session.with_name
        return _("%(label)s with %(name)s") % {"label": label, "name": name}


@access.requires(*HAVE_SESSIONS)
@concurrency.creates
class Book(OfWorker):
    """Book a session: the member's own, or that of a worker they lead or supervise for the time being."""

    title = gettext_lazy("Book a session")
    save = gettext_lazy("Book")

    @cached_property
    def worker(self) -> Member:
        booked_for = queries.booked_for_by(self.request.member, self.request.on)
        return get_object_or_404(booked_for, uid=self.kwargs["uid"])

    @cached_property
    def supervisor(self) -> Member | None:
        """Who gives the worker supervision now."""
        found = queries.supervisors(self.request.organisation, self.request.on).get(self.worker.pk)
        return next((each for each in self.members if found and each.pk == found.now), None)

    @property
    def lead(self) -> str:
        if self.request.GET.get("kind") != SessionKind.DEBRIEF:
            return ""
        return _(
            "Time with another person after something hard. They see that it is booked and when, not what happened."
        )

    @property
    def heading(self) -> LazyText:
        return (
            self.title
            if self.worker == self.request.member
            else _("Book a session with %(worker)s") % {"worker": self.worker.name}
        )

    def form(self, data: QueryDict | None = None) -> forms.BookForm:
        asked = self.request.GET.get("kind")
        initial = {"kind": asked, "led_by": self.request.GET.get("led_by", "")} if asked in SessionKind else {}
        if self.worker != self.request.member:
            initial["with_member"] = self.request.member.uid
        elif asked == SessionKind.DEBRIEF:
            initial["with_member"] = self.supervisor and self.supervisor.uid
        return forms.BookForm(data, on=self.request.on, members=self.members, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        session = actions.book(worker=self.worker, **data, **self.who)
        label = session.get_kind_display()
        if session.held_on:
            return _("%(label)s is written down as held on %(day)s.") % {
                "label": label,
                "day": format_day(session.held_on),
            }
        return booked_for(session)


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
def ask_to_talk(request: access.MemberRequest) -> HttpResponse:
    """Book a debrief with who gives the member supervision, at one tap; without one, they choose a colleague."""
    try:
        session, is_new = actions.ask_to_talk(worker=request.member, today=request.on)
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect(f"{reverse('session_book', args=[request.member.uid])}?kind={SessionKind.DEBRIEF}")
    words = {"name": session.with_member or session.with_name, "day": format_day(session.planned_on)}
    if is_new:
        said = _("%(name)s is told that you would like to talk. It is booked for %(day)s; you can change the day.")
        messages.success(request, said % words)
    else:
        messages.info(request, _("A debrief with %(name)s is booked for %(day)s already.") % words)
    return redirect("my_sessions")


def booked_for(session: Session) -> str:
    """Say for when a session is booked."""
    words = {"label": session.get_kind_display(), "day": format_day(session.planned_on)}
    if session.starts_at:
        return _("%(label)s is booked for %(day)s at %(time)s.") % (words | {"time": f"{session.starts_at:%H:%M}"})
    return _("%(label)s is booked for %(day)s.") % words


def find_session(request: access.MemberRequest, uid: UUID) -> Session:
    seen = queries.seen_by(request.member, request.on).select_related("worker", "with_member")
    return get_object_or_404(seen, uid=uid)


def about_session(session: Session, request: access.MemberRequest) -> concurrency.Description:
    when = {"starts_at": _("Time"), "place": _("Where")}
    labels = {
        "planned_on": _("Planned on"),
        "led_by": _("Led by"),
        "held_on": _("Held on"),
        "missed_on": _("Called off on"),
    }
    return concurrency.fields(
        session,
        **labels,
        with_member=_("With"),
        with_name=_("With (outside the service)"),
        minutes=_("Minutes"),
        **when,
    )


guards_session = concurrency.changes(
    find=find_session, describe=about_session, page=lambda session: reverse("session_held", args=[session.uid])
)


@access.requires(*HAVE_SESSIONS)
@guards_session
class MarkHeld(OfSession):
    """Record that a session was held: on the day it was planned for, unless another is entered."""

    template_name = "wellbeing/sessions/planned.html"
    title = gettext_lazy("Record a session as held")
    lead = gettext_lazy("peerload records only that the session happened. What was said stays between you.")

    @property
    def heading(self) -> str:
        return self.what

    def form(self, data: QueryDict | None = None) -> forms.HeldForm:
        session = self.session
        initial = {"held_on": session.held_on or min(session.planned_on, self.request.on)}
        return forms.HeldForm(data, on=self.request.on, session=session, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        session = actions.mark_held(session_id=self.session.pk, **data, **self.who)
        return (
            _("Written down as held on %(day)s.") % {"day": format_day(session.held_on)}
            if session.held_on
            else _("Not held, and planned again.")
        )


@access.requires(*HAVE_SESSIONS)
@guards_session
class Move(OfSession):
    """Call a session off, with another day in the same form."""

    template_name = "wellbeing/sessions/planned.html"
    title = gettext_lazy("Change the day")
    save = gettext_lazy("Book it")

    @property
    def heading(self) -> str:
        return _("Change the day: %(what)s") % {"what": self.what}

    @cached_property
    def back_at_work(self) -> date | None:
        """When the one of the two who is away is expected back, the later of them."""
        away = (self.worker, self.session.with_member)
        days = [queries.expected_back(each, self.request.on) for each in away if each]
        return max(filter(None, days), default=None)

    @property
    def lead(self) -> str:
        planned = _("It was planned for %(day)s.") % {"day": format_day(self.session.planned_on)}
        if self.back_at_work:
            return _(
                "%(planned)s The week of the expected return is suggested. Choose another week if it suits you better."
            ) % {"planned": planned}
        return _("%(planned)s If you call a session off, choose another day at once.") % {"planned": planned}

    @property
    def members(self) -> list[Member] | None:
        """The members it can be with, including the one it is planned with. Only the two see any of it."""
        planned = self.session.with_member
        if self.request.member not in (self.worker, planned):
            return None
        return [*super().members, *([planned] if planned else [])]

    def form(self, data: QueryDict | None = None) -> forms.MoveForm:
        initial = forms.MoveForm.begin(self.session) | {"planned_on": self.back_at_work}
        return forms.MoveForm(data, on=self.request.on, members=self.members, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        same = {"with_member": self.session.with_member, "with_name": self.session.with_name}
        try:
            session = actions.move(session_id=self.session.pk, **(same | data), **self.who)
        except actions.CannotBeWith:
            if "with_member" in data:
                raise
            raise Refused(
                _("It cannot be with the same person as before. %(worker)s can choose who it is with.")
                % {"worker": self.worker.name}
            ) from None
        return booked_for(session)


@access.requires(*HAVE_SESSIONS)
@guards_session
class Remove(OfSession):
    """Take out a session that was booked by mistake."""

    http_method_names = ["post", "options"]

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        label, planned_on = self.session.get_kind_display(), self.session.planned_on
        back, uid = self.back[0], self.session.uid
        try:
            actions.remove(session_id=self.session.pk, by=request.member)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("session_held", uid=uid)
        messages.success(
            request, _("%(label)s on %(day)s is removed.") % {"label": label, "day": format_day(planned_on)}
        )
        return redirect(back)


def find_between(request: access.MemberRequest, uid: UUID) -> Session:
    between = queries.of_both(request.member).select_related("worker", "with_member")
    return get_object_or_404(between, uid=uid)


def about_note(session: Session, request: access.MemberRequest) -> concurrency.Description:
    note = queries.note_of(session)
    words = concurrency.fields(note, written_by=_("Written by"), agreed_by=_("Agreed by")) if note else {}
    return {_("Note"): _words(note)} | words


@access.requires(*HAVE_SESSIONS)
@concurrency.changes(find=find_between, describe=about_note)
class Note(OfSession):
    """The note both keep: one writes, the other agrees or does not. It is 404 for others."""

    template_name = "wellbeing/sessions/note.html"
    title = gettext_lazy("A note of a session")

    @cached_property
    def session(self) -> Session:
        return find_between(self.request, self.kwargs["uid"])

    @property
    def save(self) -> str:
        session = self.session
        other = session.with_member if session.worker == self.request.member else session.worker
        return _("Ask %(name)s to agree the note") % {"name": other.name}

    @property
    def back(self) -> tuple[str, str]:
        return reverse("my_sessions"), _("My sessions")

    @property
    def heading(self) -> str:
        return _("%(kind)s on %(day)s") % {
            "kind": self.session.get_kind_display(),
            "day": format_day(self.session.held_on),
        }

    def form(self, data: QueryDict | None = None) -> forms.SessionNoteForm:
        note = queries.note_of(self.session)
        words = _words(note) if note and note.written_by_id == self.request.member.pk else None
        return forms.SessionNoteForm(data, on=self.request.on, initial={"words": words})

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("do")
        if asked not in ("agree", "remove"):
            return super().post(request, **kwargs)
        try:
            words = self.agree() if asked == "agree" else self.remove()
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("session_note", uid=self.session.uid)
        messages.success(request, words)
        return redirect("my_sessions")

    def agree(self) -> str:
        actions.agree_to_note(session_id=self.session.pk, seen=self.request.POST.get("seen", ""), **self.who)
        return _("You both keep this note. Either of you can remove it at any time.")

    def remove(self) -> str:
        if actions.remove_note(session_id=self.session.pk, by=self.request.member):
            return _("The note is removed for both of you.")
        return _("The note was removed already.")

    def act(self, data: dict[str, Any]) -> str:
        actions.write_note(session_id=self.session.pk, **data, **self.who)
        other = queries.other_of(self.session, self.request.member)
        return _("%(other)s is asked. Until they agree, only the two of you can read it.") % {"other": other.name}

    def context(self, form: Any) -> dict[str, Any]:
        note, member = queries.note_of(self.session), self.request.member
        mine = note is not None and note.written_by_id == member.pk
        return super().context(form) | {
            "other": queries.other_of(self.session, member),
            "note": note,
            "words": _words(note),
            "seen": queries.mark_of(note) if note else "",
            "mine": mine,
            "writable": note is None or (mine and not note.agreed_on),
            "until": note.written_on + rules.UNANSWERED if note else None,
        }


def _words(note: SessionNote | None) -> str | None:
    """Return the words of a note; ``None`` where there is none, or no private key opens it."""
    try:
        return unseal(note.sealed, owner=note.sealed_for) if note else None
    except Unreadable:
        return None


def about_cadence(organisation: Organisation, request: access.MemberRequest) -> concurrency.Description:
    return {kind.label: every for kind, every in queries.cadence(organisation).items()}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.changes(find=lambda request: request.organisation, describe=about_cadence)
class EditCadence(SessionAction):
    """How often a service has each kind of session."""

    title = gettext_lazy("How often there are sessions")
    lead = gettext_lazy("Set it for everyone. Part-time workers need as many sessions as full-time workers.")
    back = property(lambda self: (reverse("settings"), _("Settings")))

    def form(self, data: QueryDict | None = None) -> forms.CadenceForm:
        weeks = queries.cadence(self.request.organisation)
        return forms.CadenceForm(data, on=self.on, initial={kind.value: every for kind, every in weeks.items()})

    def act(self, data: dict[str, Any]) -> str:
        actions.set_cadence(organisation=self.request.organisation, weeks=data, by=self.request.member)
        return _("Saved. What is due next follows from it.")
