"""Guides: what is under way, begun, read, written section by section, shared, signed, printed, removed."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.access import MemberRequest, ViewFunction
from peerload.staff.actions import EditedMeanwhile, Refused
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.staff.views.private_pages import MEANWHILE, EditedPage, opens
from peerload.ui.forms import TodayForm

from .. import actions, forms, printing, queries, rules
from ..enums import Flow, GuideSide
from ..models import Guide, GuideAnswers

page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)
own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)


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
            if member in queries.begins_for(member, on, offered.content)
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
    context = {
        "rows": queries.team_page(member, on),
        "waiting": [guide for guide in queries.of_team(member, on) if queries.waits_for(guide, member)],
        "beginnings": [
            offered
            for offered in queries.offered(request.organisation, rules.Content)
            if GuideSide.LEADER in offered.content.begins
        ],
        "on": on,
    }
    return render(request, "guides/team.html", context)


team_growth = access.by_capability(Capability.LEAD_TEAM, growth_of_led, otherwise=growth_counts)


# One guide ------------------------------------------------------------------------------------------------------------


def _find(request: MemberRequest, uid: UUID) -> Guide:
    found = queries.seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    return found


def _read(request: MemberRequest, found: Guide) -> None:
    """Record that a guide about another member's work was read."""
    if found.about_id != request.member.pk:
        audit.read_shared(request, found.uid)


def _list_of(request: MemberRequest, found: Guide | None) -> tuple[LazyText, LazyText]:
    """Return the address of the list in which a guide is, and what it is called."""
    if found is None or found.about_id == request.member.pk:
        return reverse("growth"), _("Growth")
    return reverse("team_growth"), _("Growth of my team")


def who_reads(guide: Guide, member: Member) -> str:
    """Return the sentence that says who can read a guide now."""
    mine = guide.about_id == member.pk
    if guide.flow == Flow.OWN:
        if guide.shared_with is None:
            return _("Only you can read this. It is encrypted before it is saved.")
        name = guide.about.name if not mine else guide.shared_with.name
        return _("Only you and %(name)s can read this, until it is taken back.") % {"name": name}
    if guide.shared_on is None:
        if guide.begun_side == GuideSide.WORKER:
            return _("Only you can read this, until you share it with your team manager.")
        return _("Only those who lead the team can read this, until it is shared with %(name)s.") % {
            "name": guide.about.name
        }
    if mine:
        return _("Only you and your team manager can read this.")
    return _("Only %(name)s and their team manager can read this.") % {"name": guide.about.name}


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
    found = _find(request, uid)
    _read(request, found)
    member, side = request.member, queries.side_of(found, request.member)
    answers = queries.answers_of(found).answers
    writes = found.signed_on is None and not (found.flow == Flow.OWN and side == GuideSide.LEADER)
    back_url, back_label = _list_of(request, found)
    lacking = rules.lacking(found.content, answers) if answers is not None else []
    sections = _sections(found, side, answers or {}, writes=writes, with_before=found.about_id == member.pk)
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
        "begun_here": side == found.begun_side,
        "signatures": list(found.signatures.all()),
        "unsigned": [GuideSide(each).label for each in found.content.sides if not queries.has_signed(found, each)],
        "may_sign": writes
        and answers is not None
        and not queries.has_signed(found, side)
        and (found.flow == Flow.OWN or found.shared_on is not None),
        "readers": queries.leaders_of(found.about, request.on) if found.flow == Flow.OWN else [],
        "again_on": queries.again_on(found),
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
        if self.members == [self.request.member]:
            return reverse("growth"), _("Growth")
        return reverse("team_growth"), _("Growth of my team")

    def form_arguments(self) -> dict[str, Any]:
        asked = self.request.GET.get("worker", "")
        initial = {"about": asked} if asked in {str(each.uid) for each in self.members} else {}
        return {"members": self.members, "initial": initial}

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
        return _find(self.request, self.kwargs["uid"])

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
        _read(request, self.found)
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
        return {"section": self.section, "side": self.side, "initial": initial}

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


# Shared, signed, removed, printed ----------------------------------------------------------------------------------------


