"""The scheme that an organisation counts by."""

from datetime import date

from peerload.core import dates
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import presets, rules
from ..models import Scheme, TeamReport


def schemes(organisation_id: int) -> list[rules.Scheme]:
    """
    Return an organisation's schemes in order of their first day, as the rules take them.

    An organisation that has agreed none counts by the preset it was set up with.
    """
    found = _schemes("s.organisation_id = %s AND s.published_at IS NOT NULL", [organisation_id])
    if found:
        return found
    preset = Organisation.objects.values_list("preset", flat=True).get(pk=organisation_id)
    return [rules.Scheme(presets.weights(preset))]


def scheme(scheme_id: int) -> rules.Scheme:
    """Return one version, a draft or one that counts, as the rules take it."""
    return _schemes("s.id = %s", [scheme_id])[0]


def _schemes(where: str, params: list) -> list[rules.Scheme]:
    found: dict[int, tuple[dict, list[rules.Weight]]] = {}
    for row in rows(SCHEMES.format(where), params):
        scheme_id, settings, weight = row[0], row[1 : len(SETTINGS) + 1], row[len(SETTINGS) + 1 :]
        weights = found.setdefault(scheme_id, (dict(zip(SETTINGS, settings, strict=True)), []))[1]
        if weight[0] is not None:
            weights.append(rules.Weight(*weight))
    return [rules.Scheme(weights, **settings) for settings, weights in found.values()]


SETTINGS = (
    "name", "starts_on", "weight_on", "stable_scales_with_fte", "mark", "limit", "close_window_days", "weight_of_cases_only",
    "extras_inside_base", "decision_day_is_first", "start_day_is_first", "windows_run_on",
)  # fmt: skip


SCHEMES = """
    SELECT s.id, s.name, s.starts_on, s.workload_weight, s.stable_scales_with_fte, s.mark, s."limit", s.close_window_days,
           s.weight_of_cases_only, s.extras_inside_base, s.decision_day_is_first, s.start_day_is_first, s.windows_run_on,
           w.item, w.code, w.label, w.element, w.points, w.per, w."window", w.length, w.condition, w.condition_value,
           w.one_of, w.tier, w.linked_to_cases, w."on"
      FROM workload_scheme s LEFT JOIN workload_weight w ON w.scheme_id = s.id
     WHERE {}
     ORDER BY s.starts_on, s.id, w.item, w.id
"""


def close_window_days(organisation_id: int, on: date) -> int:
    """Return for how many days after a decision to close points count, by the scheme in force on a day (W05, R19)."""
    versions = schemes(organisation_id)
    begun = [scheme for scheme in versions if scheme.starts_on is None or scheme.starts_on <= on]
    return (begun or versions)[-1 if begun else 0].days_after_decision


def scheme_of(organisation_id: int, on: date) -> rules.Scheme:
    """Return the scheme an organisation counts by on a day."""
    return rules.scheme_on(schemes(organisation_id), on)


def last_month_sent(organisation_id: int) -> date | None:
    """Return the first day of the last month any team has sent its report of; up to its last day nothing may change."""
    sent = TeamReport.objects.filter(organisation=organisation_id)
    return sent.order_by("-month").values_list("month", flat=True).first()


def newest_version_is_reported(organisation_id: int) -> bool:
    """Return whether a month that the newest version counts has been sent, so that the version may not change any more."""
    newest = Scheme.objects.published().filter(organisation=organisation_id).order_by("-starts_on").first()
    sent = last_month_sent(organisation_id)
    return bool(newest and sent and dates.month_end(sent) >= newest.starts_on)


def working(organisation: Organisation) -> rules.Working:
    """Return which days are working days: the region's, less the service's own closures, future ones included."""
    return rules.Working(organisation.region, frozenset(organisation.closures.values_list("on", flat=True)))
