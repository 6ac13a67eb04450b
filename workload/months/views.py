"""Steps of a monthly record, and of a team's month; the page of a record is in `record`, that of a month in `team_month`."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.core.formats import format_day, format_month, month_name
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Member, Team
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from workload import queries as ledger
from workload.enums import RecordStatus, Side
from workload.models import MonthlyRecord, MonthlyRecordQuerySet

from . import actions, forms, queries, rules


def month_of(text: str) -> date:
    """
    Return the first day of a month written as ``2026-10``.

    :raises Http404: if it is none
    """
    try:
        month = parse_date(f"{text}-01")
    except ValueError:
        month = None
    if month is None:
        raise Http404
    return month


OLDEST = date(2000, 1, 1)


def month_asked(request: access.MemberRequest) -> date:
    """
    Return the month in the address of a team's page, ``?month=2026-10``; by default the one to report now.

    :raises Http404: if it is no month, or has not begun
    """
    asked = request.POST.get("month") or request.GET.get("month")
    if not asked:
        return rules.before(dates.month_start(request.on), 1)[0]
    month = month_of(asked)
    if not OLDEST <= month <= request.on:
        raise Http404
    return month


@compile_once
def _records(worker_id: int, month: date) -> MonthlyRecordQuerySet:
    """Return the record of a worker's month: one row, or none."""
    found = MonthlyRecord.objects.filter(worker=worker_id, month=month)
    return found.select_related("team", "other_manager", "report", "scheme", "disagreed_by", "decided_by")


class FoundMonth:
    """
    A worker's month as a member may see it.

    :raises Http404: if they may not, if the month is still to come, or if the worker was never counted in it
    """

    def __init__(self, request: access.MemberRequest, uid: UUID, month: str) -> None:
        self.month, self.member, self.on = month_of(month), request.member, request.on
        if self.month > self.on:
            raise Http404
        self.worker = get_object_or_404(Member, organisation=request.organisation, uid=uid)
        records = _records(self.worker.pk, self.month)
        self.record = records[0] if records else None
        listed = ledger.listed(request.organisation, dates.month_end(self.month), worker_ids=[self.worker.pk])
        self.listed = listed[0] if listed else None
        if not (self.record or self.listed):
            raise Http404
        self.team = queries.team_of(self.worker, self.month, self.record, listed=listed)
        self.place = queries.place(self.member, self.worker, self.team, self.record, on=self.on)
        if not self.place.sees:
            raise Http404

    @property
    def url(self) -> str:
        return address(self.worker, self.month)

    def seen(self) -> queries.SeenRecord:
        return queries.seen_record(
            reader=self.member,
            place=self.place,
            worker=self.worker,
            team=self.team,
            month=self.month,
            record=self.record,
            listed=self.listed,
            today=self.on,
        )


CHANGED = gettext_lazy("This record has changed since you opened it. Read it again, then go on.")


class NotSaid(Refused):
    """The button's form lacks the record's version."""


def address(worker: Member, month: date) -> str:
    """Return where a worker's month is shown."""
    return reverse("record", args=[worker.uid, f"{month:%Y-%m}"])


class SittingPlace(NamedTuple):
    """Where a manager is while they agree the records of a month one after the other: carried in the address."""

    of: int | None = None  # how many records waited when they began
    skipped: tuple[int, ...] = ()  # the workers whose records they skipped

    @classmethod
    def of_request(cls, request: access.MemberRequest) -> Self:
        """Read the place from an address; whatever is no number is left out."""
        of = request.GET.get("of", "")
        skipped = [int(each) for each in request.GET.get("skip", "").split(".") if each.isdecimal()]
        return cls(int(of) if of.isdecimal() else None, tuple(dict.fromkeys(skipped)))

    @property
    def query(self) -> dict[str, str]:
        asked = {"of": str(self.of or ""), "skip": ".".join(map(str, self.skipped))}
        return {name: value for name, value in asked.items() if value}

    def url(self, team: Team, month: date, worker_id: int | None = None) -> str:
        """Return the address of a worker's record in the sitting, or of the next one that waits."""
        asked = {"team": str(team.pk), "month": f"{month:%Y-%m}"} | self.query
        if worker_id:
            asked["worker"] = str(worker_id)
        return f"{reverse('team_month_agree')}?{urlencode(asked)}"

    @property
    def back_query(self) -> str:
        """What leads a step of a record back to the sitting."""
        return urlencode({"sitting": "yes"} | self.query)


