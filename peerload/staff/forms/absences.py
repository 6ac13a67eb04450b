"""Forms about absences, and the return to work in steps."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import field_of

from .. import queries
from ..models import Member
from ..rules import ReturnStep
from .fields import CalendarDayField, MemberChoice, NumberField, StaffForm

PLANNED = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class AbsenceForm(StaffForm):
    """Who of one's teams is away. The band follows from the days."""

    worker = MemberChoice(
        Member.objects.none(),
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say who is away.")},
    )
    starts_on = CalendarDayField(label=gettext_lazy("First day away"))
    expected_back = CalendarDayField(
        required=False,
        label=gettext_lazy("Expected back"),
        help_text=gettext_lazy("The first day back at work, if you know it."),
    )
    planned = forms.ChoiceField(
        choices=PLANNED, required=False, widget=forms.RadioSelect, label=gettext_lazy("Was the absence planned?")
    )
    kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Kind of leave"),
        help_text=gettext_lazy("Only the worker, those who lead their team and admins see it. Others see “away”."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "worker", forms.ModelChoiceField).queryset = queries.may_record_away(member, self.on)
        self.offer_kinds(member)

    def offer_kinds(self, member: Member) -> None:
        """Offer the kinds in use, and the one that is recorded; a member who sees no kinds is not asked."""
        names = queries.leave_kinds_offered(self.organisation, self.initial.get("kind", ""))
        if names and queries.sees_leave_kinds(member):
            field_of(self, "kind", forms.ChoiceField).choices = [
                ("", _("Not recorded")),
                *zip(names, names, strict=True),
            ]
        else:
            del self.fields["kind"]

    def clean_planned(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["planned"])

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.refuse_too_early(
            found, "expected_back", _("The expected return is before the first day away. Choose a later day.")
        )
        return found

    def refuse_too_early(self, found: dict[str, Any], name: str, sentence: str) -> None:
        if found.get("starts_on") and found.get(name) and found[name] <= found["starts_on"]:
            self.add_error(name, sentence)


class StepsForm(StaffForm):
    """A return to work in steps: the days and their FTE, and the day of the full post."""

    MOST = 6
    full_from = CalendarDayField(label=gettext_lazy("Back to the full post from"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(self.MOST):
            self.fields[f"day_{n}"] = day = CalendarDayField(label=_("Step %(n)s: from") % {"n": n + 1}, required=False)
            self.fields[f"fte_{n}"] = NumberField(
                label=_("Step %(n)s: FTE") % {"n": n + 1}, required=False, max_digits=4, decimal_places=3
            )
            day.today = self.on
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Yield the two fields of each step."""
        for n in range(self.MOST):
            yield self[f"day_{n}"], self[f"fte_{n}"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for n in range(self.MOST):
            day, fte = found.get(f"day_{n}"), found.get(f"fte_{n}")
            if bool(day) != (fte is not None) and not {f"day_{n}", f"fte_{n}"} & self.errors.keys():
                self.add_error(f"fte_{n}" if day else f"day_{n}", _("Give each step a day and an FTE."))
            elif fte is not None and fte <= 0:
                self.add_error(f"fte_{n}", _("FTE has to be above 0."))
        return found

    def steps(self) -> list[ReturnStep]:
        """Return the steps entered, in their order on the page."""
        found = [(self.cleaned_data[f"day_{n}"], self.cleaned_data[f"fte_{n}"]) for n in range(self.MOST)]
        return [ReturnStep(day, fte) for day, fte in found if day]


class EditAbsenceForm(AbsenceForm):
    """Another expected return, or back at work."""

    worker = None
    ends_before = CalendarDayField(
        required=False,
        label=gettext_lazy("Back at work since"),
        help_text=gettext_lazy("The first day back at work. Leave it empty while they are away."),
    )
    field_order = ["starts_on", "expected_back", "ends_before", "planned", "kind"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        StaffForm.__init__(self, *args, **kwargs)
        self.offer_kinds(member)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.refuse_too_early(found, "ends_before", _("The return is before the first day away. Choose a later day."))
        return found
