"""Finding two records of one person, asking those who may know, making them one, and two again."""

from datetime import date, timedelta

import pytest
from django.core import serializers
from django.db import connection

from caseload import actions as caseload
from caseload.duplicates import queries
from caseload.duplicates.actions import finding, merging, taking_apart
from caseload.duplicates.actions.merging import (
    AnotherWorker,
    KeepTheSupported,
    KeepWhoWaits,
    OneAlready,
    ReadBoth,
    SaidOtherwise,
)
from caseload.duplicates.actions.taking_apart import ChangedSince, NothingToTakeApart
from caseload.groups.actions.sessions import log_session
from caseload.models import (
    Allocation,
    Attendance,
    Client,
    Consent,
    Contact,
    Cover,
    GroupMember,
    GroupSession,
    Merge,
    PleaseDont,
    PossibleDuplicate,
    Referral,
    Reminder,
    TemporaryMove,
    TierPeriod,
)
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.caseload.duplicates.conftest import PHONE
from tests.conftest import TODAY
from workload import actions as workload
from workload.models import Activity, MonthlyRecord, PointLine

LATER = TODAY + timedelta(days=3)


def add(organisation, by, team, name="Tāne Rāwiri", phone=PHONE):
    fields = {"name": name, "phone": phone, "team": team}
    return caseload.add_person(organisation=organisation, by=by, on=TODAY, fields=fields)


def answer(pair, side, says, by):
    return finding.answer(pair_id=pair.pk, side=side, says=says, by=by, today=TODAY)


def merge(kept, absorbed, by, **more):
    return merging.merge(kept_id=kept.pk, absorbed_id=absorbed.pk, by=by, today=TODAY, **more)


def take_apart(person, by, today=TODAY, merge=None):
    shown = merge or queries.standing_merge(person)
    return taking_apart.take_apart(client_id=person.pk, merge_id=shown and shown.pk, by=by, today=today)


# Finding ------------------------------------------------------------------------------------------------------------


def test_a_record_like_another_of_the_team_is_written_down_and_nobody_is_mailed(enter, organisation, manager, team):
    older = enter(team, phone="")

    newer = add(organisation, manager, team, "RAWIRI Tane")

    pair = PossibleDuplicate.objects.get()
    assert (pair.older, pair.newer, pair.found_on) == (older, newer, TODAY)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("name", "phone", "asked"),
    [
        ("Tāne Rāwiri", PHONE, True),
        ("Tāne Rāwirri", PHONE, True),
        ("Tāne Rāwiri", "", False),
        ("Tāne Rāwiri", "021 555 0199", False),
        ("Hine Rāwiri", PHONE, False),
    ],
    ids=["name and phone", "misspelt", "name alone", "another phone", "a family's phone"],
)
def test_across_teams_only_name_and_phone_together_are_asked_about(
    enter, organisation, team, manager, other_team, other_manager, name, phone, asked
):
    enter(team)

    add(organisation, other_manager, other_team, name, phone)

    assert bool(queries.doubts(manager, TODAY)) == asked
    assert Notice.objects.filter(recipient=manager, kind="entered_twice").exists() == asked
    assert not queries.doubts(other_manager, TODAY) and not Notice.objects.filter(recipient=other_manager).exists()


def test_who_leads_the_older_records_team_sees_a_team_and_no_record(
    enter, organisation, team, manager, other_team, other_manager
):
    mine = enter(team)
    add(organisation, other_manager, other_team)

    [doubt] = queries.doubts(manager, TODAY)

    assert (doubt.mine, doubt.other, doubt.team, doubt.leader) == (mine, None, other_team, other_manager)


def test_a_line_without_names_is_in_the_digest_until_it_is_answered(
    enter, organisation, team, manager, other_team, other_manager
):
    enter(team)
    add(organisation, other_manager, other_team)
    found = list(Notice.objects.all())

    assert kinds.counted(kinds.still_true(found)) == [
        "1 record of your team may be about a person who is in another team too"
    ]
    answer(PossibleDuplicate.objects.get(), "older", "two", manager)
    assert kinds.still_true(found) == []


