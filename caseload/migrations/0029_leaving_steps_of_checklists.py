"""
What is done before a worker leaves becomes a checklist of `peerload.guides.checklists`, with its history; and back.

A step keeps its number where no other step has it, so that notices about it stay true; else all are renumbered, and
notices with them.
"""

import json

from django.db import migrations

STEPS = (
    ("inform", "Tell management and HR", "leader", 20),
    ("replacement", "Agree the hours and skills for the new worker", "leader", 15),
    ("recruitment", "Begin recruiting", "leader", 15),
    ("capacity", "Check the team’s points, and who has room", "leader", 15),
    ("told", "Tell each person supported, in person if possible", "subject", 10),
    ("handover", "Hand over each person whose support continues", "leader", 5),
    ("open_tasks", "Finish open work; find cover for later appointments, or move them", "subject", 3),
    ("records", "Bring all records up to date", "subject", 1),
    ("property", "Hand back keys, phone, laptop and badge", "subject", 0),
)  # as they were then: the version that the checklists of earlier notices keep
CONTENT = {
    "shape": "checklist",
    "title": "Before a worker leaves",
    "purpose": "What is done between the notice and the last day.",
    "source": "",
    "says": "",
    "cadence_months": None,
    "subject": "leaver",
    "anchor": "last_day",
    "phases": [
        {
            "key": "before",
            "title": "Before the last day",
            "says": "",
            "steps": [
                {
                    "key": key,
                    "text": text,
                    "owner": owner,
                    "offset": {"number": days, "unit": "working_days", "when": "before"},
                }
                for key, text, owner, days in STEPS
            ],
        }
    ],
}
FIELDS = "kind, owner_id, due_on, done_on, done_by_id, leaving_id"
NEW = "false AS own_day, '' AS not_needed_why, '' AS note, '[]'::jsonb AS ticked"
LEAVER = ", ".join(f"'{key}'" for key, __, owner, __ in STEPS if owner == "subject")
TEMPLATES = """
INSERT INTO guides_guidetemplate (uid, organisation_id, code, shipped, in_use, draft, draft_version)
SELECT gen_random_uuid(), organisation_id, 'leaving', true, true, NULL, 0 FROM (
    SELECT DISTINCT l.organisation_id FROM caseload_leaving l
    WHERE EXISTS (SELECT FROM caseload_leavingstep s WHERE s.leaving_id = l.id)
    OR EXISTS (SELECT FROM caseload_leavingstepevent s WHERE s.leaving_id = l.id)
) AS services ON CONFLICT (organisation_id, code) DO NOTHING
"""
EDITIONS = """
INSERT INTO guides_guideedition (template_id, number, content, published_on)
SELECT t.id, 1, %s::jsonb, current_date FROM guides_guidetemplate t WHERE t.code = 'leaving'
AND NOT EXISTS (SELECT FROM guides_guideedition e WHERE e.template_id = t.id)
"""
RUNS = """
INSERT INTO checklists_checklistrun
    (uid, organisation_id, edition_id, subject, about_id, leaving_id, anchor_on, begun_by_id, begun_on)
SELECT gen_random_uuid(), l.organisation_id, (
    SELECT e.id FROM guides_guideedition e JOIN guides_guidetemplate t ON t.id = e.template_id
    WHERE t.organisation_id = l.organisation_id AND t.code = 'leaving' ORDER BY e.number DESC LIMIT 1
), 'leaver', l.member_id, l.id, l.last_day, l.by_id, l.notice_on
FROM caseload_leaving l
WHERE EXISTS (SELECT FROM caseload_leavingstep s WHERE s.leaving_id = l.id)
OR EXISTS (SELECT FROM caseload_leavingstepevent s WHERE s.leaving_id = l.id)
ORDER BY l.id
"""
SHIFT = """
SELECT CASE WHEN EXISTS (SELECT FROM checklists_checkliststep n JOIN caseload_leavingstep o ON o.id = n.id)
    THEN (SELECT max(id) FROM checklists_checkliststep) ELSE 0 END
"""
COPIED = f"""
INSERT INTO checklists_checkliststep (id, {FIELDS}, role, run_id, own_day, not_needed_why, note, ticked)
SELECT s.id + %(shift)s, s.kind, s.owner_id, s.due_on, s.done_on, s.done_by_id, s.leaving_id,
    CASE WHEN s.kind IN ({LEAVER}) THEN 'subject' ELSE 'leader' END, r.id, {NEW}
FROM caseload_leavingstep s JOIN checklists_checklistrun r ON r.leaving_id = s.leaving_id
"""
HISTORY = f"""
INSERT INTO checklists_checkliststepevent
    (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, id, {FIELDS}, role, run_id, own_day, not_needed_why, note, ticked)
SELECT s.pgh_created_at, s.pgh_label, s.pgh_obj_id + %(shift)s, s.pgh_context_id, s.id + %(shift)s,
    s.kind, s.owner_id, s.due_on, s.done_on, s.done_by_id, s.leaving_id,
    CASE WHEN s.kind IN ({LEAVER}) THEN 'subject' ELSE 'leader' END, r.id, {NEW}
FROM caseload_leavingstepevent s JOIN checklists_checklistrun r ON r.leaving_id = s.leaving_id ORDER BY s.pgh_id
"""
NOTICES = """
UPDATE notices_notice SET subject = 'leaving_step:' || (substr(subject, 14)::bigint + %(shift)s)
WHERE subject LIKE 'leaving_step:%%'
"""
SEQUENCE = """
SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM {table}
"""


def to_checklists(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TEMPLATES)
        cursor.execute(EDITIONS, [json.dumps(CONTENT)])
        cursor.execute(RUNS)
        cursor.execute(SHIFT)
        shift = {"shift": cursor.fetchone()[0]}
        cursor.execute(COPIED, shift)
        cursor.execute(HISTORY, shift)
        if shift["shift"]:
            cursor.execute(NOTICES, shift)
        cursor.execute(SEQUENCE.format(table="checklists_checkliststep"))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


BACK = f"""
INSERT INTO caseload_leavingstep (id, {FIELDS})
SELECT id, {FIELDS} FROM checklists_checkliststep WHERE leaving_id IS NOT NULL
AND owner_id IS NOT NULL AND kind IN ({", ".join(f"'{key}'" for key, *__ in STEPS)})
"""
HISTORY_BACK = f"""
INSERT INTO caseload_leavingstepevent (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, id, {FIELDS})
SELECT pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, id, {FIELDS}
FROM checklists_checkliststepevent WHERE leaving_id IS NOT NULL AND owner_id IS NOT NULL
AND kind IN ({", ".join(f"'{key}'" for key, *__ in STEPS)}) ORDER BY pgh_id
"""


def to_leaving_steps(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BACK)
        cursor.execute(HISTORY_BACK)
        for table in ("checkliststep", "checkliststepevent", "checklistrun", "checklistrunevent"):
            cursor.execute(f"DELETE FROM checklists_{table} WHERE leaving_id IS NOT NULL")
        cursor.execute(SEQUENCE.format(table="caseload_leavingstep"))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("caseload", "0028_overdue_contacts_by_index"),
        ("checklists", "0001_initial"),
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(to_checklists, to_leaving_steps),
        migrations.DeleteModel(name="LeavingStepEvent"),
        migrations.DeleteModel(name="LeavingStep"),
        migrations.CreateModel(
            name="LeavingStep",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("checklists.checkliststep",),
        ),
    ]
