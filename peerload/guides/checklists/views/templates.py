"""Settings > Guides: a checklist of the service is made and changed here; the rest is as for guides."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.views.form_pages import FormPage

from ... import actions as guide_actions
from ... import rules
from ...enums import ChecklistAnchor, ChecklistSubject, OffsetUnit, OffsetWhen, Shape, StepOwner
from ...models import GuideTemplate
from ...views.templates import GUIDES, Broken, TemplateDraftPage, listed_template, settings_page
from .. import forms

ABOUT = ("title", "purpose", "says", "source", "subject")


def anchor_of(subject: str) -> str:
    """Return the day a checklist of the service counts from: a new worker's from their first day."""
    return str(ChecklistAnchor.START if subject == ChecklistSubject.WORKER else ChecklistAnchor.CHOSEN)


def first_step(key: str, subject: str) -> dict[str, Any]:
    """Return the step with which a phase begins."""
    owner = StepOwner.ADMIN if subject == ChecklistSubject.SERVICE else StepOwner.LEADER
    offset = {"number": 0, "unit": str(OffsetUnit.WORKING_DAYS), "when": str(OffsetWhen.AFTER)}
    return {"key": key, "text": _("Your step"), "owner": str(owner), "offset": offset}


@settings_page
@concurrency.creates
class AddChecklist(FormPage):
    """Begin a new checklist with its first phase."""

    form_class = forms.NewChecklistForm
    template_name = "guides/template_form.html"
    title = gettext_lazy("Guides")
    heading = gettext_lazy("A new checklist")
    save = gettext_lazy("Make it")
    back = GUIDES

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"subject": ChecklistSubject.WORKER}}

    def act(self, data: dict[str, Any]) -> str:
        subject = data["subject"]
        phase = {"key": "phase_1", "title": data.pop("phase"), "says": "", "steps": [first_step("phase_1_1", subject)]}
        raw = data | {"shape": str(Shape.CHECKLIST), "anchor": anchor_of(subject), "phases": [phase]}
        try:
            self.made = guide_actions.add_template(
                organisation=self.request.organisation, by=self.request.member, content=raw
            )
        except rules.BrokenContent as broken:
            raise Broken(broken) from None
        return _("Made. Now write its steps.")

    def success_url(self) -> str:
        return reverse("checklist_template_phase", args=[self.made.uid, "phase_1"])


class ChecklistTemplatePage(TemplateDraftPage):
    """A page that changes the draft of a checklist."""

    @cached_property
    def content(self) -> rules.ChecklistContent:
        content = listed_template(self.found).content
        if not isinstance(content, rules.ChecklistContent):
            raise Http404
        return content


@settings_page
class EditChecklist(ChecklistTemplatePage):
    """Change what a checklist is called, what it is about, and the order of its phases; add a phase."""

    form_class = forms.EditChecklistForm
    heading = gettext_lazy("Change the checklist")

    def form_arguments(self) -> dict[str, Any]:
        content = self.content
        initial = {name: getattr(content, name) for name in ABOUT} | {"version": self.found.draft_version}
        return {"phases": content.sections, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        raw = rules.as_json(self.content) | {name: data[name] for name in ABOUT}
        raw["anchor"] = anchor_of(data["subject"])
        phases = {phase["key"]: phase for phase in raw["phases"]}
        raw["phases"] = [phases[key] for key in self.filled.ordered()]
        if title := data["new_phase"]:
            number = len(phases) + 1
            while f"phase_{number}" in phases:
                number += 1
            key = f"phase_{number}"
            step = first_step(f"{key}_1", data["subject"])
            raw["phases"].append({"key": key, "title": title, "says": "", "steps": [step]})
        return self.save_draft(raw, data["version"])

    def differences(self, form: forms.EditChecklistForm, current: GuideTemplate) -> list[dict[str, Any]]:
        theirs = listed_template(current).content
        rows = [
            {"label": form.fields[name].label, "theirs": getattr(theirs, name), "yours": form.cleaned_data[name]}
            for name in ("title", "purpose", "says", "source")
        ]
        return [row for row in rows if row["theirs"] != row["yours"]]


@settings_page
class EditPhase(ChecklistTemplatePage):
    """Change a phase: its heading and its steps in order; add and leave out steps."""

    form_class = forms.PhaseTemplateForm
    template_name = "guides/template_section.html"

    @cached_property
    def phase(self) -> rules.ContentPhase:
        found = self.content.phase(self.kwargs["phase"])
        if found is None:
            raise Http404
        return found

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request = request
        if self.phase is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return self.phase.title

    def form_arguments(self) -> dict[str, Any]:
        initial = {"title": self.phase.title, "says": self.phase.says, "version": self.found.draft_version}
        return {"phase": self.phase, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        raw = rules.as_json(self.content)
        others = {step.key for phase in self.content.sections if phase != self.phase for step in phase.items}
        changed = self.filled.raw(others)
        raw["phases"] = [changed if each["key"] == changed["key"] else each for each in raw["phases"]]
        return self.save_draft(raw, data["version"])

    def success_url(self) -> str:
        if self.request.POST.get("then") == "more":
            return reverse("checklist_template_phase", args=[self.found.uid, self.phase.key])
        return str(self.back[0])

    def differences(self, form: forms.PhaseTemplateForm, current: GuideTemplate) -> list[dict[str, Any]]:
        content = listed_template(current).content
        theirs = content.phase(self.phase.key) if isinstance(content, rules.ChecklistContent) else None
        rows = [
            {"label": form.fields[name].label, "theirs": getattr(theirs, name, ""), "yours": form.cleaned_data[name]}
            for name in ("title", "says")
        ]
        stored = "\n".join(step.text for step in theirs.items) if theirs else ""
        typed = "\n".join(step["text"] for step in form.raw(set())["steps"])
        rows.append({"label": _("Steps"), "theirs": stored, "yours": typed})
        return [row for row in rows if row["theirs"] != row["yours"]]