class RecordStep(FormPage):
    """
    One step: a form of its own, or, without words, a button of the record's page.

    :cvar action: what the step does with the record; a step that says more than one sentence has its own ``act``
    :cvar said: the sentence that confirms it
    """

    form_class = forms.RecordButtonForm
    template_name = "workload/months/record_form.html"
    action: Callable[..., Any]
    said: LazyText = ""
    sides = frozenset(Side)  # the side

    @cached_property
    def found(self) -> FoundMonth:
        found = FoundMonth(self.request, self.kwargs["uid"], self.kwargs["month"])
        if found.place.side not in self.sides:
            raise Http404
        return found

    @property
    def is_button(self) -> bool:
        """Whether the step needs no words, so that it has no page of its own."""
        return issubclass(self.form_class, forms.RecordButtonForm)

    @property
    def sitting(self) -> SittingPlace | None:
        """The sitting the step was begun from, if the reader leads the record's team."""
        if "sitting" not in self.request.GET or not (self.found.team and self.found.place.leads):
            return None
        return SittingPlace.of_request(self.request)

    @property
    def back(self) -> tuple[str, str]:
        month = format_month(self.found.month)
        if self.sitting and self.found.team:
            url = self.sitting.url(self.found.team, self.found.month, self.found.worker.pk)
            return url, f"{self.found.worker.name}, {month}"
        return self.found.url, f"{month}" if self.found.place.own else f"{self.found.worker.name}, {month}"

    @property
    def words(self) -> dict:
        """The arguments of the step's action."""
        who = {"worker": self.found.worker, "month": self.found.month, "by": self.request.member, "today": self.on}
        return who | self.filled.words()

    def form(self, data: QueryDict | None = None) -> forms.RecordForm:
        return self.form_class(data, on=self.on, record=self.found.record, **self.form_arguments())

    def act(self, data: dict[str, Any]) -> str:
        self.action(**self.words)
        return str(self.said)

    def get(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.found.url) if self.is_button else super().get(request, **kwargs)

    def invalid(self, form: forms.RecordForm) -> HttpResponse:
        if self.is_button:
            return self.refused(form, NotSaid(_("Something was missing. Look at the record, then try again.")))
        return super().invalid(form)

    def refused(self, form: forms.RecordForm, refusal: Refused) -> HttpResponse:
        if self.is_button or isinstance(refusal, actions.OpenedAgain):
            messages.error(self.request, CHANGED if type(refusal) is actions.RecordChangedMeanwhile else str(refusal))
            return redirect(self.found.url)
        if isinstance(refusal, actions.RecordChangedMeanwhile):
            del self.found  # read the current record again
            return self.changed_meanwhile(form, refusal.record.version, differences(form, refusal.record))
        return super().refused(form, refusal)


def differences(form: forms.RecordForm, record: MonthlyRecord) -> list[dict]:
    """Return where the current record and the typed data differ."""
    found = []
    for name in form.asked:
        theirs, yours = getattr(record, name), form.data.get(name, "").replace("\r\n", "\n").strip()
        theirs = theirs.isoformat() if hasattr(theirs, "isoformat") else theirs or ""
        if theirs != yours:
            choices = dict(getattr(form.fields[name], "choices", ()))
            shown = (choices.get(theirs, theirs), choices.get(yours, yours))
            found.append({"label": form.fields[name].label, "theirs": shown[0], "yours": shown[1]})
    return found


