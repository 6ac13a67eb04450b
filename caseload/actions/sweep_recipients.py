"""SQL for the recipients of what a sweep finds: the worker, the worker who covers, or who leads the team."""

from peerload.core.periods import sql_holds_half_open
from peerload.staff.models import sql_acting

# `about` names what each notice is about and its reader; here it finds the people (`caseload.cover.rules.member_to_remind`).
# While the worker is away it is the worker who covers. Where no one covers, or there is no worker, it is the team
# manager, or while the manager is away the deputy and who acts (R58, R171); a member who has left gets no notice.
# `peerload.staff.rules.told_for_team` says the same in Python.
PRESENT = f"""
LEFT JOIN LATERAL (
    SELECT m.id, NOT EXISTS (
        SELECT FROM staff_absence away WHERE away.worker_id = m.id AND {sql_holds_half_open("away")}) AS here
    FROM staff_member m JOIN staff_user u ON u.id = m.user_id
    WHERE m.id = {{whose}} AND m.active AND u.is_active
) AS {{name}} ON true
"""
LEADER = f"""
LEFT JOIN staff_team t ON t.id = {{team}}
{PRESENT.format(whose="t.manager_id", name="manager")}
{PRESENT.format(whose="t.deputy_id", name="deputy")}
LEFT JOIN LATERAL (
    SELECT array_agg(m.id ORDER BY m.id) AS ids FROM staff_member m JOIN staff_user u ON u.id = m.user_id
    WHERE m.id IN ({sql_acting("t")}) AND u.is_active AND NOT EXISTS (
        SELECT FROM staff_absence away WHERE away.worker_id = m.id AND {sql_holds_half_open("away")})
) AS acting ON true
CROSS JOIN LATERAL unnest(CASE WHEN manager.here THEN ARRAY[manager.id]
    WHEN deputy.here OR acting.ids IS NOT NULL
        THEN array_remove(array_append(acting.ids, CASE WHEN deputy.here THEN deputy.id END), NULL)
    ELSE ARRAY[coalesce(manager.id, deputy.id)] END) AS leader (id)
"""
COVERING = f"""
LEFT JOIN (
    SELECT k.client_id, k.worker_id, gone.worker_id AS absent_id
    FROM caseload_cover k JOIN staff_absence gone ON gone.id = k.absence_id
    WHERE k.organisation_id = %(organisation)s AND {sql_holds_half_open("k")}
        AND {sql_holds_half_open("gone")}
) AS named ON named.client_id = about.client_id AND named.absent_id = about.worker_id
{PRESENT.format(whose="named.worker_id", name="covering")}
"""

OWED = f"""
lines AS (
    SELECT DISTINCT receiver.id AS recipient_id, about.kind, about.client_id, about.anchor_on
    FROM about
    {PRESENT.format(whose="about.worker_id", name="worker")}
    {COVERING}
    {LEADER.format(team="about.team_id")}
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN about.to_worker THEN CASE WHEN worker.here THEN worker.id WHEN covering.here THEN covering.id
            ELSE coalesce(leader.id, worker.id) END END),
        (CASE WHEN about.to_manager THEN coalesce(leader.id, worker.id) END)
    ) AS receiver (id)
    WHERE receiver.id IS NOT NULL
    UNION
    SELECT m.id, about.kind, about.client_id, about.anchor_on
    FROM about JOIN staff_member m ON m.organisation_id = %(organisation)s AND m.role = 'service_manager' AND m.active
    WHERE about.kind = %(statutory)s
)
"""

# A line that was passed on, and was not sent, comes back to its first reader.
TOLD = """
told AS (
    INSERT INTO notices_notice (organisation_id, recipient_id, kind, subject, anchor_on, created_at)
    SELECT %(organisation)s, recipient_id, kind, 'client:' || client_id, anchor_on, %(now)s::timestamptz FROM lines
    ON CONFLICT (recipient_id, kind, subject, anchor_on) DO UPDATE SET cancelled_at = NULL
    WHERE notices_notice.cancelled_at IS NOT NULL AND notices_notice.message_id IS NULL
)
"""
TELL = f"{OWED}, {TOLD}"
