"""
Migrations go back step by step to nothing and forward again; what a service has outlives them.

Forward from nothing goes every run of the tests, which makes their database so, by squashed migrations. `make test` goes back
to them and forward again. `make test-long` goes on back to nothing, walks by those that they replace, too, as a service goes
that is older than they are, and compares the tables that each way makes.
"""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pgtrigger
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.commands import migrate as migrate_of_django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from caseload.models import (
    Allocation,
    AllocationReview,
    Attendance,
    Client,
    CloseDecision,
    DutyDone,
    Handover,
    Merge,
    PleaseDont,
    ReferralChange,
    ReplacedParking,
    SessionFacilitator,
    TemporaryMove,
)
from peerload.audit.models import Entry
from peerload.core.fresh_tables import quickly
from peerload.staff.models import Absence, Member, Post
from peerload.staff.rules import LEAVE_KINDS
from tests import factories
from tests.conftest import end_other_sessions
from tests.interchange.sheets import MERE, TOM, small, text
from tests.long import LONG
from tests.migrating import step_by_step
from wellbeing.models import SessionCadence, SessionNote
from workload.models import Assumption, MonthlyRecord
from workload.tasks import recount

APPS = [
    "interchange",
    "wellbeing",
    "workload",
    "caseload",
    "checklists",
    "surveys",
    "guides",
    "notices",
    "audit",
    "staff",
]  # each before what it rests on


