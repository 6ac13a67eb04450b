"""What the cells of one row may not say together."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from caseload.enums import Tier
from workload.enums import CountedPer

from ..comparison.rows import Merged, Service
from ..errors import Fault
from ..sheets.work import COUNTED_BY_QUANTITY
from .checks import fault, of_file

# columns of a day that has come
_PAST = {
    "contacts": ("on",),
    "group_sessions": ("on",),
    "allocations": ("close_decided_on", "closed_on"),
    "staff": ("closed_on",),
    "close_decisions": ("decided_on", "withdrawn_on"),
    "allocation_reviews": ("looked_on",),
    "waiting_changes": ("changed_on",),
}


def check_future_days(service: Service, today: date) -> Iterator[Fault]:
    for name, columns in _PAST.items():
        for row in of_file(service, name):
            for day in (column for column in columns if row.values[column] and row.values[column] > today):
                yield fault(name, row, day, f"{row.values[day]} is in the future. Today is {today}.")
    for row in of_file(service, "tiers"):
        if row.values["tier"] == Tier.PARKED and row.values["from"] > today:
            says = f"Parked from {row.values['from']}, which is in the future. Today is {today}."
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
    "cover": (("from", "absent_from", True), ("until", "from", True)),
    "leavings": (("last_day", "notice_on", True), ("closed_on", "last_day", False)),
    "please_dont": (("agreed_on", "asked_on", True), ("ended_on", "asked_on", True)),
    "merges": (("undone_on", "on", True),),
}
_Pairs = Mapping[str, tuple[tuple[str, str], ...]]
# columns of a sheet that are filled in together or not at all
_TOGETHER: _Pairs = {
    "waiting": (("ended_on", "ended_as"),),
    "please_dont": (("agreed_on", "agreed_by"),),
    "temporary_moves": (("settled_on", "settled_as"), ("absent", "absent_from")),
    "leaving_steps": (("done_on", "done_by"),),
    "handovers": (("told_on", "told_by"),),
    "possible_duplicates": (("says", "says_by"), ("other_says", "other_says_by")),
    "merges": (("undone_on", "undone_by"),),
    "sessions": (("missed_on", "instead_on"),),
    "records": (
        ("completed_by", "completed_on"),
        ("disagreed_by", "disagreed_total"),
        ("disagreed_by", "disagreement"),
        ("decided_by", "decided_total"),
    ),
}
# columns of a sheet of which one at most is filled in
_EITHER: _Pairs = {"leavings": (("withdrawn_on", "closed_on"),), "sessions": (("held_on", "missed_on"),)}
# columns of a sheet that name two different people
_NOT_THE_SAME: _Pairs = {
    "possible_duplicates": (("ref", "other"),),
    "merges": (("ref", "absorbed"),),
    "sessions": (("email", "with"),),
    "records": (("email", "other_manager"),),
}


def check_rows(service: Service) -> Iterator[Fault]:
    yield from _check_order(service)
    for name, row, one, other in _pairs(service, _TOGETHER):
        empty = [column for column in (one, other) if row.values[column] in (None, "")]
        if len(empty) == 1:
            yield fault(name, row, empty[0], f"{one} and {other} are filled in together.")
    for name, row, one, other in _pairs(service, _EITHER):
        if row.values[one] and row.values[other]:
            yield fault(name, row, other, f"Fill in {one} or {other}, not both.")
    for name, row, one, other in _pairs(service, _NOT_THE_SAME):
        if row.values[one] and row.values[one] == row.values[other]:
            yield fault(name, row, other, f"{one} and {other} are the same. Name another person.")
    for row in of_file(service, "posts"):
        if row.values["days"] and row.values["weekly_hours"] is not None:
            says = f"The days come to {sum(row.values['days'], Decimal()).normalize():f} hours. Leave this cell empty."
            yield fault("posts", row, "weekly_hours", says)
    for row in of_file(service, "contacts"):
        if row.values["reached"] and not row.values["outcome"]:
            yield fault("contacts", row, "outcome", "The person was reached, so there is an outcome.")
        if not row.values["reached"] and row.values["outcome"]:
            yield fault("contacts", row, "outcome", "The person was not reached, so there is no outcome.")
    yield from _check_quantities(service)


def _pairs(service: Service, pairs: _Pairs) -> Iterator[tuple[str, Merged, str, str]]:
    for name, columns in pairs.items():
        yield from ((name, row, one, other) for row in of_file(service, name) for one, other in columns)


def _check_order(service: Service) -> Iterator[Fault]:
    for name, days in _ORDER.items():
        for row in of_file(service, name):
            for later, earlier, same in days:
                a, b = row.values[earlier], row.values[later]
                if a and b and (b < a or (b == a and not same)):
                    lies = "lies before" if same else "does not lie after"
                    yield fault(name, row, later, f"{b} {lies} {a}, the day of {earlier}.")


def _check_quantities(service: Service) -> Iterator[Fault]:
    by_quantity = (row.values["kind"] for row in service.of("scheme_rows") if row.values["per"] == CountedPer.QUANTITY)
    counted = COUNTED_BY_QUANTITY.union(by_quantity)
    for row in of_file(service, "responsibilities"):
        if row.values["quantity"] != 1 and row.values["kind"] not in counted:
            says = f"{row.values['kind']} counts once; a quantity is for {' and '.join(sorted(counted))}."
            yield fault("responsibilities", row, "quantity", says)
