"""What the cells of one row may not say together."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from caseload.enums import NextStepKind, Tier
from peerload.core.formats import format_list
from wellbeing.enums import SessionKind
from workload.enums import CountedPer

from ..comparison.rows import Merged, ServiceRows
from ..errors import Fault
from ..sheets.work import COUNTED_BY_QUANTITY
from .checks import fault, of_file

# columns of a day that has come
_PAST = {
    "contacts": ("on",),
    "drop_ins": ("on",),
    "next_steps": ("made_on", "ended_on"),
    "goals": ("from", "ended_on"),
    "consents": ("consented_on", "withdrawn_on"),
    "group_sessions": ("on",),
    "group_meetings": ("called_off_on",),
    "allocations": ("close_decided_on", "closed_on"),
    "staff": ("closed_on",),
    "close_decisions": ("decided_on", "withdrawn_on"),
    "allocation_reviews": ("looked_on",),
    "waiting_changes": ("changed_on",),
}


def check_future_days(service: ServiceRows, today: date) -> Iterator[Fault]:
    for name, columns in _PAST.items():
        for row in of_file(service, name):
            for day in (column for column in columns if row.values[column] and row.values[column] > today):
                yield fault(
                    name,
                    row,
                    day,
                    _("%(values)s is in the future. Today is %(today)s.") % {"values": row.values[day], "today": today},
                )
    for row in of_file(service, "tiers"):
        if row.values["tier"] == Tier.PARKED and row.values["from"] > today:
            says = _("Parked from %(from)s, which is in the future. Today is %(today)s.") % {
                "from": row.values["from"],
                "today": today,
            }
            yield fault("tiers", row, "from", says)


# column, must lie (on or) after, whether the same day will do
_ORDER = {
    "posts": (("until", "from", True),),
    "allocations": (
        ("until", "from", False),
        ("close_decided_on", "from", True),
        ("closed_on", "from", True),
        ("closed_on", "close_decided_on", True),
    ),
    "close_decisions": (("decided_on", "from", True), ("withdrawn_on", "decided_on", True)),
    "allocation_reviews": (("looked_on", "from", True), ("next_on", "looked_on", False)),
    "activities": (("finished_on", "from", True),),
    "waiting": (("ended_on", "referred_on", True),),
    "responsibilities": (("until", "from", True),),
    "groups": (("until", "from", True),),
    "group_facilitators": (("until", "from", True),),
    "group_members": (("until", "from", True),),
    "absences": (("expected_back", "from", False), ("back_on", "from", False)),
    "leave_requests": (("until", "from", True),),
    "cover": (("from", "absent_from", True), ("until", "from", True)),
    "acting": (("until", "from", True),),
    "leavings": (("last_day", "notice_on", True), ("closed_on", "last_day", False)),
    "please_dont": (("agreed_on", "asked_on", True), ("ended_on", "asked_on", True)),
    "merges": (("undone_on", "on", True),),
    "next_steps": (("ended_on", "made_on", True),),
    "goals": (("ended_on", "from", True),),
    "consents": (("withdrawn_on", "consented_on", True),),
}
_Pairs = Mapping[str, tuple[tuple[str, str], ...]]
# columns of a sheet that are filled in together or not at all
_TOGETHER: _Pairs = {
    "waiting": (("ended_on", "ended_as"),),
    "please_dont": (("agreed_on", "agreed_by"),),
    "next_steps": (("ended_on", "ended_as"),),
    "goals": (("ended_on", "ended_as"),),
    "temporary_moves": (("settled_on", "settled_as"), ("absent", "absent_from")),
    "leave_requests": (("answered_on", "answered_by"),),
    "leaving_steps": (("done_on", "done_by"),),
    "handovers": (("told_on", "told_by"),),
    "possible_duplicates": (("says", "says_by"), ("other_says", "other_says_by")),
    "merges": (("undone_on", "undone_by"),),
    "sessions": (("missed_on", "instead_on"),),
    "record_assumptions": (("answer", "answered_on"),),
    "report_questions": (("answer", "answered_by"), ("answer", "answered_at")),
    "records": (
        ("completed_by", "completed_on"),
        ("disagreed_by", "disagreed_total"),
        ("disagreed_by", "disagreement"),
        ("decided_by", "decided_total"),
        ("explained_by", "explanation"),
        ("manager_note", "manager_note_by"),
        ("manager_note", "manager_note_on"),
    ),
}
# columns of a sheet, of which at most one is filled in
_EITHER: _Pairs = {"leavings": (("withdrawn_on", "closed_on"),), "sessions": (("held_on", "missed_on"),)}
# columns of a sheet that name two different people
_NOT_THE_SAME: _Pairs = {
    "possible_duplicates": (("ref", "other"),),
    "merges": (("ref", "absorbed"),),
    "sessions": (("email", "with"),),
    "records": (("email", "other_manager"),),
    "acting": (("email", "acts"),),
}


def check_rows(service: ServiceRows) -> Iterator[Fault]:
    yield from _check_order(service)
    for name, row, one, other in _pairs(service, _TOGETHER):
        empty = [column for column in (one, other) if row.values[column] in (None, "")]
        if len(empty) == 1:
            yield fault(
                name, row, empty[0], _("%(one)s and %(other)s are filled in together.") % {"one": one, "other": other}
            )
    for name, row, one, other in _pairs(service, _EITHER):
        if row.values[one] and row.values[other]:
            yield fault(name, row, other, _("Fill in %(one)s or %(other)s, not both.") % {"one": one, "other": other})
    for name, row, one, other in _pairs(service, _NOT_THE_SAME):
        if row.values[one] and row.values[one] == row.values[other]:
            yield fault(
                name,
                row,
                other,
                _("%(one)s and %(other)s are the same. Name another person.") % {"one": one, "other": other},
            )
    yield from _check_hours(service)
    for row in of_file(service, "contacts"):
        if row.values["reached"] and not row.values["outcome"]:
            yield fault("contacts", row, "outcome", _("The person was reached. Fill in the outcome."))
        if not row.values["reached"] and row.values["outcome"]:
            yield fault("contacts", row, "outcome", _("The person was not reached. Leave the outcome empty."))
        if row.values["written_with"] and not row.values["note"]:
            yield fault("contacts", row, "written_with", _("There is no note to agree to. Leave this cell empty."))
    yield from _check_next_steps(service)
    for row in of_file(service, "goals"):
        if row.values["ended_by"] and not row.values["ended_as"]:
            yield fault("goals", row, "ended_by", _("It is neither reached nor let go. Leave this cell empty."))
    for row in of_file(service, "consents"):
        if row.values["withdrawn_by"] and not row.values["withdrawn_on"]:
            yield fault("consents", row, "withdrawn_by", _("It was not withdrawn. Leave this cell empty."))
    yield from _check_who_leads(service)
    yield from _check_quantities(service)


_OF_APPOINTMENT = ("time", "minutes", "place", "place_words", "with_others")


def _check_next_steps(service: ServiceRows) -> Iterator[Fault]:
    """Check that a promise says what and nothing of an appointment, which has its hour, length and place."""
    for row in of_file(service, "next_steps"):
        if row.values["kind"] == NextStepKind.PROMISE:
            if not row.values["what"]:
                yield fault("next_steps", row, "what", _("Write down what was promised."))
            for column in _OF_APPOINTMENT:
                if row.values[column] not in (None, ""):
                    yield fault("next_steps", row, column, _("A promise has none. Leave this cell empty."))
        else:
            for column in _OF_APPOINTMENT[:3]:
                if row.values[column] in (None, ""):
                    yield fault(
                        "next_steps", row, column, _("An appointment has a time, minutes and a place. Fill this in.")
                    )
        if row.values["ended_by"] and not row.values["ended_as"]:
            yield fault("next_steps", row, "ended_by", _("This next step has not ended. Leave this cell empty."))


def _pairs(service: ServiceRows, pairs: _Pairs) -> Iterator[tuple[str, Merged, str, str]]:
    for name, columns in pairs.items():
        yield from ((name, row, one, other) for row in of_file(service, name) for one, other in columns)


def _check_order(service: ServiceRows) -> Iterator[Fault]:
    for name, days in _ORDER.items():
        for row in of_file(service, name):
            for later, earlier, same in days:
                a, b = row.values[earlier], row.values[later]
                if a and b and (b < a or (b == a and not same)):
                    words = (
                        _("%(day)s lies before %(first)s, the day of %(earlier)s.")
                        if same
                        else _("%(day)s does not lie after %(first)s, the day of %(earlier)s.")
                    )
                    yield fault(name, row, later, words % {"day": b, "first": a, "earlier": earlier})


def _check_hours(service: ServiceRows) -> Iterator[Fault]:
    """Check that weekly hours are not written beside working days, which say them."""
    for row in of_file(service, "posts"):
        if row.values["days"] and row.values["weekly_hours"] is not None:
            says = _("The days come to %(sum)s hours. Leave this cell empty.") % {
                "sum": f"{sum(row.values['days'], Decimal()).normalize():f}"
            }
            yield fault("posts", row, "weekly_hours", says)


def _check_who_leads(service: ServiceRows) -> Iterator[Fault]:
    """Check that only reflective practice says who leads it."""
    for row in of_file(service, "sessions"):
        if row.values["led_by"] and row.values["kind"] != SessionKind.REFLECTIVE_PRACTICE:
            says = _("Only reflective practice is led by the manager or by peers. Leave this cell empty.")
            yield fault("sessions", row, "led_by", says)


def _check_quantities(service: ServiceRows) -> Iterator[Fault]:
    by_quantity = (row.values["kind"] for row in service.of("scheme_rows") if row.values["per"] == CountedPer.QUANTITY)
    counted = COUNTED_BY_QUANTITY.union(by_quantity)
    for row in of_file(service, "responsibilities"):
        if row.values["quantity"] != 1 and row.values["kind"] not in counted:
            says = _("%(kind)s counts once; a quantity is for %(kinds)s.") % {
                "kind": row.values["kind"],
                "kinds": format_list(sorted(counted)),
            }
            yield fault("responsibilities", row, "quantity", says)
