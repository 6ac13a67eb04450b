"""Guides: what is under way, begun, read, written section by section, shared, signed, printed, removed."""

from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.staff.views.private_pages import MEANWHILE, EditedPage

from .. import actions, forms, notices, queries, rules
from ..enums import Flow, GuideSide, ItemKind
from ..models import Guide, GuideAnswers
from .base import find_guide, leaders_page, list_of, page_of_two, record_reading, who_reads

# Lists ----------------------------------------------------------------------------------------------------------------


class Beginning(NamedTuple):
    """A template that the member may begin, and whether with a worker they lead."""

    offered: queries.Offered
    for_others: bool


@page_of_two
@require_GET
def growth(request: MemberRequest) -> HttpResponse:
    """Show a member's own guides: what waits for them, what is under way, what is signed, what they can begin."""
    member, on = request.member, request.on
    own = list(queries.own(member))
    waiting = [guide for guide in own if queries.waits_for(guide, member)]
    context = {
        "waiting": waiting,
        "under_way": [guide for guide in own if guide.signed_on is None and guide not in waiting],
        "signed": [(guide, queries.again_on(guide)) for guide in own if guide.signed_on],
        "beginnings": [
            offered
            for offered in queries.offered(request.organisation, rules.Content)
            if offered.content.flow != Flow.LEADERS and member in queries.begins_for(member, on, offered.content)
        ],
        "leads": bool(queries.led_by(member, on)),
        "on": on,
    }
    return render(request, "guides/growth.html", context)


@access.requires(Capability.SEE_TOTALS)
@require_GET
def growth_counts(request: MemberRequest) -> HttpResponse:
    """Show a service manager how many guides each team has open and signed: no worker, no title, no answer."""
    return render(request, "guides/counts.html", {"rows": queries.counts(request.organisation, request.on)})


@leaders_page
@require_GET
def growth_of_led(request: MemberRequest) -> HttpResponse:
    """Show each worker a member leads, in order of name: open guides, the last one and the next. Never an answer."""
    member, on = request.member, request.on
    everything = queries.offered(request.organisation, rules.Content)
    context = {
        "rows": queries.team_page(member, on),
        "waiting": [guide for guide in queries.of_team(member, on) if queries.waits_for(guide, member)],
        "firsts": queries.firsts_for(member, on),
        "ours": queries.of_organisation(member),
        "ours_to_begin": [each for each in everything if each.content.flow == Flow.LEADERS],
        "beginnings": [
            offered
            for offered in everything
            if GuideSide.LEADER in offered.content.begins and offered.content.flow != Flow.LEADERS
        ],
        "on": on,
    }
    return render(request, "guides/team.html", context)


team_growth = access.by_capability(Capability.LEAD_TEAM, growth_of_led, otherwise=growth_counts)


# One guide ------------------------------------------------------------------------------------------------------------


class SectionShown(NamedTuple):
    """A section as the page of a guide shows it."""

    section: rules.ContentSection
    rows: list[rules.ItemAnswers]
    comments: list[tuple[rules.Comment, str]]
    before: dict[str, str]
    mine: bool
    begun: bool
    written: bool


