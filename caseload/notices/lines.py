"""What notices of the caseload have in common: what they are about, and lines of a first page."""

from collections import Counter
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_day, format_short_day
from peerload.notices.kinds import FirstPageLine, Reader
from peerload.notices.models import Notice
from peerload.staff.models import Member

from ..models import Client, ClientQuerySet


def said_from(notices: list[Notice]) -> str:
    """Say from which day on; of several days, the first."""
    first = min(notice.anchor_on for notice in notices)
    words = _("From %(day)s on") if len(notices) == 1 else _("The first from %(day)s on")
    return words % {"day": format_short_day(first)}


def said_from_ahead(notices: list[Notice]) -> str:
    """Say from which day on, as long as every day lies ahead."""
    today = clock.today(notices[0].organisation)
    return said_from(notices) if all(notice.anchor_on > today for notice in notices) else ""


def of_people(say: Callable[[Client, Notice, Reader], str], icon: str = "person") -> Callable:
    """Return a function that shows notices about people: each by name, with a link to their page and the words of ``say``."""

    def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        about = {notice.key: notice for notice in notices}
        people = seen_by(reader, about).order_by("name_key", "pk")
        return [line_of(person, say(person, about[person.pk], reader), icon) for person in people]

    return shown


def from_later(notices: list[Notice], reader: Reader, says: Callable[[int], str]) -> list[FirstPageLine]:
    """Return a line for each day ahead from which people are the reader's; they are not named before it."""
    days = Counter(notice.anchor_on for notice in notices if notice.anchor_on > reader.on)
    return [
        FirstPageLine(
            _("From %(day)s") % {"day": format_day(day)},
            reverse("people"),
            ". ".join([says(count) % {"count": count}, _("You can open their pages from that day")]),
            "calendar-plus",
        )
        for day, count in sorted(days.items())
    ]


def team_name(worker: Member) -> str:
    """Name the team of a person a service manager reads about: workers are named in sent reports alone."""
    return worker.home_team.name if worker.home_team else _("In no team")


def seen_by(reader: Reader, client_ids: Iterable[int]) -> ClientQuerySet:
    """Return the people the reader may open, with their workers."""
    return Client.objects.visible_to(reader.member, reader.on).filter(pk__in=client_ids).with_worker(reader.on)


def line_of(person: Client, words: str, icon: str) -> FirstPageLine:
    """Return a line that leads to a person's page."""
    return FirstPageLine(person.name, person.get_absolute_url(), words, icon)