@contextmanager
def a_copy():
    """Work in a copy of the database, which takes no time; nobody may be in a database that is copied."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    end_other_sessions(original)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    connection.settings_dict["NAME"] = copy
    try:
        assert "caseload_client" in connection.introspection.table_names()
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        ContentType.objects.clear_cache()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}"')


def migrate(*where):
    """Migrate to a place: ``migrate("workload", "0001")``."""
    with quickly(), step_by_step():
        call_command("migrate", *where, verbosity=0)


def upgrade(*where):
    """Migrate as the new version of a service does, by squashed migrations where Django takes them."""
    with quickly():
        call_command("migrate", *where, verbosity=0)


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


# A service that is there already --------------------------------------------------------------------------------------

MONTHS = [
    {
        "email": MERE,
        "month": "2026-08",
        "total": "83.5",
        "stable": "15",
        "cases": "61.5",
        "weight": "7",
        "status": "agreed",
    },
    {"email": MERE, "month": "2026-09", "total": "104", "fte": "1", "status": "reported", "reason": "Two were away."},
    {"email": TOM, "month": "2026-09", "total": "77", "status": "provisional"},
    {"email": TOM, "month": "2026-10", "total": "78", "status": "draft"},
]
WORK = {
    "posts": [{"email": TOM, "from": "2026-01-05", "until": "", "fte": "1"}],
    "activities": [{"ref": "H1", "kind": "court", "from": "2026-02-02", "finished_on": ""}],
    "responsibilities": [{"email": MERE, "kind": "practice_teaching", "from": "2026-01-05", "until": ""}],
    "records": MONTHS,
}


@pytest.fixture
def service(transactional_db, tmp_path, capsys):
    """A service by the complete scheme, as it was brought in, and of everything that came with a later migration something."""
    sheets = small(**WORK)
    sheets["service"].append({"key": "preset", "value": "children"})
    for name, rows in sheets.items():
        (tmp_path / f"{name}.csv").write_bytes(text(rows))
    with a_copy():
        call_command("import_service", tmp_path)
        of_caseload(*Member.objects.order_by("name"))
        of_wellbeing(*Member.objects.order_by("name"))
        of_workload(*Member.objects.order_by("name"))
        yield


def of_caseload(ana, mere, tom):
    jamie, ofa = Client.objects.order_by("ref")
    day, about = date(2026, 11, 2), {"organisation": mere.organisation, "by": ana}
    group = factories.GroupFactory(facilitated_by=mere, people=[jamie])
    session = factories.GroupSessionFactory(group=group)
    factories.GroupMeetingFactory(group=group, by=mere)
    factories.GroupMeetingFactory(group=group, by=mere, usual_on=date(2026, 11, 20), as_usual=True)
    Attendance.objects.create(organisation=mere.organisation, session=session, client=jamie, came=False)
    SessionFacilitator.objects.create(organisation=mere.organisation, session=session, worker=mere)
    leaving = factories.LeavingStepFactory(leaving__member=tom).leaving
    Handover.objects.create(leaving=leaving, client=ofa, note="Likes to walk.")
    away = Absence.objects.create(organisation=mere.organisation, worker=mere, starts_on=day, expected_since=day)
    assert Post.objects.filter(worker=tom).update(phased_return=away)
    factories.CoverFactory(absence=away, client=jamie, worker=tom)
    report = factories.sent_record(mere, month=date(2025, 3, 1)).report
    factories.ReportQuestionFactory(report=report, asked_by=ana)
    gone = Absence.objects.create(organisation=mere.organisation, worker=ana, starts_on=day, expected_since=day)
    factories.ActingManagerFactory(absence=gone, team=ana.organisation.teams.first(), member=tom, by=ana)
    DutyDone.objects.create(absence=away, kind="cover_plan", due_on=day, done_on=day, by=ana)
    factories.ReferralFactory(client=ofa)
    allocation = Allocation.objects.get(client=ofa)
    TemporaryMove.objects.create(**about, client=ofa, allocation=allocation, back_to=mere, until=date(2026, 12, 7))
    factories.PossibleDuplicateFactory(older=jamie, newer=ofa)
    Merge.objects.create(**about, kept=jamie, absorbed=ofa, on=day)
    PleaseDont.objects.create(**about, client=ofa, asked_on=day)
    CloseDecision.objects.create(allocation=allocation, decided_on=day, by=ana)
    AllocationReview.objects.create(allocation=allocation, looked_on=day, by=ana)
    ReferralChange.objects.create(referral=ofa.referrals.get(), changed_on=day, by=ana)
    ReplacedParking.objects.create(period=ofa.tiers.get(), by=ana)
    for made in (factories.NextStepFactory, factories.GoalFactory, factories.ConsentFactory):
        made(client=jamie)


def of_wellbeing(ana, mere, tom):
    """Among it a plan that held before, and a draft: before plans had versions there was room for neither."""
    factories.TimePlanFactory(worker=mere, starts_on=date(2026, 3, 2))
    factories.TimePlanFactory(worker=mere, grid={"supervision": (1, 0, 0, 0)})
    factories.TimePlanFactory(worker=tom, state="draft")
    factories.TimeEntryFactory(worker=mere)
    factories.DropInFactory(author=mere)
    factories.StudyEntryFactory(study__worker=mere)
    factories.PlanTemplateFactory(organisation=mere.organisation)
    row = factories.PlanRowFactory(organisation=mere.organisation)
    factories.TimePlanFactory(worker=ana, state="draft", grid={row.code: (2, 0, 0, 0), "supervision": (1, 0, 0, 0)})
    factories.TimeEntryFactory(worker=mere, activity=row.code)
    session = factories.SessionFactory(worker=mere, held_on=date(2026, 11, 2), with_member=ana)
    SessionNote.objects.create(session=session, written_by=mere, written_on=session.held_on, sealed=b"...")
    SessionCadence.objects.create(organisation=mere.organisation, kind="check_in", every_weeks=2)
    factories.PrivateDocumentFactory(author=mere)
    factories.LeaveRequestFactory(worker=mere)
    agreed = factories.AdjustmentFactory(worker=mere)
    factories.AdjustmentFactory(worker=mere, replaces=agreed)


def of_workload(ana, mere, tom):
    """Words that came to records with later migrations, and that a service manager opened a worker's points."""
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    note = {"manager_note": "Talk about the groups.", "manager_note_by": ana, "manager_note_on": at.date()}
    both = {"disagreed_by": mere, "disagreed_total": 101, "disagreement": "One group counts twice."}
    explained = {"explained_by": ana, "explanation": "Two evenings each.", "decision_reason": "It met twice."}
    MonthlyRecord.objects.filter(worker=mere, month=date(2026, 9, 1)).update(**note, **both, **explained)
    provisional = MonthlyRecord.objects.get(worker=tom, month=date(2026, 9, 1))
    answer = {"answer": "wrong", "answer_note": "I had two people fewer.", "answered_on": at.date()}
    Assumption.objects.create(record=provisional, text="As in August.", by=ana, at=at, **answer)
    Entry.objects.create(
        organisation=ana.organisation, member=ana, what=Entry.What.POINTS_OPENED, subject="record:1", at=at
    )


def came_later(rows: dict, rows_before: dict) -> set[str]:
    """Return the tables of facts that a later migration made: each needs a row, or nothing says that its rows outlive."""
    new = rows.keys() - rows_before
    return {table for table in new if table.startswith(("caseload", "wellbeing")) and not table.endswith("event")}


