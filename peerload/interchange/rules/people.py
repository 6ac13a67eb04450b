"""Support, allocations, absences and who waits."""

from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _

from caseload.rules import before_waiting
from peerload.core import dates
from wellbeing.enums import OPEN_LEAVE

from ..cell_text import shown
from ..comparison.passing_over import contacts_in_which_support_was_wanted
from ..comparison.periods import in_order
from ..comparison.rows import Merged, ServiceRows
from ..errors import Fault
from ..sheets.work import ONE_AT_A_TIME
from .checks import fault, keys_of, of_file, overlaps, seconds


def check_decisions(service: ServiceRows) -> Iterator[Fault]:
    """Check that a withdrawn decision to close has the day beside its author and reason."""
    for row in of_file(service, "close_decisions"):
        if row.values["withdrawn_on"] is None and (row.values["withdrawn_by"] or row.values["withdrawn_reason"]):
            yield fault("close_decisions", row, "withdrawn_on", _("Fill in the day the decision was withdrawn."))


def check_periods(service: ServiceRows) -> Iterator[Fault]:
    """Check that an allocation ends no later than the next begins, and that absences do not overlap."""
    for group in in_order("allocations", service.of("allocations")).values():
        for row, following in zip(group, group[1:], strict=False):
            until, next_from = row.values["until"], following.values["from"]
            if until and until > next_from:
                number, column = (row.number, "until") if row.number else (following.number, "from")
                says = _("Allocated until %(until)s, and the next row of %(ref)s begins on %(next_from)s.") % {
                    "until": until,
                    "ref": shown(row.values["ref"]),
                    "next_from": next_from,
                }
                if number:
                    yield Fault("allocations", number, column, says)
    for number, row, before in overlaps(service.of("absences"), keys_of("email"), any_before=True):
        says = _("%(email)s has been away since %(from)s.") % {
            "email": row.values["email"],
            "from": before.values["from"],
        }
        yield Fault("absences", number, "from", says)
    open_requests = [row for row in service.of("leave_requests") if row.values["state"] in OPEN_LEAVE]
    for number, row, before in overlaps(open_requests, keys_of("email"), any_before=True):
        says = _("%(email)s has asked for leave from %(from)s already; two open requests may not overlap.") % {
            "email": row.values["email"],
            "from": before.values["from"],
        }
        yield Fault("leave_requests", number, "from", says)


def check_activities(service: ServiceRows) -> Iterator[Fault]:
    """Check that each of being looked after, on a plan and placed far away is one at a time."""
    rows = (row for row in service.of("activities") if row.values["kind"] in ONE_AT_A_TIME)

    def finished(row: Merged) -> date | None:
        return dates.day_after(row.values["finished_on"])

    for number, row, before in overlaps(rows, keys_of("ref", "kind"), ends_before=finished, any_before=True):
        what = _("%(ref)s is %(kind)s") % {"ref": shown(row.values["ref"]), "kind": row.values["kind"]}
        says = _("%(what)s already since %(from)s; two may not overlap.") % {
            "what": what,
            "from": before.values["from"],
        }
        yield Fault("activities", number, "from", says)


def check_tiers(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that a person with a worker has a tier."""
    if "tiers" in broken:
        return
    with_tier = {row.values["ref"] for row in service.of("tiers")}
    with_tier |= {row.values["ref"] for row in service.refused.get("tiers", [])}
    for row in of_file(service, "allocations"):
        if row.values["ref"] not in with_tier:
            says = _("%(ref)s is allocated and has no row in the sheet tiers.") % {"ref": shown(row.values["ref"])}
            yield fault("allocations", row, "ref", says)


def check_waiting(service: ServiceRows) -> Iterator[Fault]:
    """Check that a person waits once at a time, and that the end of waiting has its day."""

    def ended(row: Merged) -> date | None:
        ended_on: date | None = row.values["ended_on"]
        return ended_on

    for number, row, before in overlaps(service.of("waiting"), keys_of("ref"), begins="referred_on", ends_before=ended):
        says = _("%(ref)s waits since %(referred_on)s already.") % {
            "ref": shown(row.values["ref"]),
            "referred_on": before.values["referred_on"],
        }
        yield Fault("waiting", number, "referred_on", says)
    for row in of_file(service, "waiting"):
        if row.values["contingency"] and row.values["by_when"] is None:
            says = _("If no worker can take them, fill in the day this is checked again.")
            yield fault("waiting", row, "by_when", says)


def check_before_waiting(service: ServiceRows, today: date) -> Iterator[Fault]:
    """Check that a waiting person gets a worker from the day of referral on, not before, as the page does."""
    names: dict[str, str] = {row.values["ref"]: row.values["name"] for row in service.of("people")}
    waits: dict[str, list[date]] = {}
    for row in service.of("waiting"):
        if row.values["ended_on"] is None and row.values["referred_on"] <= today:
            waits.setdefault(row.values["ref"], []).append(row.values["referred_on"])
    for row in of_file(service, "allocations"):
        ref: str = row.values["ref"]
        begins: date = row.values["from"]
        for since in sorted(waits.get(ref, ())) if row.is_new else ():
            if begins < since and (row.ends_before is None or row.ends_before > since):
                yield fault("allocations", row, "from", before_waiting(names.get(ref, ref), since))
                break


def check_cover(service: ServiceRows) -> Iterator[Fault]:
    """Check that one person is covered by one worker at a time, and that one member at a time acts in a place."""
    for number, __, before in overlaps(service.of("cover"), keys_of("ref")):
        says = _("%(worker)s covers since %(from)s already. Fill in until.") % {
            "worker": before.values["worker"],
            "from": before.values["from"],
        }
        yield Fault("cover", number, "from", says)
    for number, __, before in overlaps(service.of("acting"), keys_of("email", "absent_from", "team")):
        says = _("%(acts)s acts since %(from)s already. Fill in until.") % {
            "acts": before.values["acts"],
            "from": before.values["from"],
        }
        yield Fault("acting", number, "from", says)
    for row in of_file(service, "handovers"):
        if row.values["moved_on"] and not row.values["to"]:
            yield fault("handovers", row, "to", _("Fill in which worker supports them from the day in moved_on."))


def check_contacts_that_began_support(service: ServiceRows) -> Iterator[Fault]:
    """Refuse support marked as begun by a contact if no contact of its first day asked for support."""
    wanted = contacts_in_which_support_was_wanted(service)
    for row in of_file(service, "tiers"):
        if row.values["asked"] and (row.is_new or "asked" in row.changed):
            if (row.values["ref"], row.values["from"]) not in wanted:
                says = _("The sheet contacts has no contact of that day in which they wanted support.")
                yield fault("tiers", row, "asked", says)


def check_merges(service: ServiceRows) -> Iterator[Fault]:
    """Check that a record goes into another one once."""
    rows = (row for row in service.of("merges") if row.values["undone_on"] is None)
    for number, row in seconds(rows, keys_of("absorbed")):
        yield Fault(
            "merges",
            number,
            "absorbed",
            _("%(absorbed)s went into another record already.") % {"absorbed": shown(row.values["absorbed"])},
        )
