"""Forms of guides: to begin one, to write one section, to share; and to change a template."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from . import rules
from .enums import Flow, GuideSide, ItemBy, ItemKind

NEW_LINES = 3  # empty lines at the end of a section in the editor
WITH_CHOICES = (ItemKind.CHOICE, ItemKind.SEVERAL)
LONG = {"rows": 4, "autocomplete": "off"}


class BeginGuideForm(TodayForm):
    """Who a guide is about, and what time it looks at."""

    about = OneOfMembers(
        label=gettext_lazy("About"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose whose work it is about.")},
    )
    period_from = DayField(label=gettext_lazy("It looks at the time from"), required=False)
    period_until = DayField(label=gettext_lazy("until"), required=False, ahead=True)

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "about", OneOfMembers).offer(members)
        if len(members) == 1:
            self.fields["about"].initial = members[0].uid
            self.fields["about"].widget = forms.HiddenInput()


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


class FormRow(NamedTuple):
    """An item of the section with its fields; rare answers stand apart. ``field`` is None for a text to read."""

    item: rules.Item
    label: str
    field: forms.BoundField | None
    usual: list[Any]
    rare: list[Any]
    note: forms.BoundField | None
    says: list[rules.AnswerChoice]


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

    def __init__(self, *args: Any, section: rules.ContentSection, side: str, **kwargs: Any) -> None:
        self.section, self.side = section, side
        self.items = [item for item in section.items if item.is_by(side)]
        self.base_fields = {**self.base_fields, **self._fields()}
        super().__init__(*args, **kwargs)

    def _fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for item in self.items:
            found[f"a_{item.key}"] = _field(item, self.side)
            if item.note:
                found[f"n_{item.key}"] = _words(item.note.label, rows=2, most=2000)
        if comment := self.section.comment_of(self.side):
            found["comment"] = _words(comment.label, help_text=self._when(comment))
        return found

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

    def answers(self) -> rules.SideAnswers:
        data = self.cleaned_data
        values = {item.key: _kept(data[f"a_{item.key}"]) for item in self.items}
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


# Templates ------------------------------------------------------------------------------------------------------------


def line_field(label: Any, *, most: int = rules.LINE, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **kwargs)


def text_field(label: Any, *, most: int = rules.TEXT, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class AboutTemplateForm(TodayForm):
    """What a template is called, what it is for, who takes part, and how often it comes."""

    title = line_field(gettext_lazy("Name"), most=120)
    purpose = line_field(gettext_lazy("What it is for, in one sentence"))
    says = text_field(gettext_lazy("What to know before answering"))
    source = line_field(gettext_lazy("Where it comes from"), required=False)
    flow = forms.ChoiceField(label=gettext_lazy("Who takes part"), choices=Flow, widget=forms.RadioSelect)
    begins = forms.MultipleChoiceField(
        label=gettext_lazy("Who may begin it"), choices=GuideSide, widget=forms.CheckboxSelectMultiple
    )
    cadence_months = forms.IntegerField(
        label=gettext_lazy("Again after how many months"),
        help_text=gettext_lazy("Empty: when wanted. peerload reminds on that day."),
        required=False,
        min_value=1,
        max_value=rules.MOST_MONTHS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("flow") == Flow.OWN and GuideSide.LEADER in data.get("begins", []):
            self.add_error("begins", _("A guide for one is begun by the worker. Choose the worker only."))
        return data


class NewTemplateForm(AboutTemplateForm):
    """A new template with its first section, which is filled after it is made."""

    section = line_field(gettext_lazy("Heading of the first section"))


class EditTemplateForm(AboutTemplateForm):
    """The same, with the order of its sections and one more section."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    new_section = line_field(gettext_lazy("Heading of a new section"), required=False)

    def __init__(self, *args: Any, sections: Sequence[rules.ContentSection], **kwargs: Any) -> None:
        self.sections = sections
        super().__init__(*args, **kwargs)
        for number, section in enumerate(sections, 1):
            self.fields[f"place_{section.key}"] = forms.IntegerField(
                label=_("Place of “%(section)s”") % {"section": section.title},
                initial=number,
                min_value=1,
                max_value=99,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[f"drop_{section.key}"] = forms.BooleanField(
                label=_("Leave out “%(section)s”") % {"section": section.title}, required=False
            )
        self.order_fields([name for name in self.fields if name != "new_section"])

    def ordered(self) -> list[str]:
        """Return the keys of the sections that stay, in their new order."""
        data = self.cleaned_data
        stay = [section.key for section in self.sections if not data[f"drop_{section.key}"]]
        return sorted(stay, key=lambda key: data[f"place_{key}"])


class ItemForm(forms.Form):
    """One item of a section as its line in the editor; without words it is left out."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    text = line_field(gettext_lazy("The question or statement"), most=rules.TEXT, required=False)
    own = line_field(gettext_lazy("How the worker reads it, where it differs"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("How it is answered"), choices=ItemKind)
    by = forms.ChoiceField(label=gettext_lazy("Who answers"), choices=ItemBy, initial=ItemBy.BOTH)
    choices = text_field(
        gettext_lazy("The answers to choose from"),
        help_text=gettext_lazy("One a line, for “one of some” and “any of some”."),
        rows=2,
    )
    scale = forms.ChoiceField(label=gettext_lazy("Scale"), required=False)
    needed = forms.BooleanField(label=gettext_lazy("Has to be answered before signing"), required=False)
    note = line_field(
        gettext_lazy("Label of a note beside it"),
        required=False,
        help_text=gettext_lazy("Empty: no note."),
    )
    place = forms.IntegerField(
        label=gettext_lazy("Place"),
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    drop = forms.BooleanField(label=gettext_lazy("Leave it out"), required=False)

    def __init__(self, *args: Any, scales: Sequence[str] = (), flow: str = Flow.TOGETHER, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scales:
            field_of(self, "scale", forms.ChoiceField).choices = [("", _("None")), *((name, name) for name in scales)]
        else:
            del self.fields["scale"]
            field_of(self, "kind", forms.ChoiceField).choices = [
                each for each in ItemKind.choices if each[0] != ItemKind.SCALE
            ]
        if flow == Flow.OWN:
            del self.fields["by"], self.fields["own"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        stays = data.get("text") and not data.get("drop")
        asks = data.get("kind") in (ItemKind.CHOICE, ItemKind.SEVERAL)
        if stays and asks and len(_lines(data.get("choices", ""))) < 2:
            self.add_error("choices", _("Write two answers at least, one a line."))
        if stays and data.get("kind") == ItemKind.SCALE and not data.get("scale"):
            self.add_error("scale", _("Choose a scale."))
        return data


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


class SectionTemplateForm(TodayForm):
    """A section of a template: its heading, its comments, and its items, each a line of `ItemForm`; the last lines are new."""

    title = line_field(gettext_lazy("Heading"))
    says = text_field(gettext_lazy("What to know before answering"))
    comment_worker = line_field(
        gettext_lazy("Label of the worker’s comment"),
        required=False,
        help_text=gettext_lazy("A text about the whole section. Empty: none."),
    )
    comment_leader = line_field(
        gettext_lazy("Label of the team manager’s comment"),
        required=False,
        help_text=gettext_lazy("A text about the whole section. Empty: none."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, data: Any = None, *, section: rules.ContentSection, flow: str, scales: Sequence[str], **kwargs: Any
    ) -> None:
        self.section, self.flow = section, flow
        super().__init__(data, **kwargs)
        if flow == Flow.OWN:
            del self.fields["comment_leader"]
        opens_with = [_line_of(item, place) for place, item in enumerate(section.items, 1)]
        lines = forms.formset_factory(ItemForm, extra=NEW_LINES, max_num=rules.MOST_ITEMS, validate_max=True)
        arguments = {"scales": scales, "flow": flow}
        self.lines = lines(data, prefix="item", initial=opens_with, form_kwargs=arguments)

    @property
    def first_new(self) -> int:
        """Where the first empty line stands."""
        return len(self.section.items)

    def is_valid(self) -> bool:
        return super().is_valid() & self.lines.is_valid()

    def raw(self) -> dict[str, Any]:
        """Return the section as it is to be written down; what the lines do not ask stays as it was."""
        data, before = self.cleaned_data, {item.key: item for item in self.section.items}
        rows = [line.cleaned_data for line in self.lines if line.cleaned_data.get("text")]
        rows = [row for row in rows if not row.get("drop")]
        rows.sort(key=lambda row: row.get("place") or 999)
        taken = {row["key"] for row in rows}
        items = []
        for row in rows:
            key = row["key"] if row["key"] in before else _new_key(self.section.key, taken)
            taken.add(key)
            items.append(_item_of(row, key, before.get(key), self.flow))
        codes = {code for item in items for code in _codes_of(item, self.section)}
        comments = []
        for by in (GuideSide.LEADER, GuideSide.WORKER):
            if label := data.get(f"comment_{by}"):
                was = self.section.comment_of(by)
                needed_on = [code for code in was.needed_on if code in codes] if was else []
                comments.append({"by": str(by), "label": label, "needed_on": needed_on})
        return {
            "key": self.section.key,
            "title": data["title"],
            "says": data["says"],
            "items": items,
            "comments": comments,
        }


def _line_of(item: rules.Item, place: int) -> dict[str, Any]:
    labels = "\n".join(str(choice.label) for choice in item.choices) if item.kind in WITH_CHOICES else ""
    found = {name: getattr(item, name) for name in ("key", "text", "own", "kind", "by", "scale", "needed")}
    return found | {"choices": labels, "note": item.note.label if item.note else "", "place": place}


def _new_key(section: str, taken: set[str]) -> str:
    number = 1
    while (key := f"{section[:50]}_{number}") in taken:
        number += 1
    return key


def _item_of(row: dict[str, Any], key: str, before: rules.Item | None, flow: str) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, "kind": row["kind"], "text": row["text"], "needed": row["needed"]}
    found["by"] = ItemBy.WORKER.value if flow == Flow.OWN else row["by"]
    found |= {"own": row.get("own", ""), "says": before.says if before else ""}
    if row["kind"] == ItemKind.SCALE:
        found["scale"] = row["scale"]
    if row["kind"] in WITH_CHOICES:
        known = {str(choice.label): choice for choice in before.choices} if before else {}
        found["choices"] = _choices_of(_lines(row["choices"]), known)
    if row["note"]:
        same = before is not None and before.kind == row["kind"] and before.note is not None
        note = before.note if same and before else None
        found["note"] = {
            "label": row["note"],
            "needed_on": list(note.needed_on) if note else [],
            "needed_when_differs": bool(note and note.needed_when_differs),
        }
    return found


def _choices_of(labels: Sequence[str], known: dict[str, rules.AnswerChoice]) -> list[dict[str, Any]]:
    """Return answers by their labels; one that was there keeps its code, so that earlier notes and lists go on."""
    taken = {known[label].code for label in labels if label in known}
    found = []
    for label in labels:
        before = known.get(label)
        wanted = slugify(label).replace("-", "_")[:40] or "answer"
        code = before.code if before else wanted if wanted not in taken else _new_key(wanted, taken)
        taken.add(code)
        extra = {"says": before.says, "collect": before.collect, "rare": before.rare} if before else {}
        found.append({"code": code, "label": label[: rules.LINE], **extra})
    return found


def _codes_of(item: dict[str, Any], section: rules.ContentSection) -> list[str]:
    before = next((each for each in section.items if each.key == item["key"]), None)
    if "choices" in item:
        return [choice["code"] for choice in item["choices"]]
    return [choice.code for choice in before.choices] if before and before.kind == item["kind"] else []


class ImportForm(TodayForm):
    """A template from a file or pasted: read as JSON, never run."""

    file = forms.FileField(label=gettext_lazy("The file"), required=False, max_length=200)
    words = text_field(gettext_lazy("Or paste its text"), most=300_000, rows=8)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        if file := data.get("file"):
            if file.size > rules.LARGEST_FILE:
                self.add_error("file", _("The file is too large for a template. Choose another one."))
                return data
            try:
                data["words"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This is not a text file. Choose the JSON file of a template."))
        elif not data.get("words"):
            self.add_error("file", _("Choose a file, or paste its text."))
        return data