def test_two_people_never_reaches_the_other_team(enter, organisation, team, manager, other_team, other_manager):
    enter(team)
    add(organisation, other_manager, other_team)

    answer(PossibleDuplicate.objects.get(), "older", "two", manager)

    assert not queries.doubts(manager, TODAY) and not queries.doubts(other_manager, TODAY)
    assert not Notice.objects.filter(recipient=other_manager).exists()


def test_the_other_team_is_asked_once_the_first_says_so_and_both_see_both_when_both_do(
    enter, organisation, team, manager, other_team, other_manager
):
    older = enter(team)
    newer = add(organisation, other_manager, other_team)
    pair = PossibleDuplicate.objects.get()

    answer(pair, "older", "same", manager)
    [mine], [theirs] = queries.doubts(manager, TODAY), queries.doubts(other_manager, TODAY)
    assert (mine.answered, mine.other) == (True, None)
    assert (theirs.mine, theirs.other, theirs.team) == (newer, None, team)
    assert Notice.objects.filter(recipient=other_manager, kind="entered_twice").count() == 1

    answer(pair, "newer", "same", other_manager)
    assert {queries.doubts(manager, TODAY)[0].other, queries.doubts(other_manager, TODAY)[0].other} == {older, newer}


def test_records_that_are_not_alike_any_more_are_asked_about_no_more(enter, organisation, team, manager):
    enter(team)
    newer = add(organisation, manager, team)
    assert queries.doubts(manager, TODAY)

    fields = {"name": "Hine Paki", "phone": ""}
    caseload.edit_person(client_id=newer.pk, by=manager, today=TODAY, version=newer.version, fields=fields)

    assert not queries.doubts(manager, TODAY)


def test_a_changed_phone_is_looked_at_again(enter, organisation, team, other_team, other_manager, manager):
    enter(team)
    newer = add(organisation, other_manager, other_team, phone="")
    assert not queries.doubts(manager, TODAY)

    caseload.edit_person(
        client_id=newer.pk, by=other_manager, today=TODAY, version=newer.version, fields={"phone": PHONE}
    )

    assert queries.doubts(manager, TODAY)


def test_those_who_came_in_by_sheets_are_found_by_the_first_sweep_of_a_day(
    enter, organisation, team, manager, other_team, on
):
    enter(team), enter(team, phone=""), enter(other_team), enter(other_team, name="Somebody Else")

    sweep(organisation, TODAY)
    assert PossibleDuplicate.objects.count() == 2
    assert len(queries.doubts(manager, TODAY)) == 2

    enter(team)
    sweep(organisation, TODAY)
    assert PossibleDuplicate.objects.count() == 2
    on(LATER)
    sweep(organisation, LATER)
    assert PossibleDuplicate.objects.count() == 5


def test_a_deputy_is_asked_where_nobody_manages(enter, organisation, other_team, other_manager, stranger):
    deputised = factories.TeamFactory(organisation=organisation, deputy=stranger)
    enter(deputised)

    add(organisation, other_manager, other_team)

    assert Notice.objects.get().recipient == stranger
    assert queries.doubts(stranger, TODAY)


