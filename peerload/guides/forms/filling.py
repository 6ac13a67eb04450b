"""Forms of guides: to begin one, to write one section, to share; a dated step, and another last day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from .. import rules
from ..enums import ItemKind

NEW_ROWS = 2  # empty rows at the end of a table
CELL = 2000  # characters in a cell of a table
PARTS = (ItemKind.TABLE, ItemKind.SPAN, ItemKind.PERSON)  # whose answers are taken apart in the form
LONG = {"rows": 4, "autocomplete": "off"}


class BeginGuideForm(TodayForm):
    """Who a guide is about, and what time it looks at."""

    about = OneOfMembers(
        label=gettext_lazy("About"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose whose work it is about.")},
    )
    period_from = DayField(label=gettext_lazy("It looks at the time from"), required=False, ahead=True)
    period_until = DayField(label=gettext_lazy("until"), required=False, ahead=True)

    def __init__(self, *args: Any, members: Sequence[Member], ends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "about", OneOfMembers).offer(members)
        if ends:
            self.fields["period_from"].label = _("It holds from")
            self.fields["period_until"].label = _("Its last day")
            self.fields["period_until"].help_text = _(
                "You are both asked on that day: end it, or go on until another day."
            )
            self.fields["period_until"].required = True
        if len(members) == 1:
            self.fields["about"].initial = members[0].uid
            self.fields["about"].widget = forms.HiddenInput()


class DatedStepForm(TodayForm):
    """A dated step of a guide: what, who and until when."""

    what = forms.CharField(
        label=gettext_lazy("What"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    owner = OneOfMembers(label=gettext_lazy("Who does it"), empty_label=None, widget=forms.RadioSelect)
    due_on = DayField(label=gettext_lazy("By when"), ahead=True)

    def __init__(self, *args: Any, owners: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "owner", OneOfMembers).offer(owners)


class ExtendForm(TodayForm):
    """The day until which a guide goes on."""

    until = DayField(label=gettext_lazy("It goes on until"), ahead=True)


class ReaderForm(TodayForm):
    """Who may read a guide for one."""

    reader = OneOfMembers(
        label=gettext_lazy("Who may read it"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who may read it.")},
    )

    def __init__(self, *args: Any, readers: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "reader", OneOfMembers).offer(readers)


class GuideVersionForm(TodayForm):
    """A press about what one has just read."""

    version = forms.IntegerField(min_value=0)


# One section ----------------------------------------------------------------------------------------------------------


class TableFormRow(NamedTuple):
    """A row of a table in the form; ``is_folded`` where it is a second empty one to add."""

    heading: str
    is_folded: bool
    fields: list[forms.BoundField]


class FormRow(NamedTuple):
    """
    An item of the section with its fields; rare answers stand apart.

    ``field`` is None for a text to read, for a table, whose fields are in ``grid``, and for a time, whose days are in ``days``.
    """

    item: rules.Item
    label: str
    field: forms.BoundField | None
    usual: list[Any]
    rare: list[Any]
    note: forms.BoundField | None
    says: list[rules.AnswerChoice]
    days: Sequence[forms.BoundField] = ()
    grid: Sequence[TableFormRow] = ()


class NumberAnswer(forms.CharField):
    def clean(self, value: Any) -> str:
        words = super().clean(value)
        number = rules.clean_number(words) if words else ""
        if number is None:
            raise forms.ValidationError(_("Write a number, such as 12 or 0.5."))
        return number


class SectionForm(TodayForm):
    """
    What one side writes in one section. Every field may stay empty: what is needed is asked for at signing.

    A choice of one answer offers "No answer" where none is needed, so that it can be taken back.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        section: rules.ContentSection,
        side: str,
        people: Sequence[Member] = (),
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.section, self.side = section, side
        self.items = [item for item in section.items if item.is_by(side)]
        self.people = {str(member.uid): member.name for member in people}
        self.lines = {item.key: self._lines(item, data, initial or {}) for item in self.items if item.table}
        kwargs["initial"] = self._initial(initial or {})
        self.base_fields = {**self.base_fields, **self._fields()}
        super().__init__(data, *args, **kwargs)

    @staticmethod
    def _lines(item: rules.Item, data: Any, initial: Mapping[str, Any]) -> int:
        """Return how many rows of a table the form has: those sent, else those written and two empty ones to add."""
        table = item.table
        if table is None:
            return 0
        written = len(initial.get(f"a_{item.key}") or [])
        if data is not None:
            sent = [field.split("-") for field in data if field.startswith(f"a_{item.key}-")]
            numbers = [int(parts[1]) for parts in sent if len(parts) == 3 and parts[1].isdecimal()]
            wanted = max(numbers, default=-1) + 1
        else:
            wanted = max(written, len(table.rows)) + NEW_ROWS
        return max(len(table.rows), min(wanted, len(table.rows) + table.more_rows))

    def _initial(self, initial: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields open with: an answer with parts is taken apart."""
        found = dict(initial)
        for item in self.items:
            value = found.pop(f"a_{item.key}", None) if item.kind in PARTS else None
            if not value:
                continue
            name = f"a_{item.key}"
            if item.kind == ItemKind.TABLE:
                found |= {f"{name}-{r}-{c}": words for r, row in enumerate(value) for c, words in enumerate(row)}
            elif item.kind == ItemKind.SPAN:
                found[f"{name}-from"], found[f"{name}-until"] = rules.span_of(value)
            else:
                uid, member = rules.person_of(value)
                self.people.setdefault(uid, member)
                found[name] = uid
        return found

    def _fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for item in self.items:
            name = f"a_{item.key}"
            if item.table:
                for row in range(self.lines[item.key]):
                    for number, column in enumerate(item.table.columns):
                        found[f"{name}-{row}-{number}"] = _words(column, rows=2, most=CELL)
            elif item.kind == ItemKind.SPAN:
                found[f"{name}-from"] = DayField(label=_("From"), required=False, ahead=True)
                found[f"{name}-until"] = DayField(label=_("Until"), required=False, ahead=True)
            elif item.kind == ItemKind.PERSON:
                named = [("", _("No one")), *self.people.items()]
                found[name] = forms.ChoiceField(label=item.label(self.side), required=False, choices=named)
            else:
                found[name] = _field(item, self.side)
            if item.note:
                found[f"n_{item.key}"] = _words(item.note.label, rows=2, most=2000)
        if comment := self.section.comment_of(self.side):
            found["comment"] = _words(comment.label, help_text=self._when(comment))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for item in self.items:
            if item.kind == ItemKind.SPAN:
                first, last = data.get(f"a_{item.key}-from"), data.get(f"a_{item.key}-until")
                if first and last and last < first:
                    self.add_error(f"a_{item.key}-until", _("It ends before it begins. Choose a later day."))
        return data

    def _when(self, comment: rules.Comment) -> str:
        labels = {choice.code: str(choice.label) for item in self.section.items for choice in item.choices}
        named = [f"“{labels[code]}”" for code in comment.needed_on if code in labels]
        if not named:
            return ""
        return _("Needed if one of your answers is %(answers)s.") % {"answers": _(" or ").join(named)}

    @staticmethod
    def initial_of(
        section: rules.ContentSection, side: str, answers: rules.SideAnswers, version: int
    ) -> dict[str, Any]:
        """Return what the form opens with."""
        values = {f"a_{key}": value for key, value in answers.values.items()}
        notes = {f"n_{key}": value for key, value in answers.notes.items()}
        return {**values, **notes, "comment": answers.comment, "version": version}

    def rows(self) -> Iterator[FormRow]:
        """Return the items in order, those to read between those to answer."""
        for item in self.section.items:
            if item.kind == ItemKind.TEXT_ONLY:
                yield FormRow(item, item.label(self.side), None, [], [], None, [])
            elif item in self.items and item.kind in (ItemKind.TABLE, ItemKind.SPAN):
                note = self[f"n_{item.key}"] if item.note else None
                days = [self[f"a_{item.key}-{end}"] for end in ("from", "until")] if not item.table else []
                yield FormRow(item, item.label(self.side), None, [], [], note, [], days, self._grid(item))
            elif item in self.items:
                bound = self[f"a_{item.key}"]
                options = list(bound.subwidgets) if item.choices else []
                apart = {choice.code for choice in item.choices if choice.rare} | {""}
                yield FormRow(
                    item,
                    item.label(self.side),
                    bound,
                    [each for each in options if str(each.data["value"]) not in apart],
                    [each for each in options if str(each.data["value"]) in apart],
                    self[f"n_{item.key}"] if item.note else None,
                    [choice for choice in item.choices if choice.says and item.kind != ItemKind.SCALE],
                )

    def _grid(self, item: rules.Item) -> list[TableFormRow]:
        table = item.table
        if table is None:
            return []
        rows = []
        for row in range(self.lines[item.key]):
            fields = [self[f"a_{item.key}-{row}-{number}"] for number in range(len(table.columns))]
            is_empty = not any(field.value() for field in fields)
            rows.append(TableFormRow(table.heading(row), is_empty and row > max(len(table.rows), 1), fields))
        return rows

    def _value(self, item: rules.Item) -> rules.Value:
        data, name = self.cleaned_data, f"a_{item.key}"
        if item.table:
            columns = range(len(item.table.columns))
            cells = [[data[f"{name}-{row}-{number}"] for number in columns] for row in range(self.lines[item.key])]
            return rules.kept_cells(item.table, cells)
        if item.kind == ItemKind.SPAN:
            return rules.kept_span(data[f"{name}-from"], data[f"{name}-until"])
        if item.kind == ItemKind.PERSON:
            return rules.kept_person(data[name], self.people[data[name]]) if data[name] else ""
        return _kept(data[name])

    def answers(self) -> rules.SideAnswers:
        data = self.cleaned_data
        values = {item.key: self._value(item) for item in self.items}
        notes = {item.key: data[f"n_{item.key}"] for item in self.items if item.note}
        return rules.SideAnswers(
            {key: value for key, value in values.items() if value},
            {key: value for key, value in notes.items() if value},
            data.get("comment", ""),
        )


def _kept(value: Any) -> rules.Value:
    if isinstance(value, list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else value or ""


def _words(label: str, *, rows: int = 4, most: int = rules.ANSWER, **kwargs: Any) -> forms.CharField:
    area = forms.Textarea(attrs={**LONG, "rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, widget=area, **kwargs)


def _field(item: rules.Item, side: str) -> forms.Field:
    about: dict[str, Any] = {"label": item.label(side), "required": False}
    choices = [(choice.code, choice.label) for choice in item.choices]
    if item.kind == ItemKind.WORDS:
        return _words(item.label(side), help_text=item.says)
    if item.kind == ItemKind.NUMBER:
        return NumberAnswer(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **about)
    if item.kind == ItemKind.DAY:
        return DayField(ahead=True, **about)
    if item.kind == ItemKind.SEVERAL:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **about)
    if item.choices:
        none = [] if item.needed else [("", gettext_lazy("No answer"))]
        return forms.ChoiceField(choices=[*choices, *none], widget=forms.RadioSelect, **about)
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"}), **about)
