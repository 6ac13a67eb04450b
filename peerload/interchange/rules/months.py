"""Versions of the scheme, records and reports."""

from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_month
from workload.enums import RecordStatus

from ..cell_text import shown
from ..comparison.passing_over import record_of
from ..comparison.rows import Merged, ServiceRows, StoredRow
from ..errors import Fault
from ..sheets.work import ACTIVITY_KINDS, RESPONSIBILITY_KINDS
from .checks import all_rows, fault, keys_of, of_file, seconds

LOCKED = frozenset({RecordStatus.AGREED.value, RecordStatus.REPORTED.value})


def check_agreed_records(service: ServiceRows) -> Iterator[Fault]:
    """Check that no record is changed that is agreed, or in a report that was sent; one made here is changed only here."""
    for row in of_file(service, "records"):
        if row.known and row.changed and (says := _stays(row.known)):
            yield fault("records", row, row.changed[0], says)
    kept = {record_of(row): says for row in service.of("records") if row.known and (says := _stays(row.known))}
    for sheet in ("record_lines", "record_agreements") if kept else ():
        for row in of_file(service, sheet):
            if (row.is_new or row.changed) and record_of(row) in kept:
                yield fault(sheet, row, "month", kept[record_of(row)])


def _stays(record: StoredRow) -> str:
    """Return why a record stays as it is; "" for an imported one that may be imported again."""
    status = RecordStatus(record.values["status"])
    if record.follows_the_facts:
        return _("The record is a draft in peerload and is submitted and agreed there, so it stays as it is.")
    if record.sent:
        return _("The record is in a report that was sent, so it stays as it is.")
    if record.made_here:
        return _("The record was made in peerload and is %(status)s, so it stays as it is.") % {"status": status.label}
    return _("The record is %(status)s, so it stays as it is.") % {"status": status.label} if status in LOCKED else ""


def check_record_parts(service: ServiceRows) -> Iterator[Fault]:
    """Check that two people agree to a record; a line is of an element or corrects an earlier month, which is corrected once."""
    for number, __ in seconds(service.of("record_agreements"), keys_of("email", "month", "by")):
        yield Fault(
            "record_agreements", number, "by", _("Two people agree to a record; this is the same person twice.")
        )
    for row in of_file(service, "record_lines"):
        if bool(row.values["element"]) == bool(row.values["for_month"]):
            says = _("Fill in element, or for_month where it corrects an earlier month.")
            yield fault("record_lines", row, "for_month" if row.values["element"] else "element", says)
    corrections = (row for row in service.of("record_lines") if row.values["for_month"])
    for number, __ in seconds(corrections, keys_of("email", "month", "for_month")):
        yield Fault("record_lines", number, "for_month", _("A record can correct an earlier month only once."))


def check_schemes(service: ServiceRows) -> Iterator[Fault]:
    """Check that a version that is published stays as it is; a service has one draft at most."""
    versions = service.of("scheme_versions")
    if any(row.number for row in versions) and not any(row.values["published_at"] for row in versions):
        yield Fault("scheme_versions", 0, "published_at", _("At least one version must be published."))
    drafts = [row for row in versions if row.values["published_at"] is None and not row.is_passed_over]
    for row in drafts[1:]:
        number = row.number or drafts[0].number or 0
        yield Fault("scheme_versions", number, "published_at", _("There can be only one draft."))
    begun: dict[date, Merged] = {}
    for row in versions:
        if row.values["published_at"] and row.values["from"] in begun:
            number = row.number or begun[row.values["from"]].number or 0
            yield Fault("scheme_versions", number, "from", _("Another version that is published begins on this day."))
        if row.values["published_at"]:
            begun[row.values["from"]] = row
        if row.number and row.values["mark"] > row.values["limit"]:
            says = _("The mark, %(mark)s, lies above the limit, %(limit)s.") % {
                "mark": row.values["mark"],
                "limit": row.values["limit"],
            }
            yield fault("scheme_versions", row, "mark", says)
    yield from _check_published_versions(service)


def _check_published_versions(service: ServiceRows) -> Iterator[Fault]:
    stays = _("This version is published, so it stays as it is. Publish another version under Settings instead.")
    known = {(row.values["from"], row.values["published_at"]) for row in service.of("scheme_versions") if row.known}
    for row in of_file(service, "scheme_versions"):
        if row.known and row.changed and row.values["published_at"]:
            yield fault("scheme_versions", row, row.changed[0], stays)
    for row in of_file(service, "scheme_rows"):
        version = (row.values["from"], row.values["published_at"])
        if row.values["published_at"] and version in known and (row.is_new or row.changed):
            yield fault("scheme_rows", row, row.changed[0] if row.changed else "kind", stays)


def check_kinds(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that a kind of work comes with peerload or is in a version of the service's scheme."""
    if "scheme_rows" in broken:
        return
    usual = {"case": ACTIVITY_KINDS, "extra": RESPONSIBILITY_KINDS}
    for sheet, element in (("activities", "case"), ("responsibilities", "extra")):
        rows = [row.values["kind"] for row in all_rows(service, "scheme_rows") if row.values["element"] == element]
        kinds = {*usual[element], *rows} - {"case", "new"}
        for row in of_file(service, sheet):
            if row.values["kind"] not in kinds:
                says = _("%(kind)s is not one of the scheme's kinds: %(names)s.") % {
                    "kind": shown(row.values["kind"]),
                    "names": ", ".join(sorted(kinds)),
                }
                yield fault(sheet, row, "kind", says)


def check_reports(service: ServiceRows, today: date) -> Iterator[Fault]:
    """Check that a report that was sent stays as it is; none is sent before its month is over, nor on a day ahead."""
    for row in of_file(service, "team_reports"):
        if row.is_new and dates.month_end(row.values["month"]) >= today:
            says = _("%(month)s is not over; today is %(today)s. A report is sent after its month.") % {
                "month": format_month(row.values["month"]),
                "today": today,
            }
            yield fault("team_reports", row, "month", says)
        elif row.is_new and row.values["sent_on"] > today:
            says = _("%(sent_on)s is in the future. Today is %(today)s.") % {
                "sent_on": row.values["sent_on"],
                "today": today,
            }
            yield fault("team_reports", row, "sent_on", says)
        if row.known and row.changed:
            yield fault("team_reports", row, row.changed[0], _("The report was sent, so it stays as it is."))
        due, made = row.values["contacts_due"], row.values["contacts_in_time"]
        if (due is None) != (made is None):
            column = "contacts_due" if due is None else "contacts_in_time"
            yield fault("team_reports", row, column, _("Give both numbers of contacts, or leave both out."))
        elif due is not None and made > due:
            says = _("%(made)s contacts cannot be in time if %(due)s were due.") % {"made": made, "due": due}
            yield fault("team_reports", row, "contacts_in_time", says)