def test_looking_for_somebody_reads_two_indexes_however_many_there_are(enter, organisation, team):
    person = enter(team)
    of = {"organisation": organisation, "team": team}
    Client.objects.bulk_create(
        Client(**of, ref=f"R{n}", name=f"R{n}", name_key=f"r{n}", words_key=f"r{n}", phone_key=f"{n:08}")
        for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE caseload_client")

    plan = Client.objects.filter(queries.like(queries.keys_of(person)), organisation=organisation).explain()

    assert "BitmapOr" in plan and "caseload_client_phone" in plan and "Seq Scan" not in plan


# One record ---------------------------------------------------------------------------------------------------------


def test_what_belongs_to_them_goes_over_and_the_other_record_is_closed(enter, team, worker, manager):
    kept, absorbed = enter(worker=worker), enter(worker=worker, support="parked")
    contact = factories.ContactFactory(client=absorbed)
    group = factories.GroupFactory(facilitated_by=worker, people=[absorbed])
    work = factories.ActivityFactory(client=absorbed, starts_on=date(2026, 11, 2))
    points = PointLine.objects.filter(element="case", code="new").count()

    made = merge(kept, absorbed, manager, reason="She said so")

    for row in (contact, work, group.members.get()):
        row.refresh_from_db()
        assert row.client == kept
    kept.refresh_from_db(), absorbed.refresh_from_db()
    assert kept.last_reached_on == contact.on
    assert (absorbed.tier, absorbed.tier_from) == ("inactive", TODAY)
    assert TierPeriod.objects.get(client=absorbed, ends_before=None).moved_on == "duplicate"
    assert Allocation.objects.get(client=absorbed).closed_on == TODAY
    assert Allocation.objects.get(client=kept).closed_on is None
    assert PointLine.objects.filter(element="case", code="new").count() == points
    assert made.moved["caseload.contact"] == [contact.pk]
    assert not PointLine.objects.on(LATER).filter(client=absorbed).exists()


def test_contacts_that_go_over_count_for_keeping_in_touch(enter, worker, manager):
    kept, absorbed = enter(worker=worker, support="parked"), enter(worker=worker)
    before = kept.six_weeks_from
    factories.ContactFactory(client=absorbed, on=date(2026, 11, 9))

    merge(kept, absorbed, manager)

    kept.refresh_from_db()
    assert before != kept.six_weeks_from == date(2026, 11, 9)


def test_no_reminder_of_the_other_record_is_left(enter, worker, manager, organisation):
    kept, absorbed = enter(worker=worker), enter(worker=worker, support="parked", since=date(2026, 9, 28))
    sweep(organisation, TODAY)
    assert Notice.objects.filter(subject=f"client:{absorbed.pk}", cancelled_at=None).exists()

    merge(kept, absorbed, manager)

    assert not Reminder.objects.filter(client=absorbed, cancelled_at=None).exists()
    assert not Notice.objects.filter(subject=f"client:{absorbed.pk}", cancelled_at=None).exists()


def test_who_waits_twice_waits_once(enter, team, manager, organisation):
    kept, absorbed = enter(team), enter(team)
    referral = Referral.objects.create(organisation=organisation, client=absorbed, referred_on=TODAY)

    merge(kept, absorbed, manager)

    referral.refresh_from_db()
    assert (referral.client, referral.ended_on) == (kept, None)


def test_waiting_ends_where_the_kept_record_has_somebody(enter, team, worker, manager, organisation):
    kept, absorbed = enter(worker=worker), enter(team)
    referral = Referral.objects.create(organisation=organisation, client=absorbed, referred_on=TODAY)

    merge(kept, absorbed, manager)

    referral.refresh_from_db()
    assert (referral.client, referral.ended_on, referral.ended_as) == (absorbed, TODAY, "allocated")


def test_a_session_both_were_at_stays_with_each(enter, worker, manager):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    group = factories.GroupFactory(facilitated_by=worker, people=[kept, absorbed])
    came = {kept.pk: "other", absorbed.pk: "other"}
    more = {"minutes": 60, "facilitators": [worker.pk], "today": TODAY}
    log_session(group_id=group.pk, by=worker, on=TODAY, came=came, **more)

    made = merge(kept, absorbed, manager)

    assert made.moved == {}
    assert Attendance.objects.filter(client=absorbed, contact__client=absorbed).count() == 1
    assert not GroupMember.objects.on(LATER).filter(client=absorbed).exists()


# Refused ------------------------------------------------------------------------------------------------------------


def test_the_record_that_stays_is_the_one_somebody_supports(enter, team, worker, manager):
    with pytest.raises(KeepTheSupported, match="Keep the record that Mere Paki supports"):
        merge(enter(team), enter(worker=worker), manager)


def test_of_two_workers_it_is_said_who_goes_on(enter, worker, teammate, manager):
    kept, absorbed = enter(worker=worker), enter(worker=teammate)
    for wrong in (None, teammate):
        with pytest.raises(AnotherWorker, match="Mere Paki supports one"):
            merge(kept, absorbed, manager, worker=wrong)

    merge(kept, absorbed, manager, worker=worker)

    assert Allocation.objects.get(client=absorbed).closed_on == TODAY


@pytest.mark.parametrize("asked", ["kept", "absorbed"])
def test_please_dont_contact_me_holds_whichever_record_says_it(enter, team, manager, asked):
    says = {"contact_preference": "please_dont"}
    kept, absorbed = (enter(team, **(says if which == asked else {})) for which in ("kept", "absorbed"))
    merge(kept, absorbed, manager)
    kept.refresh_from_db()
    assert kept.contact_preference == "please_dont"
    take_apart(kept, manager)
    kept.refresh_from_db()
    assert kept.contact_preference == ("please_dont" if asked == "kept" else "ok")
    assert PleaseDont.objects.standing().filter(client=kept).count() == 0


def test_a_choice_that_came_over_is_written_down_for_the_team_to_agree_to(enter, team, manager):
    kept, absorbed = enter(team), enter(team, contact_preference="please_dont")
    merge(kept, absorbed, manager)
    assert PleaseDont.objects.standing().get(client=kept).asked_on == TODAY


def test_statutory_status_is_not_lost(enter, team, manager):
    kept, absorbed = enter(team), enter(team, statutory=True)
    merge(kept, absorbed, manager)
    kept.refresh_from_db()
    assert kept.statutory
    take_apart(kept, manager)
    kept.refresh_from_db()
    assert not kept.statutory


NEVER = {
    "contact_how": "Never ring: partner listens.",
    "contact_note": "No letters.",
    "called": "Tan",
    "language": "Tongan",
    "interpreter": "Tongan, by phone",
    "worry_helps": "A walk.",
    "worry_call": "My brother Sam, 021 555 0190",
}


def test_never_ring_goes_over_to_the_record_that_goes_on_and_back(enter, team, manager):
    kept, absorbed = enter(team, phone=""), enter(team, **NEVER)

    merge(kept, absorbed, manager)

    kept.refresh_from_db()
    assert {name: getattr(kept, name) for name in NEVER} == NEVER
    assert kept.phone == PHONE and "021" not in kept.name_key and "0142" in kept.search_key

    take_apart(kept, manager)

    kept.refresh_from_db()
    assert {getattr(kept, name) for name in (*NEVER, "phone")} == {""}
    absorbed.refresh_from_db()
    assert {name: getattr(absorbed, name) for name in NEVER} == NEVER


HOW = {"kept": "Text first.", "absorbed": "Never ring: partner listens."}


@pytest.mark.parametrize(
    ("whose", "says"),
    [
        (["kept"], "Text first."),
        (["absorbed"], "Never ring: partner listens."),
        (["kept", "absorbed"], "Text first. Never ring: partner listens."),
    ],
)
def test_where_both_say_something_a_person_says_which_holds(enter, team, manager, whose, says):
    records = {which: enter(team, contact_how=how) for which, how in HOW.items()}
    kept, absorbed = records["kept"], records["absorbed"]
    with pytest.raises(ReadBoth, match="differ in how to contact safely"):
        merge(kept, absorbed, manager)
    assert not Merge.objects.exists()

    merge(kept, absorbed, manager, chosen={"contact_how": [records[which].pk for which in whose]})

    kept.refresh_from_db()
    assert kept.contact_how == says
    take_apart(kept, manager)
    kept.refresh_from_db()
    assert kept.contact_how == "Text first."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"contact_how": "Text first."}, {"contact_how": "text first"}),
        ({"phone": "021 555 0142"}, {"phone": "+64 21 555 0142"}),
        ({"called": "Tane"}, {"called": "Tāne"}),
    ],
)
def test_the_same_in_another_spelling_is_no_difference(enter, team, manager, one, other):
    merge(enter(team, **one), enter(team, **other), manager)


