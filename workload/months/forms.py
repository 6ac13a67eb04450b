"""What people fill in about a month. Each form carries the version of the record it was filled from."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff.forms.fields import MemberChoice
from peerload.staff.models import Member, MemberQuerySet
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm
from workload.enums import Answer, Enough
from workload.models import MonthlyRecord

from .rules import Supervision

ACTION_DAYS = timedelta(days=28)  # a first proposal for when an action will be done


def words_field(
    label: LazyText, *, rows: int = 3, longest: int = 2000, required: bool = False, **kwargs: Any
) -> forms.CharField:
    """Return a field for some sentences."""
    return forms.CharField(
        label=label, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class RecordForm(TodayForm):
    """A form about a record; ``asked`` are the record's fields it fills."""

    asked: tuple[str, ...] = ()
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, on: date, record: MonthlyRecord | None, **kwargs: Any) -> None:
        self.record = record
        initial = {"version": record.version if record else 0}
        if record:
            initial |= {name: getattr(record, name) for name in self.asked}
        super().__init__(*args, on=on, initial=initial | kwargs.pop("initial", {}), **kwargs)

    def words(self) -> dict:
        """Return what the action takes."""
        return {name: self.cleaned_data[name] for name in self.fields}


class RecordButtonForm(RecordForm):
    """A step that needs no words: a button."""


ASSUMED = gettext_lazy(
    "Write what you assumed, and why. It is shown in the record and the team’s report, and the worker is asked whether it "
    "holds once they are back. Do not name people you support."
)


class CompleteForm(RecordForm):
    """What a manager assumes who completes a record for a worker who is not at work."""

    assumptions = words_field(
        gettext_lazy("What you assumed, and why"),
        required=True,
        help_text=ASSUMED,
        error_messages={"required": gettext_lazy("Write what you assumed, and why.")},
    )


NAMES_NOBODY = gettext_lazy(
    "One line. Do not name a person who is supported: the service manager must not read their names."
)


class QuestionForm(TodayForm):
    """A service manager's question about a report that was sent."""

    question = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=300,
        help_text=NAMES_NOBODY,
        error_messages={"required": gettext_lazy("Write your question.")},
    )


class AnswerForm(TodayForm):
    """The answer to it."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=300,
        help_text=NAMES_NOBODY,
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


class NoteForm(RecordForm):
    """The manager's own note on a record."""

    asked = ("manager_note",)
    manager_note = words_field(
        gettext_lazy("Your note"),
        help_text=gettext_lazy(
            "The worker reads it, and the managers of the team. The service manager does not, and it is in no report. "
            "Leave it empty to take it back."
        ),
    )

    def words(self) -> dict:
        return {"version": self.cleaned_data["version"], "note": self.cleaned_data["manager_note"]}


class ExplainForm(RecordForm):
    """Why a side's figure is right."""

    explanation = words_field(
        gettext_lazy("Why your figure is right"),
        required=True,
        rows=4,
        help_text=gettext_lazy("The other side and the manager who decides read it. Do not name people you support."),
        error_messages={"required": gettext_lazy("Write why your figure is right.")},
    )

    def words(self) -> dict:
        return {"version": self.cleaned_data["version"], "words": self.cleaned_data["explanation"]}


