"""Writing the people supported, who waits, and contacts."""

from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from caseload.actions import void_contact
from caseload.enums import Outcome
from caseload.keys import PersonKeys, person_keys
from caseload.models import Contact, Family, ReferralChange, TierPeriod
from peerload.core import dates
from peerload.core.folding import fold_code

from ..comparison.names import swapped
from ..comparison.rows import Merged
from .writer import Writer, changed_rows, new_rows

# columns of the sheet waiting, and of earlier versions: the fields
WRITTEN = {
    "referred_by": "referred_by",
    "responsible": "owner",
    "action": "action",
    "by_when": "due_on",
    "contingency": "contingency",
}


def waiting_of(row: Merged) -> tuple:
    """Return the person and first day of the referral a row is, or belongs to."""
    return row.values["ref"], row.values["referred_on"]


def write_people(writer: Writer) -> None:
    """Write people, their families, and a team where the file names none."""
    people = writer.plan.service.of("people")
    _add_families(writer)
    team_of = _teams_of_people(writer)
    for row in people:
        if team := team_of.get(row.values["ref"]):
            row.values = row.values | {"team": team}
    changed = [row for row in people if row.known and (row.changed or row.values["ref"] in team_of)]
    keys = {name: partial(_person_key, name) for name in PersonKeys._fields}
    writer.sheet("people", changed=changed, **keys)
    writer.progress(sum(bool(row.changed) for row in changed) - len(changed))


def _person_key(name: str, row: Merged) -> str:
    v = row.values
    keys = person_keys(name=v["name"], called=v["called"], ref=v["ref"], phone=v["phone"])
    return getattr(keys, name)


def _add_families(writer: Writer) -> None:
    """Add the families that are not there yet, as they are first written."""
    codes: dict[str, str] = {}
    for sheet in ("people", "record_lines"):
        for row in writer.plan.service.of(sheet):
            if row.number and row.values["family"]:
                codes.setdefault(fold_code(row.values["family"]), row.values["family"])
    organisation = writer.plan.organisation
    known = set(Family.objects.filter(organisation=organisation).values_list("code_key", flat=True))
    new = sorted(codes.keys() - known)
    fields = ("organisation", "code", "code_key")
    writer.insert(Family, fields, ((organisation.pk, codes[key], key) for key in new), counted=False)


def _teams_of_people(writer: Writer) -> dict[str, str]:
    """
    Return the team of people where the file names none: that of their last worker's post on the last day.

    The last day is today while they are still with that worker. Needed for new people, and for stored ones whose
    allocations this import changes.
    """
    service = writer.plan.service
    touched = {row.values["ref"] for row in service.of("allocations") if row.is_new or "email" in row.changed}
    asked = {
        row.values["ref"]
        for row in service.of("people")
        if "team" not in row.said and (row.is_new or row.values["ref"] in touched)
    }
    last: dict[str, Merged] = {}
    for row in service.of("allocations"):
        ref = row.values["ref"]
        if ref in asked and (ref not in last or _is_later(row, last[ref], writer.plan.today)):
            last[ref] = row
    home = {row.values["email"]: row.values["team"] for row in service.of("staff")}
    posts: dict[str, list[Merged]] = {}
    for post in service.of("posts"):
        posts.setdefault(post.values["email"], []).append(post)
    found = {}
    for ref, row in last.items():
        email = row.values["email"]
        day = max(row.values["from"], dates.earliest(writer.plan.today, dates.last_day(row.ends_before)))
        held = [p for p in posts.get(email, []) if dates.contains(p.values["from"], p.ends_before, day)]
        team = (held[0].values["team"] if held else "") or home.get(email)
        if team:
            found[ref] = team
    return found


def _is_later(row: Merged, than: Merged, today: date) -> bool:
    """Return whether an allocation decides: the last begun; the first planned where none has."""
    on, other = row.values["from"], than.values["from"]
    if (on <= today) != (other <= today):
        return on <= today
    return on > other if on <= today else on < other


def write_waiting(writer: Writer) -> None:
    """Write who waits; earlier versions of a referral are kept, unless the file has them itself."""
    told = {waiting_of(row) for row in new_rows(writer.plan.service.of("waiting_changes"))}
    changed = [row for row in changed_rows(writer.plan.service.of("waiting")) if WRITTEN.keys() & {*row.changed}]
    fields = ("referral", "changed_on", "by", *WRITTEN.values())
    by, staff = writer.by and writer.by.pk, writer.keys("staff")
    before = (
        (row.pk, writer.plan.today, by, *(staff.get(v[name]) if name == "responsible" else v[name] for name in WRITTEN))
        for row in changed
        if waiting_of(row) not in told and (v := row.known.values)
    )
    writer.insert(ReferralChange, fields, before, counted=False)
    writer.sheet("waiting")
    writer.sheet("waiting_changes")


def write_contacts(writer: Writer) -> None:
    """Write contacts; one that another replaces is taken out of the count."""
    replaced = [row.like.pk for row in writer.plan.service.of("contacts") if row.like] if writer.replace else []
    # support that a replaced contact began goes on: it belongs to the one that takes its place
    began = TierPeriod.objects.filter(because_of__in=replaced)
    going_on = set(began.values_list("client", "starts_on"))
    began.update(because_of=None)
    for pk in replaced:
        who = {"by": writer.by, "today": writer.plan.today}
        void_contact(contact_id=pk, reason=_("Corrected by an imported sheet."), **who)
    writer.sheet("contacts", changed=())
    _name_contacts_that_began_support(writer, going_on)


def _name_contacts_that_began_support(writer: Writer, asked: set[tuple]) -> None:
    """
    Link support that a contact began to that contact.

    :param asked: the person and first day of support that a contact began which another has replaced
    """
    tiers = [row for row in writer.plan.service.of("tiers") if row.number and (row.is_new or "asked" in row.changed)]
    people = writer.keys("people")
    asked |= {(people[row.values["ref"]], row.values["from"]) for row in tiers if row.values["asked"]}
    forgotten = ((row.pk, None) for row in tiers if row.known and not row.values["asked"])
    writer.update(TierPeriod, ("because_of",), forgotten, counted=False)
    if not asked:
        return
    wanted = Contact.objects.standing().filter(
        organisation=writer.plan.organisation, outcome=Outcome.SUPPORT_WANTED, client__in={pk for pk, __ in asked}
    )
    contacts = {(client, on): pk for client, on, pk in wanted.values_list("client", "on", "pk").order_by("-pk")}
    periods = TierPeriod.objects.filter(organisation=writer.plan.organisation, client__in={pk for pk, __ in asked})
    found = (
        (pk, contacts[client, on])
        for client, on, pk in periods.values_list("client", "starts_on", "pk")
        if (client, on) in asked and (client, on) in contacts
    )
    writer.update(TierPeriod, ("because_of",), found, counted=False)


def write_possible_duplicates(writer: Writer) -> None:
    """Write possible duplicates with the record first that was entered first, as its model has them."""
    people = writer.keys("people")
    for row in writer.plan.service.of("possible_duplicates"):
        if people[row.values["ref"]] > people[row.values["other"]]:
            row.values = swapped(row.values)
    writer.sheet("possible_duplicates")
