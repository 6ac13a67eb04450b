"""
Guides: begun, written, shared, signed, removed; and templates: copied, changed, published, put away.

The guide's row is locked first; everything that decides is read behind it. Answers have no history, on purpose.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from peerload.core.sealing import seal
from peerload.notices import actions as notices_actions
from peerload.staff.actions import EditedMeanwhile, Refused, history
from peerload.staff.models import Member, Organisation

from . import notices, queries, rules, shipped
from .enums import Flow, GuideSide
from .models import Guide, GuideAnswers, GuideEdition, GuideSignature, GuideTemplate


class NotForThem(Refused):
    """This member cannot begin this guide about that worker."""

    field = "about"


class Signed(Refused):
    """What all sides have signed stays as it is."""


class NotYourPart(Refused):
    """The section, or the step, belongs to the other side."""


class ReaderNotLeader(Refused):
    """A guide for one is shared with the worker's team manager, and with no one else."""

    field = "reader"


class NotShared(Refused):
    """A guide of two is shared before it is signed."""


class StillLacking(Refused):
    """Something has to be written before it can be signed."""


class OtherHasWritten(Refused):
    """The other side has written in it or signed it, so it is not removed."""


class PeriodBackwards(Refused):
    """The period ends before it begins."""

    field = "period_until"


class CannotBeChanged(Refused):
    """A template that comes with peerload is read-only, and a code is used once."""


class NothingToPublish(Refused):
    """The draft says what is published already."""


# Filling in -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    code: str,
    about: Member,
    by: Member,
    today: date,
    period_from: date | None = None,
    period_until: date | None = None,
) -> Guide:
    """
    Begin a guide about a worker, on the latest version of its template.

    :raises NotForThem: if the member may not begin it about that worker, or it is not offered any more
    :raises PeriodBackwards: if the period ends before it begins
    """
    organisation = lock_service(about.organisation_id)
    offered = queries.offer(organisation, code, rules.Content)
    if offered is None or about not in queries.begins_for(by, today, offered.content):
        raise NotForThem(_("You cannot begin this guide for them now. Choose another one."))
    if period_from and period_until and period_until < period_from:
        raise PeriodBackwards(_("The period ends before it begins. Choose a later day."))
    side = GuideSide.WORKER if about == by else GuideSide.LEADER
    with history(by):
        return Guide.objects.create(
            organisation=organisation,
            edition=edition_of(organisation, offered, today),
            flow=offered.content.flow,
            about=about,
            begun_side=side,
            begun_by=by,
            begun_on=today,
            period_from=period_from,
            period_until=period_until,
        )


def lock_service(organisation_id: int) -> Organisation:
    """Lock a service's row while versions of its templates are made, so that each number is given once."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)


def edition_of(organisation: Organisation, offered: queries.Offered[shipped.Shaped], today: date) -> GuideEdition:
    """Return the version to begin with; of a shipped template one is made where peerload's words are new here."""
    template = offered.template or GuideTemplate.objects.create(
        organisation=organisation, code=offered.code, shipped=True
    )
    latest = template.latest()
    content = rules.as_json(offered.content)
    if latest is None or latest.content != content:
        number = latest.number + 1 if latest else 1
        return GuideEdition.objects.create(template=template, number=number, content=content, published_on=today)
    return latest


def _locked(guide: Guide) -> Guide:
    """Lock a guide and read it anew."""
    found = Guide.objects.select_for_update(of=("self",)).select_related("edition", "about__organisation")
    return found.get(pk=guide.pk)


def _open(guide: Guide, by: Member, today: date) -> tuple[Guide, GuideSide]:
    """
    Lock a guide that is not signed by all; return it with the member's side.

    :raises Guide.DoesNotExist: if it is removed, or the member may not read it any more
    :raises Signed: if it is frozen
    """
    found = _locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    if found.signed_on:
        raise Signed(_("It is signed, and stays as it was."))
    return found, queries.side_of(found, by)