def everything() -> dict[str, dict[int, dict]]:
    """Return all rows of ours, history among them: by table, by primary key, by column."""
    found = {}
    for table in connection.introspection.table_names():
        if table.partition("_")[0] in APPS:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {table}")
                names = [column.name for column in cursor.description]
                rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
                rows = ({name: row[name] for name in row.keys() - CHANGES_BY_ITSELF.get(table, set())} for row in rows)
                key = "pgh_id" if "pgh_id" in names else "id"
                found[table] = {row.get(key, row): row for row in rows}
    return found


def lost(before, after) -> dict[str, set]:
    """Return whose rows went though their table did not; what is left has to be as it was, in the columns both know."""
    for table in before.keys() & after.keys():
        for key in before[table].keys() & after[table].keys():
            old, new = before[table][key], after[table][key]
            assert {name: old[name] for name in old.keys() & new} == {name: new[name] for name in old.keys() & new}
        assert after[table].keys() <= before[table].keys(), table
    gone = {table: before[table].keys() - after[table].keys() for table in before.keys() & after.keys()}
    return {table: keys for table, keys in gone.items() if keys}


CHANGES = {
    "caseload_allocation": "purpose = purpose || '.'",
    "caseload_client": "contact_note = contact_note || '.'",
    "staff_absence": "kind = kind || '.'",
    "staff_post": "weekly_hours = coalesce(weekly_hours, 30) + 1",
    "workload_monthlyrecord": "reason = reason || '.'",
}


SAID_OF_A_MODEL = """
    SELECT written ? '{now}', fingerprints->'written' ? '{now}', written ? '{before}', subject
      FROM interchange_import, staff_savedform
"""


# The last ones that change labels alone; those after them add what this walk does not ask about.
LABELS_ALONE = ("staff", "0012"), ("caseload", "0020"), ("interchange", "0013")


def a_model_has_another_label(before, now, *migrations, by=migrate):
    """Nothing changes in the database but what names the model: an import, which can be undone, and a form that was saved."""
    for app, name in LABELS_ALONE:
        by(app, name)
    ask(f"""
        INSERT INTO staff_savedform (member_id, at, path, words, url, subject, state)
        SELECT id, now(), '', '', '', 'about_it {now.lower()} 7', 'x' FROM staff_member LIMIT 1 RETURNING id
    """)
    ask(f"""
        UPDATE interchange_import SET written = written || '{{"{now}": [[7, 7]]}}',
            fingerprints = '{{"written": {{"{now}": "x"}}, "changed": {{}}}}' RETURNING id
    """)
    said, there = SAID_OF_A_MODEL.format(before=before, now=now), schema()
    assert ask(said) == [(True, True, False, f"about_it {now.lower()} 7")]
    for app, name in migrations:
        by(app, name)
    assert ask(said) == [(False, False, True, f"about_it {before.lower()} 7")]
    assert schema() == there

    for app, name in LABELS_ALONE:
        by(app, name)

    assert ask(said) == [(True, True, False, f"about_it {now.lower()} 7")]
    assert schema() == there
    by()
    ask("DELETE FROM staff_savedform RETURNING id")
    assert {trigger.get_installation_status(model) for model, trigger in pgtrigger.registered()} == {
        ("INSTALLED", True)
    }


def history_is_kept():
    """What changes at this step stays in the history as it was before, and everything a row knows is in it."""
    there = everything().keys()
    for table, change in CHANGES.items():
        if f"{table}event" not in there:
            assert table == "workload_monthlyrecord", table  # which has a history since 0002
            continue
        count = f"SELECT count(*) FROM {table}event"
        before, changed = ask(count)[0][0], ask(f"UPDATE {table} SET {change} RETURNING id")
        assert changed and ask(count)[0][0] == before + len(changed), table


OF_OWN_ROWS = {"wellbeing_planline", "wellbeing_timeentry"}  # hours in rows that a service has added
CHANGES_BY_ITSELF = {
    "interchange_import": {"written", "fingerprints"},  # labels of models, see `a_model_has_another_label`
    "staff_organisation": {"recount_from", "recount_asked_at"},  # a migration has every service counted again
}
BACK = [  # the place, and of what there is less then
    ("wellbeing", "0004", OF_OWN_ROWS),
    ("wellbeing", "0003", set()),
    ("wellbeing", "0002", {"wellbeing_planline"}),
    ("wellbeing", "0001", set()),
    ("caseload", "0006", set()),
    ("caseload", "0005", set()),
    ("caseload", "0004", set()),
    ("staff", "0001", set()),
    ("caseload", "0003", set()),
    ("caseload", "0002", set()),
    ("workload", "0001", {"workload_scheme"}),
    ("caseload", "0001", set()),
]
MERE_PAKI = "Mere Paki"
PLANNED = """
    SELECT member.name, week, activity, hours FROM wellbeing_planline line JOIN staff_member member ON member.id = worker_id
"""