@access.requires(Capability.SEE_OWN_POINTS)
class WriteWords(RecordStep):
    form_class = forms.MonthWordsForm
    title = gettext_lazy("In your words")
    save = gettext_lazy("Save")
    action = staticmethod(actions.write_words)
    said = gettext_lazy("Your words are saved.")
    sides = frozenset({Side.WORKER})
    lead = gettext_lazy("Write this before supervision, so that you can talk about it there.")


@access.requires(Capability.SEE_OWN_POINTS)
class WriteReason(RecordStep):
    form_class = forms.ReasonForm
    title = gettext_lazy("Above the limit")
    save = gettext_lazy("Save")
    action = staticmethod(actions.write_reason)
    said = gettext_lazy("Saved with the record.")
    lead = gettext_lazy(
        "For one month above the limit, write the reason. For a second month in a row, also write what is behind it "
        "and what will be done."
    )


@access.requires(Capability.SEE_OWN_POINTS)
class NoteSupervision(RecordStep):
    form_class = forms.SupervisionForm
    title = gettext_lazy("Supervision")
    save = gettext_lazy("Save")
    action = staticmethod(actions.note_supervision)
    said = gettext_lazy("Supervision is written down.")

    @property
    def lead(self) -> str:
        return _(
            "Supervision for %(month)s. You may have held it in another month. Do not write what was said there."
        ) % {"month": month_name(self.found.month)}

    def form_arguments(self) -> dict[str, Any]:
        """Fill in the supervision of the sessions, which counts where nothing was entered by hand."""
        said = queries.supervisions([self.found.worker.pk], [self.found.month])
        return {"said": said.get((self.found.worker.pk, self.found.month))}


@access.requires(Capability.SEE_OWN_POINTS)
class Submit(RecordStep):
    sides = frozenset({Side.WORKER})

    def act(self, data: dict[str, Any]) -> str:
        agree = self.request.POST.get("agree") == "yes"
        actions.submit(**self.words, agree=agree)
        return _("Submitted, and you have agreed. Now it is your manager’s turn.") if agree else _("Submitted.")


@access.requires(Capability.SEE_OWN_POINTS)
class Complete(RecordStep):
    form_class = forms.CompleteForm
    title = gettext_lazy("Complete a record")
    save = gettext_lazy("Complete it")
    sides = frozenset({Side.MANAGER})

    @property
    def lead(self) -> str:
        return _(
            "%(worker)s is not at work. The record becomes provisional: what %(worker)s corrects on return goes into a later "
            "month’s record."
        ) % {"worker": self.found.worker.name}

    def act(self, data: dict[str, Any]) -> str:
        actions.complete(**self.words)
        name = self.found.worker.name
        return _("Completed while %(name)s is not at work. What %(name)s corrects later goes into a later month.") % {
            "name": name
        }


@access.requires(Capability.SEE_OWN_POINTS)
class Agree(RecordStep):
    def act(self, data: dict[str, Any]) -> str:
        record = actions.agree(**self.words)
        if len(queries.agreements_of(record)) == len(Side):
            return _("Agreed by both.")
        return _("You have agreed.")


@access.requires(Capability.SEE_OWN_POINTS)
class Disagree(RecordStep):
    form_class = forms.DisagreeForm
    title = gettext_lazy("Not agreed")
    save = gettext_lazy("Pass it to another manager")
    lead = gettext_lazy(
        "The record keeps both figures, and what you write. Another manager decides. The report does not wait."
    )

    def form_arguments(self) -> dict[str, Any]:
        return {
            "others": queries.deciders(self.found.worker, self.found.team, on=self.on, besides=self.request.member.pk)
        }

    def success_url(self) -> str:
        if self.sitting and self.found.team:
            return self.sitting.url(self.found.team, self.found.month)
        return super().success_url()

    def act(self, data: dict[str, Any]) -> str:
        record = actions.disagree(**self.words)
        decider = record.other_manager
        return (
            _("%(decider)s is asked to decide.") % {"decider": decider.name}
            if decider
            else _("Both figures are kept. Talk again when you can.")
        )


