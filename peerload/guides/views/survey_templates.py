"""Settings > Guides: a survey of the service's own, changed on one page."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.access import MemberRequest
from peerload.ui.forms import TodayForm

from .. import rules
from ..forms.templates import line_field, text_field
from ..models import GuideTemplate
from .templates import EditTemplate, GuideTemplatePage, find_template, listed_template, settings_page

SECTION = 20_000  # characters of all statements of a section


class EditSurveyForm(TodayForm):
    """What a survey is called and asks: answers and statements are written one a line, so they are moved by moving lines."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = line_field(gettext_lazy("Name"), most=120)
    purpose = line_field(gettext_lazy("What it is for, in one sentence"))
    says = text_field(gettext_lazy("What to know before answering"))
    source = line_field(gettext_lazy("Where it comes from"), required=False)
    lead = line_field(gettext_lazy("The words each statement goes on from"), required=False)
    choices = text_field(gettext_lazy("The answers, one a line"), rows=5)

    def __init__(self, *args: Any, sections: tuple[rules.SurveySection, ...], **kwargs: Any) -> None:
        self.sections = sections
        super().__init__(*args, **kwargs)
        for section in sections:
            lines = [f"{item.text} | {item.says}" if item.says else item.text for item in section.items]
            self.fields[f"heading_{section.key}"] = line_field(
                _("Heading “%(title)s”") % {"title": section.title}, initial=section.title
            )
            self.fields[f"lines_{section.key}"] = text_field(
                _("Statements under “%(title)s”, one a line") % {"title": section.title},
                most=SECTION,
                rows=12,
                initial="\n".join(lines),
                help_text=_("After a | you can say what is meant. Without a statement the heading is left out."),
            )
        self.fields["new_heading"] = line_field(_("Heading of a new section"), required=False)
        self.fields["new_lines"] = text_field(_("Its statements, one a line"), most=SECTION)

    def raw(self, content: rules.SurveyContent) -> dict[str, Any]:
        """Return the content as it is written down; what kept its words keeps its key, so results stay comparable."""
        data = self.cleaned_data
        known = {statement.text: statement.key for statement in content.statements}
        codes = {str(choice.label): choice.code for choice in content.choices}
        taken: set[str] = set(known.values())
        parts = [(each.key, data[f"heading_{each.key}"], data[f"lines_{each.key}"]) for each in self.sections]
        keys = {each.key for each in self.sections}
        parts.append((_free("section", keys), data["new_heading"] or _("More"), data["new_lines"]))
        sections = [
            {"key": key, "title": title, "items": [_statement(line, known, taken) for line in _lines(words)]}
            for key, title, words in parts
        ]
        labels = _lines(data["choices"])
        choices = [{"code": codes.get(label) or _key(label, set(codes.values())), "label": label} for label in labels]
        about = {name: data[name] for name in ("title", "purpose", "says", "source", "lead")}
        return {
            **rules.as_json(content),
            **about,
            "choices": choices,
            "sections": [section for section in sections if section["items"]],
        }


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


def _statement(line: str, known: dict[str, str], taken: set[str]) -> dict[str, str]:
    text, _bar, says = (part.strip() for part in line.partition("|"))
    key = known.get(text) or _key(text, taken)
    taken.add(key)
    return {"key": key, "text": text} | ({"says": says} if says else {})


def _key(words: str, taken: set[str]) -> str:
    return _free(slugify(words).replace("-", "_")[:40] or "statement", taken)


def _free(wanted: str, taken: set[str]) -> str:
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}_{number}"
    return key


class EditSurvey(GuideTemplatePage):
    """Change what a survey asks, and the answers to it."""

    form_class = EditSurveyForm
    heading = gettext_lazy("Change the survey")

    @cached_property
    def survey(self) -> rules.SurveyContent:
        content = listed_template(self.found).content
        if not isinstance(content, rules.SurveyContent):
            raise Http404
        return content

    def form_arguments(self) -> dict[str, Any]:
        content = self.survey
        initial = {name: getattr(content, name) for name in ("title", "purpose", "says", "source", "lead")}
        initial |= {"choices": "\n".join(str(choice.label) for choice in content.choices)}
        return {"sections": content.sections, "initial": initial | {"version": self.found.draft_version}}

    def act(self, data: dict[str, Any]) -> str:
        return self.save_draft(self.filled.raw(self.survey), data["version"])

    def differences(self, form: EditSurveyForm, current: GuideTemplate) -> list[dict[str, Any]]:
        stored = listed_template(current).content
        rows = [
            {"label": form.fields[name].label, "theirs": getattr(stored, name), "yours": form.cleaned_data[name]}
            for name in ("title", "purpose", "says", "source", "lead")
        ]
        return [row for row in rows if row["theirs"] != row["yours"]]


@settings_page
def edit(request: MemberRequest, uid: Any) -> HttpResponseBase:
    """Change a template of the service's own on the page of its shape."""
    is_survey = isinstance(listed_template(find_template(request, uid)).content, rules.SurveyContent)
    page = EditSurvey if is_survey else EditTemplate
    return page.as_view()(request, uid=uid)