def test_what_is_changed_while_somebody_reads_is_read_again(enter, team, manager):
    kept, absorbed = enter(team), enter(team)
    read = {kept.pk: kept.version, absorbed.pk: absorbed.version}
    fields = {"name": absorbed.name, "contact_how": "Never ring."}
    caseload.edit_person(client_id=absorbed.pk, by=manager, today=TODAY, version=absorbed.version, fields=fields)
    with pytest.raises(ReadBoth, match="changed since you opened this page"):
        merge(kept, absorbed, manager, versions=read)


WITHDRAWN = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("name", "given", "ends"),
    [
        ("sina LEOTA", WITHDRAWN - timedelta(days=1), WITHDRAWN),
        ("Sina Leota", WITHDRAWN, WITHDRAWN),
        ("Sina Leota", WITHDRAWN + timedelta(days=1), None),
        ("Sione Leota", WITHDRAWN - timedelta(days=1), None),
    ],
    ids=["the day before", "the day it was withdrawn", "consented anew since", "somebody else"],
)
@pytest.mark.parametrize("stands_in", ["kept", "absorbed"])
def test_what_one_record_says_was_withdrawn_does_not_hold_by_the_other(
    enter, team, manager, worker, name, given, ends, stands_in
):
    both = {"kept": enter(team), "absorbed": enter(team)}
    stands = factories.ConsentFactory(client=both.pop(stands_in), name=name, consented_on=given)
    (other,) = both.values()
    factories.ConsentFactory(client=other, withdrawn=True, withdrawn_by=worker)
    kept, absorbed = (stands.client, other) if stands_in == "kept" else (other, stands.client)
    before = list(Consent.objects.order_by("pk").values())

    merge(kept, absorbed, manager)

    stands.refresh_from_db()
    assert (stands.client, stands.withdrawn_on, stands.withdrawn_by) == (kept, ends, worker if ends else None)
    take_apart(kept, manager)
    assert list(Consent.objects.order_by("pk").values()) == before