@transaction.atomic
def write(
    *, guide: Guide, section: str, by: Member, answers: rules.SideAnswers, version: int | None, today: date
) -> Guide:
    """
    Save what one side says in one section. Signatures that were given before are cleared.

    :param version: of the answers the form was filled from, 0 for none
    :raises NotYourPart: if the member's side has nothing to write there
    :raises Signed: if all sides have signed
    :raises EditedMeanwhile: if the section was saved since, by this side
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    guide, side = _open(guide, by, today)
    part = guide.content.section(section)
    if part is None or not part.is_by(side) or (guide.flow == Flow.OWN and side != GuideSide.WORKER):
        raise NotYourPart(_("You have nothing to write in this part."))
    row = GuideAnswers.objects.filter(guide=guide, section=section, side=side).first()
    if (row.version if row else 0) != version:
        raise EditedMeanwhile(row or GuideAnswers(guide=guide, section=section, side=side, version=0))
    row = row or GuideAnswers(guide=guide, section=section, side=side, version=0)
    row.sealed = seal(json.dumps(rules.answers_as_json(answers)), owner=guide.uid)
    row.version += 1
    row.save()
    with history(by):
        guide.signatures.all().delete()
        guide.version += 1
        guide.save()
    return guide


@transaction.atomic
def share(*, guide: Guide, by: Member, today: date, reader: Member | None = None) -> Guide:
    """
    Let the other side read a guide: of two, for good; for one, the reader until it is taken back.

    :param reader: who may read a guide for one
    :raises NotYourPart: if the other side began it
    :raises ReaderNotLeader: if the reader does not lead the worker's team
    :raises Guide.DoesNotExist: if the member may not read the guide
    """
    found = _locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    if queries.side_of(found, by) != found.begun_side:
        raise NotYourPart(_("Only the side that began it can share it."))
    leaders = queries.leaders_of(found.about, today)
    if found.flow == Flow.OWN:
        if reader not in leaders:
            raise ReaderNotLeader(_("Choose who leads your team now. You cannot share it with anyone else."))
        found.shared_with, found.shared_on = reader, today
        told = [reader]
    elif found.shared_on:
        return found
    else:
        found.shared_on = today
        told = leaders if found.begun_side == GuideSide.WORKER else [found.about]
        if not told:
            raise ReaderNotLeader(_("Your team has no manager now, so you cannot share it."))
    with history(by):
        found.save()
    notices_actions.notify(recipients=told, kind=notices.SHARED, subject=notices.of_guide(found.pk), anchor_on=today)
    return found


@transaction.atomic
def take_back(*, guide: Guide, by: Member) -> None:
    """End the sharing of one's own guide for one; not shared, there is nothing to end."""
    found = _locked(guide)
    if found.flow == Flow.OWN and found.about_id == by.pk and found.shared_with_id:
        found.shared_with = found.shared_on = None
        with history(by):
            found.save()


@transaction.atomic
def sign(*, guide: Guide, by: Member, version: int | None, today: date) -> Guide:
    """
    Sign for one side; once all sides have, the guide is frozen.

    :param version: of the guide as it was read
    :raises EditedMeanwhile: if an answer has changed since it was read
    :raises NotShared: if a guide of two is not shared yet
    :raises StillLacking: if something has to be written first
    :raises Signed: if all sides have signed
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found, side = _open(guide, by, today)
    if found.flow == Flow.OWN and side != GuideSide.WORKER:
        raise NotYourPart(_("Only the worker signs this guide."))
    if found.version != version:
        raise EditedMeanwhile(found)
    if found.flow == Flow.TOGETHER and not found.shared_on:
        raise NotShared(_("Share it first. You both read it before you sign."))
    answers = queries.answers_of(found).answers
    missing = rules.lacking(found.content, answers) if answers is not None else None
    if missing is None:
        raise StillLacking(_("The answers cannot be opened now, so it cannot be signed."))
    if missing:
        words = "; ".join(f"{each.section.title}: {each.words}" for each in missing[:3])
        raise StillLacking(_("Before you sign, this is missing: %(words)s.") % {"words": words})
    signature = {"member": by, "signed_on": today, "signed_version": found.version}
    with history(by):
        GuideSignature.objects.update_or_create(guide=found, side=side, defaults=signature)
        if set(found.signatures.values_list("side", flat=True)) >= set(found.content.sides):
            found.signed_on = today
            found.save()
    if found.signed_on is None:
        told = queries.leaders_of(found.about, today) if side == GuideSide.WORKER else [found.about]
        subject = notices.of_guide(found.pk)
        notices_actions.notify(recipients=told, kind=notices.TO_SIGN, subject=subject, anchor_on=today)
    return found


@transaction.atomic
def remove(*, guide: Guide, by: Member, today: date) -> None:
    """
    Remove a guide with its answers, while only the side that began it has written in it.

    A worker removes a guide for one at any time, signed or not.

    :raises NotYourPart: if the other side began it
    :raises OtherHasWritten: if the other side has written in it or signed it
    :raises Signed: if both have signed
    """
    found = _locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    side = queries.side_of(found, by)
    if side != found.begun_side:
        raise NotYourPart(_("Only the side that began it can remove it."))
    if found.flow == Flow.TOGETHER:
        if found.signed_on:
            raise Signed(_("It is signed, and stays as it was."))
        if found.answers.exclude(side=side).exists() or found.signatures.exclude(side=side).exists():
            raise OtherHasWritten(
                _("The other person has written in it or signed it. Talk with them, and sign it both.")
            )
    found.answers.all().delete()
    with history(by):
        found.signatures.all().delete()
        found.delete()


# The timetable --------------------------------------------------------------------------------------------------------


def sweep(organisation: Organisation, on: date) -> int:
    """End the sharing with readers who no longer lead the worker, and notify of guides due again; return how much is new."""
    over = [guide.pk for guide in queries.shared_with_readers(organisation.pk) if not queries.reads(guide, on)]
    for guide in Guide.objects.select_for_update(of=("self",)).filter(pk__in=over).order_by("pk"):
        guide.shared_with = guide.shared_on = None
        guide.save()
    lines = [
        notices_actions.NewNotice(recipient.pk, notices.AGAIN, notices.of_guide(guide.pk), day)
        for guide, day in queries.due_again(organisation.pk, on)
        for recipient in notices.told_again(guide, on)
    ]
    return notices_actions.notify_each(organisation.pk, lines) if lines else 0


# Templates ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_template(
    *, organisation: Organisation, by: Member, content: Mapping[str, Any], code: str = ""
) -> GuideTemplate:
    """
    Make a service's own template, as a draft.

    :param content: as `rules.parse` reads it
    :raises rules.BrokenContent: if it cannot be used
    """
    read = _parse_own(content)
    organisation = lock_service(organisation.pk)
    taken = set(GuideTemplate.objects.filter(organisation=organisation).values_list("code", flat=True))
    free = _free_code(code or slugify(read.title).replace("-", "_")[:50] or "guide", taken | shipped.contents().keys())
    with history(by):
        return GuideTemplate.objects.create(
            organisation=organisation, code=free, draft=rules.as_json(read), draft_version=1
        )


def _parse_own(content: object) -> rules.TemplateContent:
    """Read the content of a service's own template."""
    read = rules.parse(content)
    if rules.follows_notice(read):
        raise rules.BrokenContent(
            [_("The checklist of a worker who leaves comes with peerload. Make one about a team.")]
        )
    return read


