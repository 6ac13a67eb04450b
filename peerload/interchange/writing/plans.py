"""Writing time plans and sessions of staff."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from wellbeing.models import Session, TimePlan

from ..comparison.rows import Merged
from ..errors import Fault, FileRefused
from .writer import Writer, new_rows


def _without_another_day(row: Merged) -> Fault:
    says = _(
        "No free session is planned for %(instead_on)s. Add a session planned for that day. Each can replace one "
        "session only."
    ) % {"instead_on": row.values["instead_on"]}
    return Fault("sessions", row.number or 0, "instead_on", says)


def write_plans(writer: Writer) -> None:
    """Write plans; a worker with hours and no version for them gets one in force since always, without an agreeing member."""
    writer.sheet("plan_versions")
    there = writer.keys("plan_versions")
    rows = writer.plan.service.of("plans")
    named = {(row.values["email"], row.values["from"], row.values["state"]) for row in new_rows(rows)}
    writer.insert(
        TimePlan,
        ("organisation", "worker", "starts_on", "state"),
        (
            (writer.plan.organisation.pk, writer.keys("staff")[email], starts_on, state)
            for email, starts_on, state in sorted(named - there.keys())
        ),
        counted=False,
    )
    writer.forget("plan_versions")
    writer.sheet("plans")


def write_sessions(writer: Writer) -> None:
    """Write sessions; one that was called off is written after the one planned to replace it."""
    rows = [row for row in writer.plan.service.of("sessions") if row.is_new or row.changed]
    planned = [row for row in rows if not row.values["instead_on"]]
    waiting = [row for row in rows if row.values["instead_on"]]
    _write_sessions(writer, planned, {})
    again = [row.pk for row in waiting if row.known]
    others = Session.objects.filter(organisation=writer.plan.organisation).exclude(pk__in=again)
    taken = set(others.exclude(instead=None).values_list("instead", flat=True))
    while waiting:
        free, instead = _free_sessions(writer, taken), {}
        for row in waiting:
            if keys := free.get((row.values["email"], row.values["kind"], row.values["instead_on"])):
                instead[id(row)] = next((key for key in keys if key != row.pk), None)
                if instead[id(row)] is None:
                    del instead[id(row)]
                else:
                    keys.remove(instead[id(row)])
        if not instead:
            raise FileRefused([_without_another_day(row) for row in waiting])
        taken |= set(instead.values())
        _write_sessions(writer, [row for row in waiting if id(row) in instead], instead)
        waiting = [row for row in waiting if id(row) not in instead]


def _write_sessions(writer: Writer, rows: Sequence[Merged], instead: Mapping[int, int]) -> None:
    new, changed = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
    writer.sheet("sessions", new=new, changed=changed, instead=lambda row: instead.get(id(row)))


def _free_sessions(writer: Writer, taken: Collection[int]) -> dict[tuple, list[int]]:
    """Return the sessions that are planned instead of none yet, by worker, kind and day."""
    found: dict[tuple, list[int]] = {}
    sessions = Session.objects.filter(organisation=writer.plan.organisation).exclude(pk__in=taken)
    for *key, pk in sessions.order_by("pk").values_list("worker__user__email", "kind", "planned_on", "pk"):
        found.setdefault(tuple(key), []).append(pk)
    return found
