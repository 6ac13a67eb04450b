"""
What only the history told becomes rows: decisions to close, reviews, changes of who waits, parking that a contact replaced.

Going back, the history still tells it, so the tables may go.
"""

from itertools import chain, groupby, pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db import migrations

UNSAID = {"decided to close", "decision to close withdrawn", "looked at again", "import"}  # nobody said why
STATE = ("close_decided_on", "closed_on", "review_on")
SAID = ("referred_by", "owner_id", "action", "due_on", "contingency")


class Changes:
    """The changes of the rows of a model, each as what was before, what was then, the day and who made it."""

    def __init__(self, apps, name: str, columns: tuple[str, ...]):
        self.model, self.columns = apps.get_model("caseload", name), columns
        self.events = apps.get_model("caseload", f"{name}Event")
        organisations = apps.get_model("staff", "Organisation").objects
        self.zones = {pk: ZoneInfo(zone) for pk, zone in organisations.values_list("pk", "timezone")}
        self.members = set(apps.get_model("staff", "Member").objects.values_list("pk", flat=True))

    def by_row(self):
        """Yield the primary key of each row with its changes, the oldest first."""
        about = ("pgh_obj_id", "pgh_created_at", "pgh_context__metadata")
        events = self.events.objects.order_by("pgh_obj_id", "pgh_id").values_list(*about, *self.columns)
        for key, rows in groupby(events.iterator(2_000), key=itemgetter(0)):
            now = self.model.objects.filter(pk=key).values_list("organisation_id", *self.columns).first()
            if now:
                yield key, self._changes(list(rows), self.zones[now[0]], now[1:])

    def _changes(self, rows, zone, now):
        said = [dict(zip(self.columns, values, strict=True)) for values in chain((row[3:] for row in rows), [now])]
        for (_, at, context, *_), (before, then) in zip(rows, pairwise(said), strict=True):
            context = context or {}
            by = context.get("member")
            yield before, then, at.astimezone(zone).date(), by if by in self.members else None, context.get("reason", "")


def of_allocations(apps):
    decisions, reviews = apps.get_model("caseload", "CloseDecision"), apps.get_model("caseload", "AllocationReview")
    found = {decisions: [], reviews: []}
    for key, changes in Changes(apps, "Allocation", STATE).by_row():
        standing = None
        for before, then, on, by, reason in changes:
            words = "" if reason in UNSAID else reason[:2000]
            if before["closed_on"] is None and before["close_decided_on"] != then["close_decided_on"]:
                decided_on = then["close_decided_on"]
                if decided_on is None:
                    if standing is None:  # a sheet said the day
                        standing = decisions(allocation_id=key, decided_on=before["close_decided_on"])
                        found[decisions].append(standing)
                    standing.withdrawn_on, standing.withdrawn_by_id = max(on, standing.decided_on), by
                    standing.withdrawn_reason = words
                    standing = None
                elif decided_on != then["closed_on"]:  # else decision and closing in one
                    if standing:
                        standing.decided_on = decided_on  # a sheet gave it another day
                    else:
                        standing = decisions(allocation_id=key, decided_on=decided_on, by_id=by, reason=words)
                        found[decisions].append(standing)
            next_on, is_look = then["review_on"], before["review_on"] != then["review_on"] and by and reason != "import"
            if is_look and (next_on is None or next_on > on):
                found[reviews].append(reviews(allocation_id=key, looked_on=on, by_id=by, words=words, next_on=next_on))
    return found


def of_referrals(apps):
    model, changed = apps.get_model("caseload", "ReferralChange"), []
    kept = Changes(apps, "Referral", SAID)
    for key, changes in kept.by_row():
        for before, then, on, by, _ in changes:
            if before != then:
                owner = before["owner_id"] if before["owner_id"] in kept.members else None
                changed.append(model(referral_id=key, changed_on=on, by_id=by, **before | {"owner_id": owner}))
    return {model: changed}


def of_periods(apps):
    """Return keeping in touch as it was before the contact took its place that the period still names."""
    model, periods = apps.get_model("caseload", "ReplacedParking"), apps.get_model("caseload", "TierPeriod")
    asked = set(periods.objects.exclude(because_of=None).values_list("pk", flat=True))
    events = apps.get_model("caseload", "TierPeriodEvent").objects.filter(because_of=None).order_by("pgh_id")
    members = set(apps.get_model("staff", "Member").objects.values_list("pk", flat=True))
    last = {}
    for key, tier, talked, reason, by in events.values_list("pgh_obj_id", "tier", "talked", "reason", "by_id").iterator():
        if key in asked:
            last[key] = (tier, talked, reason, by if by in members else None)
    return {
        model: [
            model(period_id=key, talked=talked, reason=reason, by_id=by)
            for key, (tier, talked, reason, by) in last.items()
            if tier == "parked"
        ]
    }


def from_history(apps, schema_editor):
    for rows in (of_allocations(apps), of_referrals(apps), of_periods(apps)):
        for model, found in rows.items():
            model.objects.bulk_create(found, 1_000)


class Migration(migrations.Migration):
    dependencies = [("caseload", "0014_decisions_and_reviews")]

    operations = [migrations.RunPython(from_history, migrations.RunPython.noop)]
