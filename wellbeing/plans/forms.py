"""The grid of four weeks as a form, hour by hour; and the team manager's answer to a plan."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import NumberField
from peerload.ui.fields import DayField, reason_field
from peerload.ui.forms import TodayForm

from ..enums import Focus
from ..models import PlanRow
from .rules.grids import WEEKS, ZERO, Grid, format_hours, totals

LONGEST = 168  # hours of a week


class HoursField(NumberField):
    """Hours of an activity in a week, with a point or a comma; empty is none."""

    default_error_messages = {"invalid": gettext_lazy("Write hours, such as 2.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=LONGEST, max_digits=5, decimal_places=2, **kwargs)
        self.widget.attrs |= {"class": "form-control", "aria-label": self.label}

    def to_python(self, value: Any) -> Decimal:
        typed = value.replace(",", ".") if isinstance(value, str) else value
        return super().to_python(typed) or ZERO

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        said = f"{value or 0:f}"
        return said.rstrip("0").rstrip(".") if "." in said else said


def field_name(code: str, week: int) -> str:
    """Return how the hours of a row in a week are called in the form: ``high_1_1-2``."""
    return f"{code}-{week}"


class GridForm(TodayForm):
    """
    Hours by row and week.

    :param grid: the initial hours; its rows are the form's rows
    """

    def __init__(self, *args: Any, grid: Grid, initial: dict | None = None, **kwargs: Any) -> None:
        hours = {field_name(code, n): each for code, weeks in grid.items() for n, each in enumerate(weeks, 1)}
        super().__init__(*args, initial=hours | (initial or {}), **kwargs)
        self.rows = grid.rows
        for row in self.rows:
            for week in range(1, WEEKS + 1):
                name = field_name(row.code, week)
                self.fields[name] = HoursField(
                    label=_("%(label)s, week %(week)s, hours") % {"label": row.label, "week": week}
                )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for week, hours in enumerate(totals(self._grid(found)), 1):
            if hours > LONGEST:
                self.add_error(
                    None,
                    _("Week %(week)s comes to %(hours)s hours; a week has %(longest)s.")
                    % {"week": week, "hours": format_hours(hours), "longest": LONGEST},
                )
        return found

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            field = self.fields.get(name)
            if isinstance(field, HoursField):
                field.widget.attrs["class"] = "form-control is-invalid"

    def grid(self) -> Grid:
        """Return the hours as typed, where they are valid; before anything is typed, the initial ones."""
        known = self.initial
        if self.is_bound:
            self.is_valid()
            known = self.cleaned_data
        return self._grid(known)

    def _grid(self, known: Mapping) -> Grid:
        weeks = range(1, WEEKS + 1)
        hours = {row.code: tuple(known.get(field_name(row.code, n)) or ZERO for n in weeks) for row in self.rows}
        return Grid(self.rows, hours)


class PlanForm(GridForm):
    """A worker's own four weeks, and from when they shall hold."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    template = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    starts_on = DayField(label=gettext_lazy("From Monday"), ahead=True)

    def words(self) -> dict:
        """Return what `actions.keep` and `actions.propose` take."""
        named = {name: self.cleaned_data[name] for name in ("version", "template", "starts_on")}
        return named | {"grid": self.grid()}


class TemplateForm(GridForm):
    """Four weeks that a service keeps to begin from."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give the template a name.")},
    )


class PlanRowForm(TodayForm):
    """What a row of the plan is called."""

    label = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=PlanRow._meta.get_field("label").max_length,
        error_messages={"required": gettext_lazy("Write what the row is called, such as Peer space.")},
    )


class AddPlanRowForm(PlanRowForm):
    """A row that the service adds to its plans."""

    focus = forms.ChoiceField(
        label=gettext_lazy("Group: Wellbeing, Contact or Management"),
        choices=Focus,
        help_text=gettext_lazy("Hours in the rows under Contact count towards the guide of at most half of the week."),
        error_messages={"required": gettext_lazy("Choose Wellbeing, Contact or Management.")},
    )


class ChangeForm(TodayForm):
    """What should change in a plan, in words."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    words = reason_field(gettext_lazy("What would you change, and why"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].error_messages["required"] = _("Say what you would change. The worker reads it.")
