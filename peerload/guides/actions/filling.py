"""
Guides: begun, written, shared, signed, removed.

The guide's row is locked first; everything that decides is read behind it. Answers have no history, on purpose.
"""

import json
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.sealing import seal
from peerload.notices import actions as notices_actions
from peerload.staff.actions import EditedMeanwhile, Refused, history
from peerload.staff.models import Member, Organisation

from .. import notices, queries, rules, shipped
from ..enums import Flow, GuideSide
from ..models import Guide, GuideAnswers, GuideEdition, GuideSignature, GuideTemplate


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


class EndDayMissing(Refused):
    """A guide that ends needs its last day, which has not passed."""

    field = "period_until"


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
    Begin a guide about a worker, on the latest version of its template; about the organisation, ``about`` is who begins it.

    :raises NotForThem: if the member may not begin it about that worker, or it is not offered any more
    :raises PeriodBackwards: if the period ends before it begins
    :raises EndDayMissing: if it ends on a day, and that is missing or has passed
    """
    organisation = lock_service(about.organisation_id)
    offered = queries.offer(organisation, code, rules.Content)
    if offered is None or about not in queries.begins_for(by, today, offered.content):
        raise NotForThem(_("You cannot begin this guide for them now. Choose another one."))
    if period_from and period_until and period_until < period_from:
        raise PeriodBackwards(_("The period ends before it begins. Choose a later day."))
    if offered.content.ends and (period_until is None or period_until < today):
        raise EndDayMissing(_("Say until when it holds. Choose a day after today."))
    of_leaders = offered.content.flow == Flow.LEADERS
    side = GuideSide.WORKER if about == by and not of_leaders else GuideSide.LEADER
    with history(by):
        return Guide.objects.create(
            organisation=organisation,
            edition=edition_of(organisation, offered, today),
            flow=offered.content.flow,
            about=None if of_leaders else about,
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


def locked(guide: Guide) -> Guide:
    """Lock a guide and read it anew."""
    found = Guide.objects.select_for_update(of=("self",))
    return found.select_related("edition", "about__organisation", "organisation", "begun_by").get(pk=guide.pk)


def open_for(guide: Guide, by: Member, today: date) -> tuple[Guide, GuideSide]:
    """
    Lock a guide that is not signed by all; return it with the member's side.

    :raises Guide.DoesNotExist: if it is removed, or the member may not read it any more
    :raises Signed: if it is frozen
    """
    found = locked(guide)
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
    guide, side = open_for(guide, by, today)
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
    found = locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    if queries.side_of(found, by) != found.begun_side:
        raise NotYourPart(_("Only the side that began it can share it."))
    if found.is_of_leaders:
        raise NotYourPart(_("All who lead read it already."))
    leaders = queries.leaders_of(found.worker, today)
    if found.flow == Flow.OWN:
        if reader not in leaders:
            raise ReaderNotLeader(_("Choose who leads your team now. You cannot share it with anyone else."))
        found.shared_with, found.shared_on = reader, today
        told = [reader]
    elif found.shared_on:
        return found
    else:
        found.shared_on = today
        told = leaders if found.begun_side == GuideSide.WORKER else [found.worker]
        if not told:
            raise ReaderNotLeader(_("Your team has no manager now, so you cannot share it."))
    with history(by):
        found.save()
    notices_actions.notify(recipients=told, kind=notices.SHARED, subject=notices.of_guide(found.pk), anchor_on=today)
    return found


@transaction.atomic
def take_back(*, guide: Guide, by: Member) -> None:
    """End the sharing of one's own guide for one; not shared, there is nothing to end."""
    found = locked(guide)
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
    found, side = open_for(guide, by, today)
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
        told = queries.leaders_of(found.worker, today) if side == GuideSide.WORKER else [found.worker]
        subject = notices.of_guide(found.pk)
        notices_actions.notify(recipients=told, kind=notices.TO_SIGN, subject=subject, anchor_on=today)
    return found


@transaction.atomic
def remove(*, guide: Guide, by: Member, today: date) -> None:
    """
    Remove a guide with its answers, while only the side that began it has written in it.

    A worker removes a guide for one at any time, signed or not; of one about the organisation only who began it, until then.

    :raises NotYourPart: if the other side began it
    :raises OtherHasWritten: if the other side has written in it or signed it
    :raises Signed: if both have signed
    """
    found = locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    side = queries.side_of(found, by)
    if side != found.begun_side:
        raise NotYourPart(_("Only the side that began it can remove it."))
    if found.is_of_leaders and (found.signed_on or found.begun_by_id != by.pk):
        raise NotYourPart(_("Only the person who began it can remove it, until it is finished."))
    if found.flow == Flow.TOGETHER:
        if found.signed_on:
            raise Signed(_("It is signed, and stays as it was."))
        theirs = [each.by_id for each in found.steps.all() if queries.side_of(found, each.by) != side]
        if theirs or found.answers.exclude(side=side).exists() or found.signatures.exclude(side=side).exists():
            raise OtherHasWritten(
                _("The other person has written in it or signed it. Talk with them, and sign it both.")
            )
    found.answers.all().delete()
    found.steps.all().delete()
    with history(by):
        found.signatures.all().delete()
        found.delete()
