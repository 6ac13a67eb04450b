"""Keeping in touch on a person's page: the contacts so far, and in words what happens next."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.formats import format_number
from peerload.ui.templatetags.ui import number, short_day

from . import rules
from .enums import ParkedOutcome
from .models import Client, Contact, TierPeriod
from .queries.in_touch import asks_for_decision, known_of

NTH = [
    "",
    gettext_lazy("first"),
    gettext_lazy("second"),
    gettext_lazy("third"),
    gettext_lazy("fourth"),
    gettext_lazy("fifth"),
    gettext_lazy("sixth"),
    gettext_lazy("seventh"),
    gettext_lazy("eighth"),
    gettext_lazy("ninth"),
    gettext_lazy("tenth"),
]


class KeepingInTouch(NamedTuple):
    """Keeping in touch so far, and in words what happens next."""

    parked_on: date
    days: list[date]  # of contacts
    due_on: date
    outcome: ParkedOutcome
    words: str
    asked: bool  # whether a member has to decide now


def keeping_in_touch(
    found: Client, contacts: Sequence[Contact], tiers: Sequence[TierPeriod], on: date, every: rules.Cadence
) -> KeepingInTouch | None:
    """Return the summary for a parked person, ``None`` for others."""
    known = known_of(found)
    if known is None:
        return None
    days = sorted({c.on for c in contacts if c.reached and not c.voided_at and c.on > known.parked_on})
    outcome = rules.outcome(known, on, every)
    due_on = rules.due_on(known.six_weeks_from, every)
    words = f"{_so_far(len(days), due_on, on)} {_outlook(found, known, outcome, on, every)}"
    decides = asks_for_decision(found, outcome)
    shown = ParkedOutcome.REVIEW if decides else outcome
    return KeepingInTouch(known.parked_on, days, due_on, shown, words, decides or outcome == ParkedOutcome.REACTIVATE)


def _so_far(count: int, due_on: date, on: date) -> str:
    so_far = ngettext("%(number)s contact so far", "%(number)s contacts so far", count)
    so_far %= {"number": number(count).capitalize()}
    nth = NTH[count + 1] if count + 1 < len(NTH) else _("next")
    words = {"so_far": so_far, "nth": nth, "day": short_day(due_on, on)}
    if due_on < on:
        days = (on - due_on).days
        late = ngettext(
            "%(so_far)s; the %(nth)s was due on %(day)s, %(count)s day ago.",
            "%(so_far)s; the %(nth)s was due on %(day)s, %(count)s days ago.",
            days,
        )
        return late % {**words, "count": format_number(days)}
    if due_on == on:
        return _("%(so_far)s; the %(nth)s is due today.") % words
    return _("%(so_far)s; the %(nth)s is due by %(day)s.") % words


def _outlook(found: Client, known: rules.InTouch, outcome: ParkedOutcome, on: date, every: rules.Cadence) -> str:
    """Say what happens next: after the 24 weeks what was decided or is asked, before them what will follow."""
    ends = short_day(rules.period_ends_on(known.parked_on, every), on)
    left = every.contacts_needed - known.contacts_since_parked
    words = {"name": found.short_name, "ends": ends, "weeks": every.inactive_weeks, "number": number(left)}
    match outcome:
        case ParkedOutcome.REACTIVATE:
            return _("%(name)s asked for support on %(day)s. You can support them again on any day.") % {
                "name": found.short_name,
                "day": short_day(known.support_wanted_on, on),
            }
        case ParkedOutcome.REVIEW:
            return _(
                "%(weeks)s weeks were over on %(ends)s. There was no contact for more than "
                "%(longest_gap_days)s days, so the team manager decides."
            ) % {**words, "longest_gap_days": every.longest_gap_days}
        case ParkedOutcome.AWAITING_CONTACT:
            return _awaiting(left) % words
        case ParkedOutcome.INACTIVATE if found.kept_in_touch_on:
            return (
                _("%(weeks)s weeks were over on %(ends)s. Keeping in touch was continued, so the team manager decides.")
                % words
            )
        case ParkedOutcome.INACTIVATE:
            return (
                _("%(weeks)s weeks were over on %(ends)s: %(name)s counts as not in touch now. You can undo it.")
                % words
            )
    return _within_the_weeks(left) % words


def _awaiting(left: int) -> str:
    if left <= 0:
        return _("%(weeks)s weeks were over on %(ends)s. The next step needs a contact.")
    return ngettext(
        "%(weeks)s weeks were over on %(ends)s. "
        "The next step needs a contact: %(number)s more contact saying that no support is needed.",
        "%(weeks)s weeks were over on %(ends)s. "
        "The next step needs a contact: %(number)s more contacts saying that no support is needed.",
        left,
    )


def _within_the_weeks(left: int) -> str:
    if left <= 0:
        return _(
            "If nothing changes, %(name)s will count as not in touch from %(ends)s, when %(weeks)s weeks are over."
        )
    return ngettext(
        "If %(number)s more contact says that no further support is needed, %(name)s will count as not in touch "
        "from %(ends)s, when %(weeks)s weeks are over.",
        "If %(number)s more contacts say that no further support is needed, %(name)s will count as not in touch "
        "from %(ends)s, when %(weeks)s weeks are over.",
        left,
    )