class DecideForm(RecordForm):
    """One of two figures, and why."""

    total = forms.ChoiceField(
        label=gettext_lazy("Which figure counts"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two figures.")},
    )
    reason = words_field(
        gettext_lazy("Why you decide so"),
        required=True,
        help_text=gettext_lazy("The worker and the team manager read it. Do not name people supported."),
        error_messages={"required": gettext_lazy("Write why you decide so.")},
    )
    field_order = ("total", "reason", "version")

    def __init__(self, *args: Any, figures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "total", forms.ChoiceField).choices = figures

    def words(self) -> dict:
        data = self.cleaned_data
        return {"version": data["version"], "total": Decimal(data["total"]), "reason": data["reason"]}


class SettleForm(TodayForm):
    """Whether what was assumed holds."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Does it hold?"),
        choices=Answer,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it holds.")},
    )
    note = words_field(
        gettext_lazy("What was different"),
        help_text=gettext_lazy("Your manager reads it. The next page leads to the entry to correct."),
    )


class SittingForm(RecordButtonForm):
    """The button that agrees to a record, or completes it, and goes on to the next; with the total its page showed."""

    assumptions = forms.CharField(required=False, max_length=2000)

    step = forms.ChoiceField(choices=[("agree", "agree"), ("complete", "complete")], widget=forms.HiddenInput)
    total = forms.DecimalField(required=False, max_digits=8, decimal_places=3, widget=forms.HiddenInput)

    @property
    def completes(self) -> bool:
        return self.cleaned_data["step"] == "complete"

    @property
    def seen_total(self) -> Decimal | None:
        return self.cleaned_data.get("total")

    def step_words(self) -> dict:
        """Return what the action takes beside whose record it is."""
        words = {"version": self.cleaned_data["version"]}
        return words | {"assumptions": self.cleaned_data["assumptions"]} if self.completes else words


class MonthWordsForm(RecordForm):
    """The worker's words about their month."""

    asked = ("comment", "enough", "would_help")
    enough = forms.ChoiceField(
        label=gettext_lazy("Do you have enough, too much or too little to do?"),
        choices=Enough,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = words_field(
        gettext_lazy("How was the month?"),
        rows=5,
        longest=4000,
        help_text=gettext_lazy("Your manager reads this and talks about it with you. It stays with the record."),
    )
    would_help = words_field(gettext_lazy("What would help?"), rows=2)


READ_ABOVE = gettext_lazy("The service manager reads this in the team’s report. Do not name people you support.")
AFTER_THE_REPORT = gettext_lazy(
    "The team’s report has been sent. What you write now stays in this record and does not change the report."
)


class ReasonForm(RecordForm):
    """Why a month lies above the limit, and the background if it is not the first."""

    asked = ("reason", "causes")
    reason = words_field(gettext_lazy("The reason for this month"), help_text=READ_ABOVE)
    causes = words_field(
        gettext_lazy("What is behind it"),
        rows=4,
        longest=4000,
        help_text=gettext_lazy(
            "Think first of the surroundings, the people, the way things are done, and what was agreed. Do not begin "
            "with one person’s effort. "
        )
        + READ_ABOVE,
    )

    def __init__(self, *args: Any, record: MonthlyRecord | None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record and record.report_id:
            for name in self.asked:
                self.fields[name].help_text = AFTER_THE_REPORT


class SupervisionForm(RecordForm):
    """When supervision was held for a month, and when it is next; ``said`` is taken from sessions where nothing is entered."""

    asked = ("supervision_held_on", "next_supervision_on")
    supervision_held_on = DayField(
        label=gettext_lazy("Held on"), required=False, help_text=gettext_lazy("Leave it empty if it was not held.")
    )
    next_supervision_on = DayField(
        label=gettext_lazy("Next on"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("If a session was missed, book a new one at once."),
    )

    def __init__(self, *args: Any, said: Supervision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, day in zip(self.asked, said or (), strict=False):
            if day:
                self.fields[name].help_text = _("If you leave this empty, peerload uses %(day)s from the sessions.") % {
                    "day": format_day(day)
                }

    def words(self) -> dict:
        data = self.cleaned_data
        return {
            "version": data["version"],
            "held_on": data["supervision_held_on"],
            "next_on": data["next_supervision_on"],
        }


class MemberField(MemberChoice):
    """A choice of members by name."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        super().__init__(
            Member.objects.none(),
            label=label,
            error_messages={"required": _("Choose a person.")},
            empty_label=None,
            **kwargs,
        )


NOBODY_ELSE = gettext_lazy("No other manager is at work now. An admin can name a deputy for the team.")


class OtherManagerForm(RecordForm):
    """Another manager, to agree in place of one's own."""

    other_manager = MemberField(label=gettext_lazy("Another manager"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, others: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "other_manager", forms.ModelChoiceField).queryset = others
        if not others:
            self.fields["other_manager"].help_text = NOBODY_ELSE


class DisagreeForm(OtherManagerForm):
    """Another figure, why, and who decides."""

    total = forms.DecimalField(
        label=gettext_lazy("The points you would have written"),
        min_value=0,
        max_digits=8,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": gettext_lazy("Say which figure you would have written.")},
    )
    note = words_field(
        gettext_lazy("What you see differently"),
        required=True,
        error_messages={
            "required": gettext_lazy("Say in a sentence what you see differently. The other manager reads it.")
        },
    )
    field_order = ("total", "note", "other_manager", "version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = field_of(self, "other_manager", forms.ModelChoiceField)
        other.label = _("Another manager decides")
        other.required = other.queryset.exists()


class ActionForm(RecordForm):
    """A planned action: its owner and due day."""

    what = forms.CharField(
        label=gettext_lazy("What will be done"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say what will be done.")},
    )
    owner = MemberField(label=gettext_lazy("Who does it"), widget=forms.RadioSelect)
    due_on = DayField(label=gettext_lazy("By"), ahead=True)

    def __init__(self, *args: Any, on: date, owners: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, on=on, initial={"due_on": on + ACTION_DAYS}, **kwargs)
        offered = Member.objects.filter(pk__in=[member.pk for member in owners])
        field_of(self, "owner", forms.ModelChoiceField).queryset = offered.named()


class SendForm(TodayForm):
    """A note sent along with the team's report."""

    note = words_field(
        gettext_lazy("A note with the report"),
        help_text=gettext_lazy("Write what the service manager should know. Do not name people you support."),
    )
