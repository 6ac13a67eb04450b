"""What a person's page says of keeping in touch: the contacts so far, and in words what happens next."""

from datetime import date
from typing import NamedTuple

from caseload import rules as caseload_rules
from caseload.enums import ParkedOutcome
from caseload.models import Client, Contact
from caseload.queries.in_touch import asks_for_decision, known_of
from peerload.ui.templatetags.ui import number, plural, short_day

NTH = "no first second third fourth fifth sixth seventh eighth ninth tenth".split()


class KeepingInTouch(NamedTuple):
    """Keeping in touch so far, and in words what happens next."""

    parked_on: date
    days: list[date]  # of contacts
    due_on: date
    outcome: ParkedOutcome
    words: str
    asked: bool  # whether somebody decides now


def keeping_in_touch(found: Client, contacts: list[Contact], tiers, on: date, every) -> KeepingInTouch | None:
    """Return what there is to say of somebody parked, ``None`` of anybody else."""
    known = known_of(found)
    if known is None:
        return None
    days = sorted({c.on for c in contacts if c.reached and not c.voided_at and c.on > known.parked_on})
    outcome = caseload_rules.outcome(known, on, every)
    due_on = caseload_rules.due_on(known.six_weeks_from, every)
    words = f"{_so_far(len(days), due_on, on)} {_outlook(found, known, outcome, on, every)}"
    decides = asks_for_decision(found, outcome)
    shown = ParkedOutcome.REVIEW if decides else outcome
    return KeepingInTouch(known.parked_on, days, due_on, shown, words, decides or outcome == ParkedOutcome.REACTIVATE)


def _so_far(count: int, due_on: date, on: date) -> str:
    so_far = f"{number(count).capitalize()} contact{'s' if count != 1 else ''} so far"
    nth = NTH[count + 1] if count + 1 < len(NTH) else "next"
    if due_on < on:
        return f"{so_far}; the {nth} was due on {short_day(due_on, on)}, {plural((on - due_on).days, 'day')} ago."
    if due_on == on:
        return f"{so_far}; the {nth} is due today."
    return f"{so_far}; the {nth} is due by {short_day(due_on, on)}."


def _outlook(found: Client, known, outcome: ParkedOutcome, on: date, every) -> str:
    name = found.short_name
    ends = short_day(caseload_rules.period_ends_on(known.parked_on, every), on)
    left = every.contacts_needed - known.contacts_since_parked
    match outcome:
        case ParkedOutcome.REACTIVATE:
            return (
                f"{name} asked for support on {short_day(known.support_wanted_on, on)}. You can support them again on "
                "any day."
            )
        case ParkedOutcome.REVIEW:
            return (
                f"{every.inactive_weeks} weeks were over on {ends}, with a gap of more than "
                f"{every.longest_gap_days} days without a contact, so the team manager decides."
            )
        case ParkedOutcome.AWAITING_CONTACT:
            more = f"{number(left)} more {'contact' if left == 1 else 'contacts'} saying that no support is needed"
            contact = f"a contact: {more}" if left > 0 else "a contact"
            return f"{every.inactive_weeks} weeks were over on {ends}. The next step needs {contact}."
        case ParkedOutcome.INACTIVATE:
            if found.kept_in_touch_on:
                return (
                    f"{every.inactive_weeks} weeks were over on {ends}. Keeping in touch was continued, so the "
                    "team manager "
                    "decides."
                )
            return (
                f"{every.inactive_weeks} weeks were over on {ends}: {name} counts as not in touch now. You can undo it."
            )
    if left > 0:
        more = f"{number(left)} more {'contact' if left == 1 else 'contacts'} saying that no further support is needed"
        return (
            f"With {more}, {name} will count as not in touch from {ends}, when {every.inactive_weeks} weeks are over."
        )
    return (
        f"If nothing changes, {name} will count as not in touch from {ends}, when {every.inactive_weeks} weeks are "
        "over."
    )