def test_consent_that_was_given_again_after_a_withdrawal_in_the_same_record_goes_on(enter, team, manager):
    kept, absorbed = enter(team), enter(team)
    factories.ConsentFactory(client=kept, withdrawn=True)
    again = factories.ConsentFactory(client=kept)
    factories.ConsentFactory(client=absorbed)
    merge(kept, absorbed, manager)
    assert list(Consent.objects.standing()) == [again]


def test_what_was_written_since_stays_when_they_are_two_again(enter, team, manager):
    kept, absorbed = enter(team), enter(team, **NEVER)
    merge(kept, absorbed, manager)
    kept.refresh_from_db()
    fields = {"name": kept.name, "contact_how": "Email only."}
    caseload.edit_person(client_id=kept.pk, by=manager, today=TODAY, version=kept.version, fields=fields)
    take_apart(kept, manager)
    kept.refresh_from_db()
    assert (kept.contact_how, kept.contact_note) == ("Email only.", "")


def test_a_record_becomes_one_with_another_once(enter, team, manager):
    kept, absorbed, third = enter(team), enter(team), enter(team)
    merge(kept, absorbed, manager)
    for one, other in ((kept, absorbed), (third, absorbed), (absorbed, third)):
        with pytest.raises(OneAlready):
            merge(one, other, manager)


def test_what_one_team_has_called_two_people_the_other_does_not_make_one(
    enter, organisation, team, manager, other_team, other_manager
):
    older = enter(team)
    newer = add(organisation, other_manager, other_team)
    pair = PossibleDuplicate.objects.get()
    answer(pair, "older", "same", manager), answer(pair, "newer", "same", other_manager)
    answer(pair, "older", "two", manager)

    with pytest.raises(SaidOtherwise):
        merge(older, newer, other_manager)