@page_of_two
class ShareGuide(FormPage):
    """Let the other side read a guide, after a question."""

    template_name = "guides/form.html"
    title = gettext_lazy("A guide")

    @cached_property
    def found(self) -> Guide:
        found = _find(self.request, self.kwargs["uid"])
        if queries.side_of(found, self.request.member) != found.begun_side:
            raise Http404
        return found

    @property
    def is_own(self) -> bool:
        return self.found.flow == Flow.OWN

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.found.shared_on:
            messages.info(request, _("It is shared already."))
            return redirect("guide", uid=self.found.uid)
        if not queries.leaders_of(self.found.about, self.on):
            messages.info(request, _("Your team has no manager now, so you cannot share it."))
            return redirect("guide", uid=self.found.uid)
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return _("Share: %(guide)s") % {"guide": self.found.title}

    @property
    def lead(self) -> LazyText:
        if self.is_own:
            return _("The person you choose can read it, but not write in it. You can take it back at any time.")
        if self.found.begun_side == GuideSide.LEADER:
            words = _("From then on %(name)s reads all of it, and writes their own part. It cannot be taken back.")
            return words % {"name": self.found.about.name}
        return _("From then on your team manager reads all of it, and writes their own part. It cannot be taken back.")

    save = gettext_lazy("Share it")

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title

    def form(self, data: Any = None) -> Any:
        if not self.is_own:
            return TodayForm(data, on=self.on)
        readers = queries.leaders_of(self.found.about, self.on)
        initial = {"reader": readers[0].uid} if len(readers) == 1 else {}
        return forms.ReaderForm(data, on=self.on, readers=readers, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        try:
            actions.share(guide=self.found, by=self.request.member, today=self.on, reader=data.get("reader"))
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("It is shared. They are told.")


def _press(act: Callable[[MemberRequest, Guide, int | None], str]) -> ViewFunction:
    """Make a view of a button on a guide's page; a refusal is a sentence on that page."""

    @wraps(act)
    def view(request: MemberRequest, uid: UUID) -> HttpResponse:
        found = _find(request, uid)
        form = forms.GuideVersionForm(request.POST, on=request.on)
        version = form.cleaned_data["version"] if form.is_valid() else None
        try:
            messages.success(request, act(request, found, version))
        except EditedMeanwhile:
            messages.warning(request, _("An answer has changed since you opened it. Read it again first."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
        except Guide.DoesNotExist:
            raise Http404 from None
        return redirect("guide", uid=uid)

    return page_of_two(require_POST(view))


@_press
def take_back(request: MemberRequest, found: Guide, version: int | None) -> str:
    """End the sharing of one's own guide for one."""
    if found.flow != Flow.OWN or found.about_id != request.member.pk:
        raise Http404
    actions.take_back(guide=found, by=request.member)
    return _("Taken back: only you can read it now.")


@_press
def sign(request: MemberRequest, found: Guide, version: int | None) -> str:
    """Sign a guide for one's own side."""
    signed = actions.sign(guide=found, by=request.member, version=version, today=request.on)
    if signed.signed_on is None:
        return _("You have signed it. The other person is told.")
    if signed.flow == Flow.OWN:
        return _("It is finished, and stays as it is.")
    return _("You have both signed it. It stays as it is.")


@page_of_two
class RemoveGuide(FormPage):
    """Remove a guide with its answers, after the page has said that it cannot be restored."""

    form_class = TodayForm
    template_name = "guides/form.html"
    title = gettext_lazy("A guide")
    lead = gettext_lazy("Its answers are deleted. peerload keeps no copy of them, and no one can bring them back.")
    save = gettext_lazy("Remove it")

    @cached_property
    def found(self) -> Guide:
        found = _find(self.request, self.kwargs["uid"])
        if queries.side_of(found, self.request.member) != found.begun_side:
            raise Http404
        return found

    @property
    def heading(self) -> LazyText:
        return _("Remove: %(guide)s") % {"guide": self.found.title}

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title

    def act(self, data: dict[str, Any]) -> str:
        self.after = _list_of(self.request, self.found)
        try:
            actions.remove(guide=self.found, by=self.request.member, today=self.on)
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("It is removed.")

    def success_url(self) -> str:
        return str(self.after[0])


@page_of_two
@require_GET
def guide_pdf(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Download a signed guide as a tagged PDF."""
    found = _find(request, uid)
    answers = queries.answers_of(found).answers
    if found.signed_on is None or answers is None:
        messages.info(request, _("It can be printed once it is signed."))
        return redirect("guide", uid=uid)
    _read(request, found)
    answer = HttpResponse(printing.guide(found, answers, request.member, request.on), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="guide-{found.uid}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