@access.requires(Capability.SEE_OWN_POINTS)
class Explain(RecordStep):
    form_class = forms.ExplainForm
    title = gettext_lazy("Explain your figure")
    save = gettext_lazy("Save")
    action = staticmethod(actions.explain)
    said = gettext_lazy("Your explanation is saved.")

    def form_arguments(self) -> dict[str, Any]:
        """Fill in what the reader's side has written before."""
        record = self.found.record
        if record is None:
            return {}
        disagrees = self.found.place.own == (record.disagreed_by_id == self.found.worker.pk)
        return {"initial": {"explanation": record.disagreement if disagrees else record.explanation}}


@access.requires(Capability.SEE_OWN_POINTS)
class WriteNote(RecordStep):
    form_class = forms.NoteForm
    title = gettext_lazy("Your note on this record")
    save = gettext_lazy("Save")
    action = staticmethod(actions.write_note)
    said = gettext_lazy("Your note is saved.")
    sides = frozenset({Side.MANAGER})


@access.requires(Capability.SEE_OWN_POINTS)
class OtherManager(RecordStep):
    form_class = forms.OtherManagerForm
    title = gettext_lazy("Ask another manager")
    save = gettext_lazy("Ask the manager")

    @property
    def lead(self) -> str:
        until = format_day(rules.other_manager_until(self.found.month))
        return _(
            "You ask because no one in the team can agree. To be in time for the report, they have to "
            "agree by %(until)s."
        ) % {"until": until}

    def form_arguments(self) -> dict[str, Any]:
        record = self.found.record
        besides = record.disagreed_by_id if record else None
        offers = queries.deciders if record and record.status == RecordStatus.NOT_AGREED else queries.other_managers
        return {"others": offers(self.found.worker, self.found.team, on=self.on, besides=besides)}

    def act(self, data: dict[str, Any]) -> str:
        record = actions.ask_other_manager(**self.words)
        return _("%(other_manager)s is asked to agree.") % {"other_manager": record.other_manager.name}


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.creates
class ActionAdd(RecordStep):
    form_class = forms.ActionForm
    title = gettext_lazy("What will be done")
    save = gettext_lazy("Add the action")
    action = staticmethod(actions.add_action)
    said = gettext_lazy("The action is written down.")
    lead = gettext_lazy(
        "It stays on your first page and the other person’s, and in the team’s report, until it is done."
    )

    def form_arguments(self) -> dict[str, Any]:
        found = self.found
        record = found.record or MonthlyRecord(worker=found.worker)
        record.team = found.team
        return {"owners": actions.owners(record, self.on)}


# The team's month ---------------------------------------------------------------------------------------------------------


def led(request: access.MemberRequest) -> Team:
    """
    Return the team asked for, of those the member leads; by default the first.

    :raises Http404: if they lead no such team
    """
    teams = Team.objects.led_by(request.member, request.on).order_by("name", "pk")
    asked = request.POST.get("team") or request.GET.get("team")
    if asked and not asked.isdecimal():
        raise Http404
    team = teams.filter(pk=asked).first() if asked else teams.first()
    if team is None:
        raise Http404
    return team


def month_page(team: Team, month: date) -> str:
    return f"{reverse('team_month')}?team={team.pk}&month={month:%Y-%m}"


@access.requires(Capability.LEAD_TEAM)
@require_POST
@concurrency.creates(taps=lambda request: True)
def remind(request: access.MemberRequest) -> HttpResponse:
    """Remind one worker, or everyone who still has to act."""
    team, month = led(request), month_asked(request)
    only = request.POST.get("worker", "")
    workers = None
    if only:
        workers = [get_object_or_404(Member, organisation=request.organisation, pk=only if only.isdecimal() else 0).pk]
    try:
        names = actions.remind(team=team, month=month, by=request.member, today=request.on, workers=workers)
    except actions.NotOver as refusal:
        messages.error(request, str(refusal))
        return redirect(month_page(team, month))
    if names:
        messages.success(
            request, _("They are reminded in today’s or the next message: %(names)s.") % {"names": ", ".join(names)}
        )
    else:
        messages.info(request, _("Everyone has been reminded already."))
    return redirect(month_page(team, month))