@page_of_two
@require_GET
def guide(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show a guide: its answers side by side, what is missing, who has signed, and what the member can do."""
    found = find_guide(request, uid)
    record_reading(request, found)
    member, side = request.member, queries.side_of(found, request.member)
    answers = queries.answers_of(found).answers
    writes = found.signed_on is None and not (found.flow == Flow.OWN and side == GuideSide.LEADER)
    back_url, back_label = list_of(request, found)
    lacking = rules.lacking(found.content, answers) if answers is not None else []
    sections = _sections(found, side, answers or {}, writes=writes, with_before=found.about_id in (None, member.pk))
    context = {
        "first_part": next((each.section.key for each in sections if each.mine and not each.begun), ""),
        "guide": found,
        "content": found.content,
        "side": side,
        "mine": found.about_id == member.pk,
        "unreadable": answers is None,
        "sections": sections,
        "collected": rules.collected(found.content, answers or {}, side),
        "lacking": lacking,
        "writes": writes and answers is not None,
        "begun_here": found.begun_by == member if found.is_of_leaders else side == found.begun_side,
        "signatures": list(found.signatures.all()),
        "unsigned": [GuideSide(each).label for each in found.content.sides if not queries.has_signed(found, each)],
        "may_sign": writes
        and answers is not None
        and not queries.has_signed(found, side)
        and (found.flow != Flow.TOGETHER or found.shared_on is not None),
        "readers": queries.leaders_of(found.worker, request.on) if found.flow == Flow.OWN else [],
        "again_on": queries.again_on(found),
        "steps": queries.steps_of(found),
        "may_tick": found.flow != Flow.OWN or found.about_id == member.pk,
        "told_again": found.signed_on is not None and member in notices.told_again(found, request.on),
        "who_reads": who_reads(found, member),
        "back_url": back_url,
        "back_label": back_label,
        "on": request.on,
    }
    return render(request, "guides/guide.html", context)


def _sections(
    found: Guide, side: str, answers: rules.Answers, *, writes: bool, with_before: bool
) -> list[SectionShown]:
    earlier = queries.before(found) if with_before else None
    earlier_answers = queries.answers_of(earlier).answers or {} if earlier else {}
    shown = []
    for section in found.content.sections:
        same = earlier.content.section(section.key) if earlier else None
        rows = rules.side_by_side(same, earlier_answers, found.content.sides) if same else []
        before = {
            row.item.key: " · ".join(each.value for each in row.answers if each.value)
            for row in rows
            if any(each.value for each in row.answers)
        }
        comments = [
            (comment, answers.get((section.key, comment.by), rules.NO_ANSWERS).comment) for comment in section.comments
        ]
        shown.append(
            SectionShown(
                section,
                rules.side_by_side(section, answers, found.content.sides),
                comments,
                before,
                mine=writes and section.is_by(side),
                begun=bool(answers.get((section.key, side))),
                written=any(answers.get((section.key, each)) for each in found.content.sides),
            )
        )
    return shown


@page_of_two
@concurrency.creates
class Begin(FormPage):
    """Begin a guide about oneself or a worker one leads."""

    form_class = forms.BeginGuideForm
    template_name = "guides/begin.html"
    title = gettext_lazy("Begin a guide")
    save = gettext_lazy("Begin")

    @cached_property
    def offered(self) -> queries.Offered:
        found = queries.offer(self.request.organisation, self.kwargs["code"], rules.Content)
        if found is None:
            raise Http404
        return found

    @cached_property
    def members(self) -> list[Member]:
        found = queries.begins_for(self.request.member, self.on, self.offered.content)
        if not found:
            raise Http404
        return found

    @property
    def heading(self) -> LazyText:
        return self.offered.content.title

    @property
    def lead(self) -> LazyText:
        return self.offered.content.purpose

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        if self.members == [self.request.member] and not self.is_ours:
            return reverse("growth"), _("Growth")
        return reverse("team_growth"), _("Growth of my team")

    @property
    def is_ours(self) -> bool:
        """Whether it is about the organisation."""
        return self.offered.content.flow == Flow.LEADERS

    def form_arguments(self) -> dict[str, Any]:
        asked = self.request.GET.get("worker", "")
        initial = {"about": asked} if asked in {str(each.uid) for each in self.members} else {}
        ends = self.offered.content.ends
        if ends:
            initial["period_from"] = self.on.isoformat()
        return {"members": self.members, "initial": initial, "ends": ends}

    def act(self, data: dict[str, Any]) -> str:
        self.begun = actions.begin(code=self.offered.code, by=self.request.member, today=self.on, **data)
        return ""

    def success_url(self) -> str:
        return reverse("guide", args=[self.begun.uid])

    def context(self, form: forms.BeginGuideForm) -> dict[str, Any]:
        alone = self.members == [self.request.member]
        return super().context(form) | {"content": self.offered.content, "alone": alone}


@page_of_two
class WriteSection(EditedPage):
    """Write one section for one's own side; it is saved by itself."""

    form_class = forms.SectionForm
    template_name = "guides/section.html"
    title = gettext_lazy("A guide")

    @cached_property
    def found(self) -> Guide:
        return find_guide(self.request, self.kwargs["uid"])

    @cached_property
    def side(self) -> GuideSide:
        return queries.side_of(self.found, self.request.member)

    @cached_property
    def section(self) -> rules.ContentSection:
        found = self.found.content.section(self.kwargs["section"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def answers(self) -> queries.ReadAnswers:
        return queries.answers_of(self.found)

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        others = self.found.flow == Flow.OWN and self.side == GuideSide.LEADER
        if others or self.found.signed_on or self.answers.answers is None or not self.section.is_by(self.side):
            messages.info(request, _("You have nothing to write in this part now."))
            return redirect("guide", uid=self.found.uid)
        record_reading(request, self.found)
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return self.section.title

    @property
    def lead(self) -> LazyText:
        return self.section.says

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title

    def form_arguments(self) -> dict[str, Any]:
        key = (self.section.key, self.side)
        written = (self.answers.answers or {}).get(key, rules.NO_ANSWERS)
        version = self.answers.versions.get(key, 0)
        initial = forms.SectionForm.initial_of(self.section, self.side, written, version)
        found = {"section": self.section, "side": self.side, "initial": initial}
        if any(item.kind == ItemKind.PERSON for item in self.section.items):
            found["people"] = queries.people_of(self.request.organisation)
        return found

    def act(self, data: dict[str, Any]) -> str:
        signed = self.found.signatures.all()
        try:
            actions.write(
                guide=self.found,
                section=self.section.key,
                by=self.request.member,
                answers=self.filled.answers(),
                version=data["version"],
                today=self.on,
            )
        except Guide.DoesNotExist:
            raise Http404 from None
        if signed:
            return _("Saved. The signature given before is cleared, because an answer changed.")
        return _("Saved.")

    def differences(self, form: forms.SectionForm, current: GuideAnswers) -> list[dict[str, Any]]:
        stored = queries.answers_of(self.found).answers or {}
        theirs, yours = stored.get((self.section.key, self.side), rules.NO_ANSWERS), form.answers()
        rows = []
        for item in form.items:
            for label, one, other in (
                (
                    item.label(self.side),
                    rules.shown_value(item, theirs.values.get(item.key)),
                    rules.shown_value(item, yours.values.get(item.key)),
                ),
                (item.note.label if item.note else "", theirs.notes.get(item.key, ""), yours.notes.get(item.key, "")),
            ):
                if one != other:
                    rows.append({"label": label, "theirs": one or _("Nothing"), "yours": other or _("Nothing")})
        if theirs.comment != yours.comment:
            comment = self.section.comment_of(self.side)
            label = comment.label if comment else ""
            rows.append(
                {"label": label, "theirs": theirs.comment or _("Nothing"), "yours": yours.comment or _("Nothing")}
            )
        return rows

    @property
    def parts(self) -> list[rules.ContentSection]:
        return [section for section in self.found.content.sections if section.is_by(self.side)]

    def success_url(self) -> str:
        if self.request.POST.get("then") == "next":
            parts = self.parts
            at = [part.key for part in parts].index(self.section.key)
            if at + 1 < len(parts):
                return reverse("guide_section", args=[self.found.uid, parts[at + 1].key])
        return str(self.back[0])

    def context(self, form: forms.SectionForm) -> dict[str, Any]:
        keys = [part.key for part in self.parts]
        at = keys.index(self.section.key)
        scales = {item.scale for item in form.items if item.scale}
        return super().context(form) | {
            "guide": self.found,
            "content": self.found.content,
            "rows": list(form.rows()),
            "comment": form["comment"] if "comment" in form.fields else None,
            "scales": [
                scale
                for name, scale in self.found.content.scales.items()
                if name in scales and any(choice.says for choice in scale)
            ],
            "number": at + 1,
            "parts": len(keys),
            "is_last": at + 1 == len(keys),
            "who_reads": who_reads(self.found, self.request.member),
            "changed": MEANWHILE,
        }