def test_what_a_service_has_outlives_the_migrations_after_squashed_ones_both_ways(service):
    newest = everything()
    at_first, before = schema(), everything()
    with_later_ones = applied()
    for app, name in squashed():
        upgrade(app, name)
        after = everything()
        assert not lost(before, after), app
        history_is_kept()
        before = everything()
    assert [table for table in came_later(newest, before) if not newest[table]] == []
    assert newest["workload_assumption"] and "workload_assumption" not in before
    assert [row["what"] for row in before["audit_entry"].values()].count("points_opened") == 1
    assert applied() < with_later_ones

    steps = ask("SELECT id, kind, owner_id, due_on FROM caseload_leavingstep")
    assert [step[1] for step in steps] == ["records"]

    upgrade()

    assert schema() == at_first
    assert applied() == with_later_ones
    assert steps == ask("SELECT id, kind, owner_id, due_on FROM checklists_checkliststep WHERE leaving_id IS NOT NULL")
    assert ask("SELECT subject, anchor_on FROM checklists_checklistrun") == [("leaver", date(2026, 12, 31))]
    assert not lost(before, everything())
    a_service_that_was_there_has_the_usual_kinds_of_leave()
    history_is_kept()


def squashed() -> list[tuple[str, str]]:
    return [key for key, one in MigrationLoader(connection).disk_migrations.items() if one.replaces]


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def families_written_in_several_ways_become_one():
    """The points of each were those of a case; after the next recount they are those of one."""
    migrate("caseload", "0009")
    for person, code in zip(ask("SELECT id FROM caseload_client ORDER BY id"), ("NGATA", "ngata "), strict=True):
        [(family,)] = ask(f"""
            INSERT INTO caseload_family (organisation_id, code) SELECT id, '{code}' FROM staff_organisation RETURNING id
        """)
        ask(f"UPDATE caseload_client SET family_id = {family} WHERE id = {person[0]} RETURNING id")

    migrate()

    assert ask(
        "SELECT code, code_key, count(*) FROM caseload_family f JOIN caseload_client c ON c.family_id = f.id GROUP BY 1, 2"
    ) == [("NGATA", "ngata", 2)]
    assert ask("SELECT count(*) FROM caseload_family") == [(1,)]
    assert ask("SELECT recount_from FROM staff_organisation") == [(0,)]
    recount()
    call_command("check_points")
    keys = ask("SELECT ref_key, search_key FROM caseload_client")
    assert all(ref and ref in found and "0142" in found for ref, found in keys)


def a_service_that_was_there_has_the_usual_kinds_of_leave():
    kinds = ask("SELECT name, in_use FROM staff_leavekind ORDER BY position")
    assert kinds == [(str(name), True) for name in LEAVE_KINDS]


def back_to_nothing(migrate):
    """Only functions of triggers stay, which are replaced on the way forward, as those of tables that came later are here."""
    for app in APPS:  # in one go it would take twice as long: less and less is left to be made anew
        migrate(app, "zero")
    assert not {name.partition("_")[0] for name in connection.introspection.table_names()} & set(APPS)


def what_the_new_columns_say():
    assert ask("SELECT DISTINCT published_at IS NOT NULL FROM workload_scheme") == [(True,)]
    assert ask("SELECT DISTINCT code FROM workload_weight WHERE linked_to_cases") == [("practice_teaching",)]
    came_in = (
        "SELECT DISTINCT imported, adjustment, flag, version FROM workload_monthlyrecord WHERE month > '2026-01-01'"
    )
    months = ask(came_in)
    assert months == [(True, 0, "none", 1)]
    assert ask("SELECT DISTINCT note, over_reason FROM caseload_allocation") == [("", "")]
    keys = ask("SELECT words_key, phone_key FROM caseload_client")
    assert keys and all(words and phone == "15550142" for words, phone in keys)
    assert ask("SELECT DISTINCT expected_since, phased_return_id FROM staff_absence, staff_post") == [(None, None)]
    plans = "SELECT member.name, plan.starts_on, state, count(line.id) FROM wellbeing_timeplan plan"
    plans += " JOIN staff_member member ON member.id = worker_id JOIN wellbeing_planline line ON line.plan_id = plan.id"
    assert ask(f"{plans} GROUP BY 1, 2, 3") == [(MERE_PAKI, date(2000, 1, 3), "agreed", 4)]