def _free_code(wanted: str, taken: set[str]) -> str:
    code, number = wanted, 1
    while code in taken:
        number += 1
        code = f"{wanted}_{number}"
    return code


def _locked_template(uid: UUID, organisation: Organisation) -> GuideTemplate:
    found = GuideTemplate.objects.select_for_update(of=("self",)).get(uid=uid, organisation=organisation)
    if found.shipped:
        raise CannotBeChanged(_("It comes with peerload and cannot be changed. Copy it, and change the copy."))
    return found


@transaction.atomic
def save_draft(
    *, uid: UUID, organisation: Organisation, by: Member, content: Mapping[str, Any], version: int | None
) -> GuideTemplate:
    """
    Save the draft of a service's own template; what is published stays as it is.

    :raises EditedMeanwhile: if it has changed since it was read
    :raises rules.BrokenContent: if the content cannot be used
    :raises CannotBeChanged: if the template comes with peerload
    """
    found = _locked_template(uid, organisation)
    if found.draft_version != version:
        raise EditedMeanwhile(found)
    found.draft = rules.as_json(_parse_own(content))
    found.draft_version += 1
    with history(by):
        found.save()
    return found


@transaction.atomic
def publish(*, uid: UUID, organisation: Organisation, by: Member, version: int | None, today: date) -> GuideEdition:
    """
    Publish the draft as the next version. Guides that are begun keep theirs.

    :raises EditedMeanwhile: if the draft has changed since it was read
    :raises NothingToPublish: if there is no draft, or it says what is published already
    """
    lock_service(organisation.pk)
    found = _locked_template(uid, organisation)
    if found.draft_version != version:
        raise EditedMeanwhile(found)
    latest = found.latest()
    if found.draft is None or (latest and latest.content == found.draft):
        raise NothingToPublish(_("There is nothing new to publish. Change something first."))
    number = latest.number + 1 if latest else 1
    with history(by):
        edition = GuideEdition.objects.create(
            template=found, number=number, content=found.draft, published_on=today, published_by=by
        )
        found.draft, found.draft_version = None, found.draft_version + 1
        found.save()
    return edition


@transaction.atomic
def offer(*, organisation: Organisation, code: str, by: Member, in_use: bool) -> None:
    """
    Offer a template to begin with, or put it away; guides that are begun go on.

    :raises GuideTemplate.DoesNotExist: if the service has no such template, and none comes with peerload
    """
    lock_service(organisation.pk)
    with history(by):
        if code in shipped.contents():
            defaults = {"in_use": in_use, "shipped": True}
            GuideTemplate.objects.update_or_create(organisation=organisation, code=code, defaults=defaults)
        else:
            found = GuideTemplate.objects.select_for_update(of=("self",)).get(organisation=organisation, code=code)
            found.in_use = in_use
            found.save()
