"""Templates of guides: copied, changed, published, put away."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from peerload.staff.actions import EditedMeanwhile, Refused, history
from peerload.staff.models import Member, Organisation

from .. import rules, shipped
from ..models import GuideEdition, GuideTemplate
from .filling import lock_service


class CannotBeChanged(Refused):
    """A template that comes with peerload is read-only, and a code is used once."""


class NothingToPublish(Refused):
    """The draft says what is published already."""


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
