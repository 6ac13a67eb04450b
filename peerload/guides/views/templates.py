"""Settings > Guides: templates listed, previewed, copied, changed, published, put away, taken out and brought in."""

import json
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.actions import EditedMeanwhile, Refused
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.staff.views.private_pages import MEANWHILE, EditedPage

from .. import actions, forms, queries, rules, shipped
from ..enums import Shape
from ..models import GuideTemplate

settings_page = access.requires(Capability.LOOK_AFTER_SERVICE)
# How the content of each shape is read; `template` is the service's own, which can be changed, else None.
SHAPE_HTML: dict[str, str] = {
    Shape.GUIDE: "guides/templates/guide.html",
    Shape.SURVEY: "guides/templates/survey.html",
    Shape.CHECKLIST: "guides/templates/checklist.html",
}
# Where what a template of a shape is called, and the order of its parts, is changed.
SHAPE_EDIT: dict[str, str] = {
    Shape.GUIDE: "guide_template_edit",
    Shape.CHECKLIST: "checklist_template_edit",
    Shape.SURVEY: "guide_template_edit",
}
GUIDES = reverse_lazy("guide_templates"), gettext_lazy("Guides")


class ListedTemplate(NamedTuple):
    """A template as the list of settings shows it."""

    code: str
    content: rules.TemplateContent
    in_use: bool
    template: GuideTemplate | None
    is_published: bool

    @property
    def shape_label(self) -> LazyText:
        return Shape(self.content.shape).label

    @property
    def may_be_copied(self) -> bool:
        """Whether a service can have one of its own; the checklist of a notice is the same for all."""
        return not rules.follows_notice(self.content)


@settings_page
@require_GET
def listed(request: MemberRequest) -> HttpResponse:
    """List the shipped templates, and those the service has made."""
    rows = {row.code: row for row in GuideTemplate.objects.filter(organisation=request.organisation)}
    shipped_ones = [
        ListedTemplate(code, content, code not in rows or rows[code].in_use, None, True)
        for code, content in shipped.contents().items()
    ]
    own = [listed_template(row) for row in queries.templates_of(request.organisation)]
    return render(request, "guides/templates.html", {"shipped": shipped_ones, "own": own})


def listed_template(row: GuideTemplate) -> ListedTemplate:
    latest = row.latest()
    content = rules.parse(row.draft) if row.draft else latest.read if latest else None
    if content is None:
        raise ValueError("A template has a draft or a version.")
    return ListedTemplate(row.code, content, row.in_use, row, latest is not None)


def _content_of(request: MemberRequest, code: str) -> rules.TemplateContent:
    """
    Return what a template says: the draft where there is one.

    :raises Http404: if the service has no such template, and none comes with peerload
    """
    if code in shipped.contents():
        return shipped.contents()[code]
    return listed_template(get_object_or_404(queries.templates_of_code(request.organisation, code))).content


@settings_page
@require_GET
def preview(request: MemberRequest, code: str) -> HttpResponse:
    """Show what a template asks, as it is read; nothing can be filled in."""
    content = _content_of(request, code)
    own = queries.templates_of_code(request.organisation, code).first()
    context = {
        "content": content,
        "shape_html": SHAPE_HTML[content.shape],
        "code": code,
        "template": own,
        "is_shipped": code in shipped.contents(),
        "back_url": reverse("guide_template", args=[own.uid]) if own else GUIDES[0],
        "back_label": content.title if own else GUIDES[1],
    }
    return render(request, "guides/preview.html", context)


