"""Forms of surveys: to open one, and to answer it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy

from peerload.guides.rules import Statement, SurveyContent, SurveySection
from peerload.staff.models import Organisation, Team
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from . import rules


class OpenSurveyForm(TodayForm):
    """Which survey is asked, of which team or everyone, and from when until when."""

    code = forms.ChoiceField(
        label=gettext_lazy("Survey"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a survey.")},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Who is asked"),
        empty_label=gettext_lazy("Everyone in the service"),
        required=False,
        help_text=gettext_lazy("A team: its workers, without the team manager."),
    )
    opens_on = DayField(label=gettext_lazy("Opens on"), ahead=True)
    closes_on = DayField(label=gettext_lazy("Last day to answer"), ahead=True)

    def __init__(
        self, *args: Any, surveys: Sequence[tuple[str, SurveyContent]], organisation: Organisation, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "code", forms.ChoiceField).choices = [(code, content.title) for code, content in surveys]
        if len(surveys) == 1:
            self.fields["code"].initial = surveys[0][0]
        teams = Team.objects.filter(organisation=organisation).order_by("name", "pk")
        field_of(self, "team", forms.ModelChoiceField).queryset = teams
        self.fields["opens_on"].initial = self.today
        self.fields["closes_on"].initial = self.today + rules.OPEN_FOR


class StatementRow(NamedTuple):
    """A statement with its field, and the answers to choose from."""

    item: Statement
    field: forms.BoundField
    options: list[Any]


class SurveyAnswersForm(TodayForm):
    """An answer to every statement. Nothing is asked in words."""

    def __init__(self, *args: Any, content: SurveyContent, **kwargs: Any) -> None:
        self.content = content
        choices = [(choice.code, choice.label) for choice in content.choices]
        self.base_fields = {
            name_of(statement): forms.ChoiceField(
                label=statement.text,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose an answer.")},
            )
            for statement in content.statements
        }
        super().__init__(*args, **kwargs)

    def sections(self) -> Iterator[tuple[SurveySection, list[StatementRow]]]:
        """Return the sections in order, each with its statements."""
        for section in self.content.sections:
            bound = [(item, self[name_of(item)]) for item in section.items]
            yield section, [StatementRow(item, field, list(field.subwidgets)) for item, field in bound]

    def answers(self) -> dict[str, str]:
        return {statement.key: self.cleaned_data[name_of(statement)] for statement in self.content.statements}


def name_of(statement: Statement) -> str:
    """Return the name of a statement's field."""
    return f"s_{statement.key}"