# Two again ----------------------------------------------------------------------------------------------------------

FACTS = (Client, TierPeriod, Allocation, Contact, GroupMember, Attendance, GroupSession, Referral, Cover, TemporaryMove)


def facts():
    """Everything written down of people, row by row, and their points."""
    found = {model: serializers.serialize("json", model.objects.order_by("pk")) for model in (*FACTS, Activity)}
    return found | {PointLine: sorted(PointLine.objects.values_list(*workload.COLUMNS), key=repr)}


def nobody_supported(enter, team, **_):
    return enter(team), enter(team)


def same_worker(enter, worker, **_):
    return enter(worker=worker), enter(worker=worker)


def two_workers(enter, worker, teammate, **_):
    kept, absorbed = enter(worker=worker), enter(worker=teammate, support="parked")
    factories.ContactFactory(client=absorbed), factories.ActivityFactory(client=absorbed)
    return kept, absorbed


def decided_to_close(enter, worker, manager, **_):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    caseload.decide_to_close(client_id=absorbed.pk, on=TODAY - timedelta(days=3), by=manager, today=TODAY)
    return kept, absorbed


def begun_today(enter, worker, **_):
    return enter(worker=worker), enter(worker=worker, since=TODAY)


def moving_ahead(enter, worker, teammate, manager, **_):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    caseload.change_tier(client_id=absorbed.pk, on=LATER, tier="high", reason="", by=manager, today=TODAY)
    given = caseload.hand_over(client_id=absorbed.pk, worker=teammate, on=LATER, by=manager, today=TODAY)
    of = {"organisation": absorbed.organisation, "client": absorbed, "allocation": given}
    TemporaryMove.objects.create(**of, back_to=worker, until=LATER, by=manager)
    return kept, absorbed


def covered(enter, worker, teammate, **_):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    absence = factories.AbsenceFactory(worker=worker)
    Cover.objects.create(
        organisation=absorbed.organisation, absence=absence, client=absorbed, worker=teammate, starts_on=TODAY
    )
    return kept, absorbed


def in_groups(enter, worker, **_):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    both = factories.GroupFactory(facilitated_by=worker, people=[kept, absorbed])
    factories.GroupFactory(facilitated_by=worker, people=[absorbed])
    more = {"minutes": 60, "facilitators": [worker.pk], "today": TODAY}
    log_session(group_id=both.pk, by=worker, on=TODAY, came={absorbed.pk: "other"}, **more)
    return kept, absorbed


def waits_and_is_known(enter, team, worker, organisation, **_):
    kept, absorbed = enter(worker=worker), enter(team)
    Referral.objects.create(organisation=organisation, client=absorbed, referred_on=TODAY)
    return kept, absorbed


def not_in_touch(enter, team, worker, **_):
    kept, absorbed = enter(worker=worker), enter(team, support="inactive")
    factories.ContactFactory(client=absorbed)
    return kept, absorbed


SHAPES = [
    nobody_supported,
    same_worker,
    two_workers,
    decided_to_close,
    begun_today,
    moving_ahead,
    covered,
    in_groups,
    waits_and_is_known,
    not_in_touch,
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__.replace("_", " "))
@pytest.mark.parametrize("days", [0, 3], ids=["at once", "days later"])
def test_one_record_and_two_again_leaves_everything_as_it_was(
    shape, days, enter, team, worker, teammate, manager, organisation, on
):
    cast = {"team": team, "worker": worker, "teammate": teammate, "manager": manager, "organisation": organisation}
    kept, absorbed = shape(enter, **cast)
    factories.refresh_derived(kept, absorbed, workers=[worker, teammate])
    on(day := TODAY + timedelta(days=days))
    caseload.refresh([kept.pk, absorbed.pk], day)
    before = facts()
    on(TODAY)
    caseload.refresh([kept.pk, absorbed.pk], TODAY)

    merge(kept, absorbed, manager, worker=worker)
    assert facts() != before
    on(day)
    take_apart(kept, manager, day)

    assert facts() == before
    assert Merge.objects.get().undone_on == day