@settings_page
@require_GET
def export(request: MemberRequest, code: str) -> HttpResponse:
    """Download a template as JSON, to be brought in by another service."""
    content = rules.as_json(_content_of(request, code))
    answer = HttpResponse(json.dumps(content, ensure_ascii=False, indent=2) + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer


@settings_page
@require_POST
@concurrency.creates(taps=lambda request: True)
def copy(request: MemberRequest, code: str) -> HttpResponse:
    """Make a copy of a template, as a draft to change."""
    content = rules.as_json(_content_of(request, code))
    made = actions.add_template(organisation=request.organisation, by=request.member, content=content)
    messages.success(request, _("Copied. Change the copy, then publish it."))
    return redirect("guide_template", uid=made.uid)


@settings_page
@require_POST
def offer(request: MemberRequest, code: str) -> HttpResponse:
    """Offer a template to begin with, or put it away, as the button says."""
    in_use = request.POST.get("in_use") == "yes"
    try:
        actions.offer(organisation=request.organisation, code=code, by=request.member, in_use=in_use)
    except GuideTemplate.DoesNotExist:
        raise Http404 from None
    messages.success(
        request,
        _("It is offered again.") if in_use else _("It is put away. Guides that are begun go on."),
    )
    return redirect("guide_templates")


def find_template(request: MemberRequest, uid: UUID) -> GuideTemplate:
    return get_object_or_404(GuideTemplate, organisation=request.organisation, uid=uid, shipped=False)


@settings_page
@require_GET
def template(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show a service's own template: its sections, and what can be done with it."""
    found = find_template(request, uid)
    shown = listed_template(found)
    context = {
        "template": found,
        "content": shown.content,
        "shape_html": SHAPE_HTML[shown.content.shape],
        "is_published": shown.is_published,
        "edit_url": reverse(edit, args=[found.uid]) if (edit := SHAPE_EDIT.get(shown.content.shape)) else "",
        "editions": found.editions.order_by("-number").select_related("published_by"),
    }
    return render(request, "guides/template.html", context)


@settings_page
@require_POST
def publish(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Publish the draft as the next version."""
    found = find_template(request, uid)
    form = forms.GuideVersionForm(request.POST, on=request.on)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        edition = actions.publish(
            uid=found.uid, organisation=request.organisation, by=request.member, version=version, today=request.on
        )
    except EditedMeanwhile:
        messages.warning(request, _("It has changed since you opened it. Read it again first."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Version %(number)d is published.") % {"number": edition.number})
    return redirect("guide_template", uid=uid)


class TemplateDraftPage(EditedPage):
    """A page that changes the draft of a template of any shape."""

    template_name = "guides/template_form.html"
    title = gettext_lazy("Guides")
    save = gettext_lazy("Save")
    done_words = gettext_lazy("Saved as a draft. Publish it when it is ready.")

    @cached_property
    def found(self) -> GuideTemplate:
        return find_template(self.request, self.kwargs["uid"])

    @cached_property
    def content(self) -> rules.TemplateContent:
        return listed_template(self.found).content

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide_template", args=[self.found.uid]), listed_template(self.found).content.title

    def save_draft(self, raw: dict[str, Any], version: int) -> str:
        try:
            actions.save_draft(
                uid=self.found.uid,
                organisation=self.request.organisation,
                by=self.request.member,
                content=raw,
                version=version,
            )
        except rules.BrokenContent as broken:
            raise Broken(broken) from None
        return str(self.done_words)

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, EditedMeanwhile):
            version = refusal.current.draft_version
            return self.changed_meanwhile(form, version, self.differences(form, refusal.current))
        return super().refused(form, refusal)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"changed": MEANWHILE}


class GuideTemplatePage(TemplateDraftPage):
    """A page that changes the draft of a guide."""

    @cached_property
    def content(self) -> rules.Content:
        content = listed_template(self.found).content
        if not isinstance(content, rules.Content):
            raise Http404
        return content


class Broken(Refused):
    """Content that cannot be used, with what is wrong by section and item."""

    def __init__(self, broken: rules.BrokenContent) -> None:
        super().__init__(" ".join(broken.problems[:5]))


@settings_page
@concurrency.creates
class AddTemplate(FormPage):
    """Begin a new template with its first section."""

    form_class = forms.NewTemplateForm
    template_name = "guides/template_form.html"
    title = gettext_lazy("Guides")
    heading = gettext_lazy("A new guide")
    save = gettext_lazy("Make it")
    back = GUIDES

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"flow": "together", "begins": ["worker", "leader"]}}

    def act(self, data: dict[str, Any]) -> str:
        first = {"kind": "words", "key": "section_1_1", "text": _("Your question"), "by": _by(data)}
        section = {"key": "section_1", "title": data.pop("section"), "says": "", "items": [first], "comments": []}
        raw = data | {"scales": {}, "sections": [section]}
        try:
            self.made = actions.add_template(
                organisation=self.request.organisation, by=self.request.member, content=raw
            )
        except rules.BrokenContent as broken:
            raise Broken(broken) from None
        return _("Made. Now write what it asks.")

    def success_url(self) -> str:
        return reverse("guide_template_section", args=[self.made.uid, "section_1"])


def _by(data: dict[str, Any]) -> str:
    return {"own": "worker", "leaders": "leader"}.get(data["flow"], "both")


@settings_page
class EditTemplate(GuideTemplatePage):
    """Change what a template is called, who takes part, and the order of its sections; add a section."""

    form_class = forms.EditTemplateForm
    heading = gettext_lazy("Change the guide")

    def form_arguments(self) -> dict[str, Any]:
        content = self.content
        names = ("title", "purpose", "says", "source", "flow", "cadence_months", "ends", "steps")
        initial = {name: getattr(content, name) for name in names}
        initial |= {"begins": list(content.begins), "version": self.found.draft_version}
        return {"sections": content.sections, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        raw = rules.as_json(self.content)
        about = ("title", "purpose", "says", "source", "flow", "begins", "cadence_months", "ends", "steps")
        raw |= {name: data[name] for name in about}
        sections = {section["key"]: section for section in raw["sections"]}
        raw["sections"] = [sections[key] for key in self.filled.ordered()]
        if title := data["new_section"]:
            number = len(sections) + 1
            while f"section_{number}" in sections:
                number += 1
            key = f"section_{number}"
            item = {"key": f"{key}_1", "kind": "words", "text": _("Your question"), "by": _by(data)}
            raw["sections"].append({"key": key, "title": title, "says": "", "items": [item], "comments": []})
        if data["flow"] != "together":
            _for_one(raw, _by(data))
        return self.save_draft(raw, data["version"])

    def differences(self, form: forms.EditTemplateForm, current: GuideTemplate) -> list[dict[str, Any]]:
        theirs = rules.guide_of(listed_template(current).content)
        names = ("title", "purpose", "says", "source")
        rows = [
            {"label": form.fields[name].label, "theirs": getattr(theirs, name), "yours": form.cleaned_data[name]}
            for name in names
        ]
        return [row for row in rows if row["theirs"] != row["yours"]]


def _for_one(raw: dict[str, Any], by: str) -> None:
    """Give every item of content to one side, where only one answers."""
    for section in raw["sections"]:
        section["comments"] = [comment for comment in section["comments"] if comment["by"] == by]
        for item in section["items"]:
            item["by"] = by


@settings_page
class EditSection(GuideTemplatePage):
    """Change a section: its heading, its comments, its items in order; add and leave out items."""

    form_class = forms.SectionTemplateForm
    template_name = "guides/template_section.html"

    @cached_property
    def section(self) -> rules.ContentSection:
        found = self.content.section(self.kwargs["section"])
        if found is None:
            raise Http404
        return found

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request = request
        if self.section is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return self.section.title

    def form_arguments(self) -> dict[str, Any]:
        section = self.section
        comments = {f"comment_{comment.by}": comment.label for comment in section.comments}
        initial = {"title": section.title, "says": section.says, **comments, "version": self.found.draft_version}
        content = self.content
        return {"section": section, "flow": content.flow, "scales": list(content.scales), "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        raw = rules.as_json(self.content)
        changed = self.filled.raw()
        raw["sections"] = [changed if each["key"] == changed["key"] else each for each in raw["sections"]]
        return self.save_draft(raw, data["version"])

    def success_url(self) -> str:
        if self.request.POST.get("then") == "more":
            return reverse("guide_template_section", args=[self.found.uid, self.section.key])
        return str(self.back[0])

    def differences(self, form: forms.SectionTemplateForm, current: GuideTemplate) -> list[dict[str, Any]]:
        theirs = rules.guide_of(listed_template(current).content).section(self.section.key)
        rows = []
        for name in ("title", "says"):
            stored, typed = getattr(theirs, name, ""), form.cleaned_data[name]
            rows.append({"label": form.fields[name].label, "theirs": stored, "yours": typed})
        stored_items = "\n".join(item.text for item in theirs.items) if theirs else ""
        typed_items = "\n".join(item["text"] for item in form.raw()["items"])
        rows.append({"label": _("Items"), "theirs": stored_items, "yours": typed_items})
        return [row for row in rows if row["theirs"] != row["yours"]]


@settings_page
@concurrency.creates
class ImportTemplate(FormPage):
    """Bring a template in from JSON, as a draft. It is read as text: nothing in it runs, is fetched, or styles a page."""

    form_class = forms.ImportForm
    template_name = "guides/template_form.html"
    title = gettext_lazy("Guides")
    heading = gettext_lazy("Bring in a guide")
    lead = gettext_lazy("A file that peerload wrote with “Take out”. It becomes a draft, which you read and publish.")
    save = gettext_lazy("Bring it in")
    back = GUIDES

    def form(self, data: Any = None) -> Any:
        return forms.ImportForm(data, self.request.FILES or None, on=self.on)

    def act(self, data: dict[str, Any]) -> str:
        try:
            raw = json.loads(data["words"])
        except (ValueError, RecursionError):
            raise NotJson(
                _("This is not the JSON of a template. Take one out of Guides to see how it looks.")
            ) from None
        try:
            self.made = actions.add_template(
                organisation=self.request.organisation, by=self.request.member, content=raw
            )
        except rules.BrokenContent as broken:
            raise Broken(broken) from None
        return _("Brought in as a draft. Read it, then publish it.")

    def success_url(self) -> str:
        return reverse("guide_template", args=[self.made.uid])


class NotJson(Refused):
    """The text cannot be read as JSON."""

    field = "words"
