"""Requests not to be contacted, which hold at once (R57): who recorded them, and which manager or deputy agreed."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member
from peerload.staff.queries import members_leading, members_leading_it

from ..enums import ContactPreference, News, Tier
from ..models import Client, PleaseDont
from .locking import Refused, history, lock_person
from .reminders import subject


class NothingToAgree(Refused):
    """The person did not ask to stop contact, or asks it no longer."""


class AgreedAlready(Refused):
    """A manager or deputy of the team has agreed already."""


def keep_choice(person: Client, *, by: Member, on: date) -> None:
    """
    Record that a person asks not to be contacted, or no longer asks it, and who recorded it. The person is locked and
    saved.
    """
    standing = PleaseDont.objects.standing().filter(client=person).first()
    if person.contact_preference == ContactPreference.OK and standing:
        standing.ended_on, standing.ended_by = on, by
        with history(by, "contact is welcome again"):
            standing.save(update_fields=["ended_on", "ended_by"])
    elif person.contact_preference == ContactPreference.PLEASE_DONT and not standing:
        PleaseDont.objects.create(organisation_id=person.organisation_id, client=person, asked_on=on, by=by)
        _tell(person, by, on)


def _tell(person: Client, by: Member, on: date) -> None:
    """Notify those who lead the person's team: one of them agrees."""
    leaders = [leader for leader in members_leading_it(person.team, on) if leader.pk != by.pk]
    notices.notify(recipients=leaders, kind=News.ASKED_NOT, subject=subject(person.pk), anchor_on=on)


def refresh_choices(organisation_id: int, on: date) -> None:
    """
    Record the choices that sheets brought and notify those who lead the teams; end the choices that sheets took back.

    A sheet does not say when the person asked, or who recorded it.
    """
    taken_back = PleaseDont.objects.standing().filter(
        organisation=organisation_id, client__contact_preference=ContactPreference.OK
    )
    taken_back.update(ended_on=on)
    standing = PleaseDont.objects.standing().filter(client=OuterRef("pk"))
    brought = Client.objects.filter(
        ~Exists(standing), organisation=organisation_id, contact_preference=ContactPreference.PLEASE_DONT
    ).select_related("team")
    people = list(brought.exclude(tier=Tier.INACTIVE).order_by("pk"))
    PleaseDont.objects.bulk_create(PleaseDont(organisation_id=organisation_id, client=person) for person in people)
    leaders = members_leading({person.team_id for person in people if person.team_id}, on) if people else {}
    lines = [
        notices.NewNotice(leader.pk, News.ASKED_NOT, subject(person.pk), on)
        for person in people
        for leader in leaders.get(person.team_id, ())
    ]
    notices.notify_each(organisation_id, lines)


@transaction.atomic
def agree_to_choice(*, client_id: int, by: Member, today: date) -> PleaseDont:
    """
    Agree that a person is not contacted, as they asked. Reminders stopped at once, without waiting for this.

    :raises NothingToAgree: if the person did not ask, or has taken it back
    :raises AgreedAlready: if a manager or deputy of the team has agreed
    """
    person = lock_person(client_id)
    if person.contact_preference != ContactPreference.PLEASE_DONT:
        raise NothingToAgree(
            _("%(person)s does not ask us to stop contact now. Contact is welcome.") % {"person": person.name}
        )
    standing = PleaseDont.objects.standing().filter(client=person).select_related("agreed_by").first()
    if standing and standing.agreed_on:
        raise AgreedAlready(
            _("%(agreed_by)s agreed on %(day)s already.")
            % {"agreed_by": standing.agreed_by.name, "day": format_day(standing.agreed_on)}
        )
    standing = standing or PleaseDont(organisation_id=person.organisation_id, client=person)
    standing.agreed_on, standing.agreed_by = today, by
    with history(by, "not contacted, as they asked"):
        standing.save()
    return standing
