"""What the pages of checklists ask, and the editor of a template."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member, Team
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from .. import rules
from ..enums import ChecklistAnchor, ChecklistSubject, OffsetUnit, OffsetWhen, StepOwner, StepPage
from ..forms import NEW_LINES
from .models import ChecklistStep

NOTE, WHY = 300, 200


def line_field(label: LazyText, *, most: int = rules.LINE, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **kwargs)


def text_field(label: LazyText, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=rules.TEXT, required=False, widget=widget, **kwargs)


class BeginChecklistForm(TodayForm):
    """Which worker or team it is about, and the day it counts from, where that is chosen."""

    about = OneOfMembers(
        label=gettext_lazy("Which worker"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose the worker.")},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Which team"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the team.")},
    )
    anchor_on = DayField(label=gettext_lazy("The day the steps count from"), ahead=True)

    def __init__(
        self,
        *args: Any,
        content: rules.ChecklistContent,
        members: Sequence[Member],
        teams: Sequence[Team],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if content.subject == ChecklistSubject.WORKER:
            field_of(self, "about", OneOfMembers).offer(members)
        else:
            del self.fields["about"]
        if content.subject == ChecklistSubject.TEAM:
            field_of(self, "team", forms.ModelChoiceField).queryset = Team.objects.filter(
                pk__in=[team.pk for team in teams]
            ).order_by("name")
        else:
            del self.fields["team"]
        if content.anchor != ChecklistAnchor.CHOSEN:
            del self.fields["anchor_on"]


class AnchorForm(TodayForm):
    """Another day to count from."""

    anchor_on = DayField(
        label=gettext_lazy("The day the steps count from"),
        ahead=True,
        help_text=gettext_lazy("Open steps move with it. What is done, or has a day of its own, stays."),
    )


class StepForm(TodayForm):
    """Who does a step, by when, a line beside it, and whether it is needed."""

    owner = OneOfMembers(label=gettext_lazy("Who does it"), required=False)
    due_on = DayField(
        label=gettext_lazy("By"),
        ahead=True,
        help_text=gettext_lazy("A day you give here stays, also when the day the steps count from moves."),
    )
    note = forms.CharField(label=gettext_lazy("A line about it"), required=False, max_length=NOTE)
    not_needed = forms.BooleanField(label=gettext_lazy("Not needed"), required=False)
    not_needed_why = forms.CharField(label=gettext_lazy("Why it is not needed"), required=False, max_length=WHY)

    def __init__(
        self, *args: Any, step: ChecklistStep, owners: Sequence[Member], role: LazyText, decides: bool, **kwargs: Any
    ) -> None:
        initial = {
            "owner": step.owner.uid if step.owner else "",
            "due_on": step.due_on,
            "note": step.note,
            "not_needed": step.not_needed_on is not None,
            "not_needed_why": step.not_needed_why,
        }
        super().__init__(*args, initial=initial, **kwargs)
        owner = field_of(self, "owner", OneOfMembers)
        owner.empty_label = str(role)
        owner.offer([*owners, *([step.owner] if step.owner else [])])
        if not decides:
            for name in ("owner", "due_on", "not_needed", "not_needed_why"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("not_needed") and not data.get("not_needed_why") and "not_needed_why" in self.fields:
            self.add_error("not_needed_why", _("Write why it is not needed."))
        return data


# Templates ------------------------------------------------------------------------------------------------------------


class AboutChecklistForm(TodayForm):
    """What a checklist is called, what it is for, and what it is about."""

    title = line_field(gettext_lazy("Name"), most=120)
    purpose = line_field(gettext_lazy("What it is for, in one sentence"))
    says = text_field(gettext_lazy("What to know before beginning"))
    source = line_field(gettext_lazy("Where it comes from"), required=False)
    subject = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        choices=[each for each in ChecklistSubject.choices if each[0] != ChecklistSubject.LEAVER],
        widget=forms.RadioSelect,
    )


class NewChecklistForm(AboutChecklistForm):
    """A new checklist with its first phase, which is filled after it is made."""

    phase = line_field(gettext_lazy("Heading of the first phase"))


class EditChecklistForm(AboutChecklistForm):
    """The same, with the order of its phases and one more phase."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    new_phase = line_field(gettext_lazy("Heading of a new phase"), required=False)

    def __init__(self, *args: Any, phases: Sequence[rules.ContentPhase], **kwargs: Any) -> None:
        self.phases = phases
        super().__init__(*args, **kwargs)
        for number, phase in enumerate(phases, 1):
            self.fields[f"place_{phase.key}"] = forms.IntegerField(
                label=_("Place of “%(phase)s”") % {"phase": phase.title},
                initial=number,
                min_value=1,
                max_value=99,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[f"drop_{phase.key}"] = forms.BooleanField(
                label=_("Leave out “%(phase)s”") % {"phase": phase.title}, required=False
            )
        self.order_fields([name for name in self.fields if name != "new_phase"])

    def ordered(self) -> list[str]:
        """Return the keys of the phases that stay, in their new order."""
        data = self.cleaned_data
        stay = [phase.key for phase in self.phases if not data[f"drop_{phase.key}"]]
        return sorted(stay, key=lambda key: data[f"place_{key}"])


def _number(label: LazyText, most: int, *, least: int = 0, **kwargs: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, widget=widget, **kwargs)


class StepLineForm(forms.Form):
    """One step of a phase as its line in the editor; without words it is left out."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    text = line_field(gettext_lazy("What is done"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Who does it"), choices=StepOwner)
    number = _number(gettext_lazy("How many"), 1000, initial=0)
    unit = forms.ChoiceField(label=gettext_lazy("Of what"), choices=OffsetUnit, initial=OffsetUnit.WORKING_DAYS)
    when = forms.ChoiceField(label=gettext_lazy("Before or after"), choices=OffsetWhen, initial=OffsetWhen.AFTER)
    says = text_field(gettext_lazy("What to know"), rows=2)
    ticks = text_field(
        gettext_lazy("Its parts"), rows=2, help_text=gettext_lazy("One a line. Each gets a tick of its own.")
    )
    opens = forms.ChoiceField(
        label=gettext_lazy("Which page it opens"),
        choices=[("", gettext_lazy("None")), *StepPage.choices],
        required=False,
    )
    place = _number(gettext_lazy("Place"), 999, least=1)
    drop = forms.BooleanField(label=gettext_lazy("Leave it out"), required=False)


class PhaseTemplateForm(TodayForm):
    """A phase of a checklist: its heading, and its steps, each a line of `StepLineForm`; the last lines are new."""

    line_template = "guides/checklists/template_line.html"
    one_more = gettext_lazy("One more step")

    title = line_field(gettext_lazy("Heading"))
    says = text_field(gettext_lazy("What to know before beginning"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, phase: rules.ContentPhase, **kwargs: Any) -> None:
        self.phase = phase
        super().__init__(data, **kwargs)
        opens_with = [_line_of(step, place) for place, step in enumerate(phase.items, 1)]
        lines = forms.formset_factory(StepLineForm, extra=NEW_LINES, max_num=rules.MOST_ITEMS, validate_max=True)
        self.lines = lines(data, prefix="step", initial=opens_with)

    @property
    def first_new(self) -> int:
        """Where the first empty line stands."""
        return len(self.phase.items)

    def is_valid(self) -> bool:
        return super().is_valid() & self.lines.is_valid()

    def raw(self, taken: set[str]) -> dict[str, Any]:
        """
        Return the phase as it is to be written down; what the lines do not ask stays as it was.

        :param taken: the keys of the steps of the other phases
        """
        data, before = self.cleaned_data, {step.key: step for step in self.phase.items}
        rows = [line.cleaned_data for line in self.lines if line.cleaned_data.get("text")]
        rows = [row for row in rows if not row.get("drop")]
        rows.sort(key=lambda row: row.get("place") or 999)
        taken = taken | {row["key"] for row in rows}
        steps = []
        for row in rows:
            key = row["key"] if row["key"] in before else _new_key(self.phase.key, taken)
            taken.add(key)
            steps.append(_step_of(row, key, before.get(key)))
        return {"key": self.phase.key, "title": data["title"], "says": data["says"], "steps": steps}


def _line_of(step: rules.ContentStep, place: int) -> dict[str, Any]:
    ticks = "\n".join(tick.text for tick in step.ticks)
    found = {name: getattr(step, name) for name in ("key", "text", "owner", "says", "opens")}
    return found | step.offset._asdict() | {"ticks": ticks, "place": place}


def _new_key(phase: str, taken: set[str]) -> str:
    number = 1
    while (key := f"{phase[:50]}_{number}") in taken:
        number += 1
    return key


def _step_of(row: dict[str, Any], key: str, before: rules.ContentStep | None) -> dict[str, Any]:
    known = {tick.text: tick.key for tick in before.ticks} if before else {}
    texts = [line.strip()[: rules.LINE] for line in row["ticks"].splitlines() if line.strip()]
    texts = list(dict.fromkeys(texts))
    taken = {known[text] for text in texts if text in known}
    ticks = []
    for text in texts:
        part = known.get(text) or _new_key("part", taken)
        taken.add(part)
        ticks.append({"key": part, "text": text})
    found: dict[str, Any] = {"key": key, "text": row["text"], "owner": row["owner"], "ticks": ticks}
    found["offset"] = {"number": row["number"] or 0, "unit": row["unit"], "when": row["when"]}
    found |= {name: row[name] for name in ("says", "opens") if row[name]}
    return found | ({"hint": before.hint} if before and before.hint else {})