def test_taken_back_they_are_not_asked_about_again(enter, organisation, team, manager):
    kept = enter(team)
    absorbed = add(organisation, manager, team)
    merge(kept, absorbed, manager)
    assert not queries.doubts(manager, TODAY)

    take_apart(absorbed, manager)

    assert not queries.doubts(manager, TODAY)
    with pytest.raises(NothingToTakeApart):
        take_apart(kept, manager)


def test_undone_twice_from_one_page_the_merge_before_it_stands(enter, worker, manager):
    kept, first, second = enter(worker=worker), enter(worker=worker), enter(worker=worker)
    merge(kept, first, manager)
    last = merge(kept, second, manager)
    take_apart(kept, manager, merge=last)

    with pytest.raises(NothingToTakeApart):
        take_apart(kept, manager, merge=last)

    assert list(Merge.objects.standing().values_list("absorbed", flat=True)) == [first.pk]


def test_a_person_who_waited_waits_again_though_the_other_was_allocated_since(enter, team, worker, manager):
    kept, absorbed = enter(team, support="inactive"), enter(team)
    factories.ReferralFactory(client=absorbed, owner=manager)
    merge(kept, absorbed, manager)
    caseload.allocate(client_id=kept.pk, worker=worker, on=TODAY, by=manager, tier="high", today=TODAY)

    take_apart(kept, manager)

    assert Referral.objects.standing().get().client == absorbed


def test_the_record_that_waits_by_its_support_alone_is_the_one_that_stays(enter, team, manager):
    kept, absorbed = enter(team, support="inactive"), enter(team, support="high")

    with pytest.raises(KeepWhoWaits, match=absorbed.ref):
        merge(kept, absorbed, manager)
    merge(absorbed, kept, manager)


def test_what_was_written_since_stays_with_the_kept_record(enter, worker, manager):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    old = factories.ContactFactory(client=absorbed)
    merge(kept, absorbed, manager)
    new = factories.ContactFactory(client=kept)

    take_apart(kept, manager)

    old.refresh_from_db(), new.refresh_from_db()
    assert (old.client, new.client) == (absorbed, kept)


def test_a_record_changed_since_cannot_simply_stand_again(enter, worker, manager):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    merge(kept, absorbed, manager)
    caseload.support_again(
        client_id=absorbed.pk, on=LATER, tier="high", reason="", by=manager, worker=worker, today=LATER
    )

    with pytest.raises(ChangedSince, match="has changed since"):
        take_apart(kept, manager, LATER)


def test_a_month_reported_since_counts_them_as_one(enter, worker, manager):
    kept, absorbed = enter(worker=worker), enter(worker=worker)
    merge(kept, absorbed, manager)
    factories.MonthlyRecordFactory(worker=worker, month=date(2026, 11, 1), status="reported", imported=True)

    with pytest.raises(ChangedSince, match="report for November 2026 is sent"):
        take_apart(kept, manager, date(2026, 12, 4))
    assert MonthlyRecord.objects.get().total == 80


def test_a_worker_who_has_left_gets_nobody_back(enter, worker, teammate, manager):
    kept, absorbed = enter(worker=worker), enter(worker=teammate)
    merge(kept, absorbed, manager, worker=worker)
    teammate.active = False
    teammate.save()

    with pytest.raises(ChangedSince, match="does not work here now"):
        take_apart(kept, manager, LATER)


def test_records_that_became_one_in_turn_are_taken_apart_in_turn(enter, team, manager):
    first, second, third = enter(team), enter(team), enter(team)
    contact = factories.ContactFactory(client=third)
    merge(second, third, manager), merge(first, second, manager)

    with pytest.raises(ChangedSince, match="become part of another record"):
        take_apart(third, manager)
    take_apart(first, manager), take_apart(third, manager)

    contact.refresh_from_db()
    assert contact.client == third
