"""Forms that change a template of a guide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import field_of
from peerload.ui.forms import TodayForm

from .. import rules
from ..enums import Flow, GuideSide, ItemBy, ItemKind

NEW_LINES = 3  # empty lines at the end of a section in the editor
ALONE = {Flow.OWN.value: ItemBy.WORKER.value, Flow.LEADERS.value: ItemBy.LEADER.value}
WITH_CHOICES = (ItemKind.CHOICE, ItemKind.SEVERAL)


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
    ends = forms.BooleanField(
        label=gettext_lazy("It holds until a day"),
        help_text=gettext_lazy("The day is said at the beginning. On it, both are asked: end it, or go on."),
        required=False,
    )
    steps = line_field(
        gettext_lazy("Heading of dated steps"),
        required=False,
        help_text=gettext_lazy("Each with a person and a day, on the first page of both. Empty: none."),
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
        if data.get("flow") == Flow.LEADERS and data.get("begins") != [GuideSide.LEADER]:
            self.add_error(
                "begins", _("A guide about the organisation is begun by who leads. Choose the manager only.")
            )
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
    rows = text_field(gettext_lazy("The rows of a table"), help_text=gettext_lazy("One a line."), rows=2)
    columns = text_field(gettext_lazy("The columns of a table"), help_text=gettext_lazy("One a line."), rows=2)
    more_rows = forms.IntegerField(
        label=gettext_lazy("How many rows may be added"),
        required=False,
        min_value=0,
        max_value=rules.MOST_ROWS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
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
        if flow != Flow.TOGETHER:
            del self.fields["by"], self.fields["own"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        stays = data.get("text") and not data.get("drop")
        asks = data.get("kind") in (ItemKind.CHOICE, ItemKind.SEVERAL)
        if stays and asks and len(_lines(data.get("choices", ""))) < 2:
            self.add_error("choices", _("Write two answers at least, one a line."))
        if stays and data.get("kind") == ItemKind.TABLE:
            if not _lines(data.get("columns", "")):
                self.add_error("columns", _("Write one column at least."))
            if not _lines(data.get("rows", "")) and not data.get("more_rows"):
                self.add_error("rows", _("Write one row at least, or say how many may be added."))
        if stays and data.get("kind") == ItemKind.SCALE and not data.get("scale"):
            self.add_error("scale", _("Choose a scale."))
        return data


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


class SectionTemplateForm(TodayForm):
    """A section of a template: its heading, its comments, and its items, each a line of `ItemForm`; the last lines are new."""

    line_template = "guides/templates/line.html"
    one_more = gettext_lazy("One more item")

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
        if flow == Flow.LEADERS:
            del self.fields["comment_worker"]
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
    if item.table:
        found |= {"rows": "\n".join(item.table.rows), "columns": "\n".join(item.table.columns)}
        found["more_rows"] = item.table.more_rows
    return found | {"choices": labels, "note": item.note.label if item.note else "", "place": place}


def _new_key(section: str, taken: set[str]) -> str:
    number = 1
    while (key := f"{section[:50]}_{number}") in taken:
        number += 1
    return key


def _item_of(row: dict[str, Any], key: str, before: rules.Item | None, flow: str) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, "kind": row["kind"], "text": row["text"], "needed": row["needed"]}
    found["by"] = ALONE[flow] if flow in ALONE else row["by"]
    found |= {"own": row.get("own", ""), "says": before.says if before else ""}
    if row["kind"] == ItemKind.SCALE:
        found["scale"] = row["scale"]
    if row["kind"] in WITH_CHOICES:
        known = {str(choice.label): choice for choice in before.choices} if before else {}
        found["choices"] = _choices_of(_lines(row["choices"]), known)
    if row["kind"] == ItemKind.TABLE:
        found |= {"rows": _lines(row["rows"]), "columns": _lines(row["columns"])}
        found["more_rows"] = row["more_rows"] or 0
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