def schema() -> dict[str, list[tuple]]:
    """Return what PostgreSQL knows of the tables: columns, indexes, constraints, triggers and functions."""
    return {
        "columns": ask("""
            SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
              FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position
        """),
        "indexes": ask("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
        "constraints": ask("""
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 ORDER BY 1, 2
        """),
        "triggers": ask("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"),
        "functions": ask("""
            SELECT proname, prosrc FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prolang <> 13 AND proname LIKE 'pgtrigger%' ORDER BY 1, 2
        """),
    }


# Squashed ones --------------------------------------------------------------------------------------------------------


def steps() -> list[tuple[str, str]]:
    """Return all migrations in the order in which a service that is there has applied them."""
    with step_by_step():
        executor = MigrationExecutor(connection)
        return [
            (one.app_label, one.name) for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), True)
        ]


def test_a_service_is_upgraded_from_wherever_it_stands(db, monkeypatch):
    """What is left to do is done, once, whether Django takes a squashed migration for it or those that it replaces."""
    every = steps()
    for n in range(len(every) + 1):
        there = dict.fromkeys(every[:n])
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self, there=there: dict(there))
        executor = MigrationExecutor(connection)
        executor.loader.check_consistent_history(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        done = [step for one, _ in plan for step in one.replaces or [(one.app_label, one.name)]]
        assert sorted(done) == sorted(every[n:]), every[n - 1]


def test_squashed_migrations_begin_where_nothing_is(db, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: {})
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())

    assert {one.app_label for one, _ in plan if one.replaces} == set(APPS) - {
        "notices",
        "guides",
        "surveys",
        "checklists",
    }  # which have one migration


if LONG:

    def test_another_label_of_a_model_is_in_what_names_it_and_squashed_migrations_go_back_to_nothing(service):
        places = ("interchange", "0001_squashed"), ("caseload", "0016")
        a_model_has_another_label("caseload.EnteredTwice", "caseload.PossibleDuplicate", *places, by=upgrade)
        back_to_nothing(upgrade)

    def test_what_a_service_has_outlives_every_migration_both_ways(service):
        with a_copy():
            back_to_nothing(upgrade)
        ask("DELETE FROM django_migrations WHERE name LIKE '0001_squashed%' RETURNING id")  # as in an older service
        made_squashed = schema()
        ask("""
            INSERT INTO workload_scheme (organisation_id, name, starts_on, workload_weight, stable_scales_with_fte, mark, "limit",
                close_window_days, weight_of_cases_only, extras_inside_base, decision_day_is_first, start_day_is_first,
                windows_run_on, version, preset)
            SELECT id, 'A draft', '2027-01-01', true, false, 90, 110, 28, false, false, false, false, false, 1, 'children'
            FROM staff_organisation RETURNING id
        """)
        possible_duplicate = "caseload.EnteredTwice", "caseload.PossibleDuplicate"
        with a_copy():  # it goes back, and would take along what came later
            a_model_has_another_label(*possible_duplicate, ("interchange", "0011"), ("caseload", "0016"))
            a_model_has_another_label("caseload.Leaving", "staff.Leaving", ("interchange", "0010"), ("staff", "0011"))
        at_first = everything()
        before = at_first
        for app, version, less in BACK:
            migrate(app, version)
            after = everything()
            assert lost(before, after).keys() == less, (app, version)
            history_is_kept()
            before = everything()
        later = came_later(at_first, before)
        assert len(later) > 20
        assert [table for table in later if not at_first[table]] == []
        assert ask("SELECT name FROM workload_scheme") == [("First scheme",)]
        assert sorted(ask(PLANNED)) == [(MERE_PAKI, week, "supervision", week == 1) for week in (1, 2, 3, 4)]
        assert ask("UPDATE caseload_client SET phone = '+64 21 555 0142' RETURNING id")
        before = everything()
        with a_copy():
            back_to_nothing(migrate)

        upgrade()

        after = everything()
        assert schema() == made_squashed
        assert after.keys() == at_first.keys()
        assert not lost(before, after)
        assert not {table for table in later if after[table]} - {"wellbeing_timeplan"}
        what_the_new_columns_say()
        history_is_kept()
        call_command("check_points")
        families_written_in_several_ways_become_one()

    def test_quick_migrations_make_the_tables_that_django_makes(transactional_db):
        quick = schema()
        with a_copy():
            ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SELECT 1")
            call_command(migrate_of_django.Command(), verbosity=0)
            assert schema() == quick

    def test_squashed_migrations_make_the_tables_that_those_make_which_they_replace(transactional_db):
        squashed = schema()
        with a_copy():
            ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SELECT 1")
            migrate()
            assert schema() == squashed
