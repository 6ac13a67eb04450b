"""Writing for oneself, sharing and taking back, agreeing between two, and what is brought up when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caseload.actions import EditedMeanwhile
from peerload.home.sweep import sweep
from peerload.notices.actions import write_digests
from peerload.notices.models import Message, Notice
from tests import factories
from wellbeing.models import Adjustment, PrivateDocument
from wellbeing.private import actions, notices, queries

DAY = timedelta(days=1)


def notes(author, today, **more):
    about = {"kind": "learning", "words": {"words": "Te reo"}, "on": today, "today": today} | more
    return actions.write(author=author, **about)


def test_notes_are_as_many_as_somebody_likes_and_a_plan_is_one(worker, today, begin):
    notes(worker, today), notes(worker, today)
    begin(worker)

    with pytest.raises(EditedMeanwhile):
        begin(worker, "From another window.")
    assert PrivateDocument.objects.count() == 3


def test_what_was_saved_in_another_window_is_not_written_over(worker, today):
    first = notes(worker, today)
    notes(worker, today, uid=first.uid, version=1, words={"words": "Te reo on Tuesdays"})

    with pytest.raises(EditedMeanwhile) as refusal:
        notes(worker, today, uid=first.uid, version=1, words={"words": "Te reo on Fridays"})
    assert queries.words_of(refusal.value.current) == {"words": "Te reo on Tuesdays"}


def test_an_empty_page_is_not_kept(worker, today):
    with pytest.raises(actions.NothingWritten):
        notes(worker, today, words={"words": " \n"})


def test_somebody_elses_is_not_there(worker, teammate, today):
    theirs = notes(worker, today)

    with pytest.raises(PrivateDocument.DoesNotExist):
        notes(teammate, today, uid=theirs.uid, version=1)
    actions.delete(author=teammate, uid=theirs.uid)
    assert PrivateDocument.objects.get() == theirs


def test_deleted_is_deleted(worker, today):
    actions.delete(author=worker, uid=notes(worker, today).uid)
    assert not PrivateDocument.objects.exists()


# Sharing ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(worker, manager, today, begin):
    plan = begin(worker)
    actions.share(author=worker, reader=manager, today=today)
    return plan


def may_read(reader, on) -> bool:
    return queries.shared_with(reader, on).exists()


def test_a_plan_is_shared_with_the_team_manager_and_with_nobody_else(worker, shared, manager, other_manager, today):
    assert may_read(manager, today)
    with pytest.raises(actions.NotYourLeader):
        actions.share(author=worker, reader=other_manager, today=today)


def test_taken_back_is_not_read_any_more(worker, shared, manager, today):
    actions.take_back(author=worker)
    assert not may_read(manager, today)


def test_a_manager_who_leads_no_more_reads_nothing_and_a_sweep_ends_it_for_good(
    organisation, shared, team, manager, today
):
    team.manager = None
    team.save()
    assert not may_read(manager, today)

    sweep(organisation, today)
    team.manager = manager
    team.save()
    assert not may_read(manager, today)


def test_a_sweep_leaves_what_may_be_read(organisation, shared, manager, today):
    sweep(organisation, today)
    assert may_read(manager, today)


# What is brought up ----------------------------------------------------------------------------------------------------


def open_notices(**about) -> int:
    return Notice.objects.filter(**about).count()


@pytest.mark.parametrize(
    ("begun", "prompted"),
    [(-1, 0), (0, 1), (6, 1), (7, 0)],
    ids=["the day before", "the first day", "the seventh", "the eighth"],
)
def test_somebody_new_is_prompted_in_their_first_week(organisation, team, today, begun, prompted):
    new = factories.MemberFactory(organisation=organisation, in_team=team, post__starts_on=today - begun * DAY)
    sweep(organisation, today)
    assert open_notices(recipient=new, kind=notices.PLAN_FIRST) == prompted


def test_somebody_new_is_prompted_once_and_not_once_they_have_a_plan(organisation, team, today, begin):
    new = factories.MemberFactory(organisation=organisation, in_team=team, post__starts_on=today)
    for days in range(3):
        sweep(organisation, today + days * DAY)
    notice = Notice.objects.get(recipient=new, kind=notices.PLAN_FIRST)
    assert notices.still_without_plan([notice])

    begin(new)
    assert not notices.still_without_plan([notice])


@pytest.mark.parametrize(
    ("after", "prompted"), [(-1, 0), (0, 1), (200, 1)], ids=["the day before", "the day", "long after"]
)
def test_a_plan_is_brought_up_once_when_it_is_six_months_old(organisation, worker, begin, after, prompted, today):
    begin(worker)
    sweep(organisation, date(2027, 5, 12) + after * DAY)
    assert open_notices(recipient=worker, kind=notices.PLAN_AGAIN) == prompted


@pytest.mark.parametrize(
    ("begun", "asked"),
    [
        (date(2026, 5, 13), []),
        (date(2026, 5, 12), [date(2026, 11, 12)]),
        (date(2023, 11, 6), [date(2026, 11, 6)]),
        (date(2023, 11, 5), []),
        (date(2026, 11, 12), []),
    ],
    ids=["a day short", "six months", "three years and six days", "and seven", "the first day"],
)
def test_somebody_without_a_plan_gets_the_same_line_every_six_months(organisation, team, today, begun, asked):
    new = factories.MemberFactory(organisation=organisation, in_team=team, post__starts_on=begun)
    for _ in range(2):
        sweep(organisation, today)
    found = Notice.objects.filter(recipient=new, kind=notices.PLAN_AGAIN)
    assert [notice.anchor_on for notice in found] == asked
    assert notices.still_six_months_old(list(found)) == {notice.pk for notice in found}


def test_a_plan_looked_at_meanwhile_is_not_brought_up(organisation, worker, begin, today, on):
    begin(worker)
    later = on(date(2027, 5, 12))
    sweep(organisation, later)
    notice = Notice.objects.get(kind=notices.PLAN_AGAIN, recipient=worker)
    assert notices.still_six_months_old([notice]) == {notice.pk}

    actions.keep_as_it_is(author=worker, today=later)
    assert not notices.still_six_months_old([notice])


def test_a_mail_does_not_say_whether_somebody_has_a_plan(organisation, team, worker, begin, today, on):
    begin(worker)
    morning = on(date(2027, 5, 12))
    new = factories.MemberFactory(organisation=organisation, in_team=team, post__starts_on=morning)
    sweep(organisation, morning)
    write_digests(organisation, datetime(2027, 5, 11, 22, tzinfo=UTC))

    bodies = {mail.recipient_id: mail.body for mail in Message.objects.filter(recipient__in=[worker, new])}
    assert all(str(notices.PLAN_WORDS) in body for body in bodies.values())
    assert len(bodies) == 2


# Agreed between two ----------------------------------------------------------------------------------------------------


def test_two_agree_and_a_change_is_agreed_anew(worker, manager, propose, today):
    first = propose(worker, by=worker)
    assert not first.is_agreed
    agreed = actions.agree(worker=worker, uid=first.uid, by=manager, version=1, today=today)
    assert agreed.is_agreed

    changed = propose(worker, by=manager, text="Starts at eleven.", uid=first.uid, version=1)
    assert (changed.worker_agreed_on, changed.agreed_by) == (None, manager)


@pytest.fixture
def agreed(worker, manager, propose, today):
    first = propose(worker, by=worker)
    return actions.agree(worker=worker, uid=first.uid, by=manager, version=1, today=today)


def test_what_both_agreed_holds_in_its_words_until_both_agree_to_a_change(worker, manager, propose, agreed, today):
    changed = propose(worker, by=manager, text="Starts at eleven.", uid=agreed.uid, version=1)
    agreed.refresh_from_db()
    assert agreed.is_agreed and agreed.ended_on is None
    assert queries.text_of(agreed) == "Starts at ten on Mondays."

    actions.agree(worker=worker, uid=changed.uid, by=worker, version=1, today=today)
    agreed.refresh_from_db()
    assert agreed.ended_on == today and queries.text_of(agreed) == "Starts at ten on Mondays."


def test_a_change_taken_away_leaves_what_was_agreed(worker, manager, propose, agreed, today):
    changed = propose(worker, by=manager, text="Starts at eleven.", uid=agreed.uid, version=1)
    with pytest.raises(actions.ChangeWaits):
        propose(worker, by=worker, text="Starts at noon.", uid=agreed.uid, version=1)
    assert not actions.end(worker=worker, uid=changed.uid, by=worker, version=1, today=today)
    left = Adjustment.objects.get()
    assert left == agreed and left.is_agreed and left.ended_on is None


def test_nobody_agrees_to_what_they_have_not_read(worker, manager, propose, today):
    first = propose(worker, by=worker)
    propose(worker, by=worker, text="Starts at noon.", uid=first.uid, version=1)

    with pytest.raises(EditedMeanwhile):
        actions.agree(worker=worker, uid=first.uid, by=manager, version=1, today=today)


def test_neither_a_teammate_nor_the_worker_twice_makes_it_agreed(worker, teammate, other_manager, propose, today):
    first = propose(worker, by=worker)
    for other in (teammate, other_manager):
        with pytest.raises(actions.NotYoursToAgree):
            actions.agree(worker=worker, uid=first.uid, by=other, version=1, today=today)
    assert not actions.agree(worker=worker, uid=first.uid, by=worker, version=1, today=today).is_agreed


def test_what_was_agreed_ends_and_stays_what_was_not_is_deleted(worker, manager, propose, today):
    agreed, open_still = propose(worker, by=worker), propose(worker, by=worker)
    actions.agree(worker=worker, uid=agreed.uid, by=manager, version=1, today=today)

    assert actions.end(worker=worker, uid=agreed.uid, by=worker, version=1, today=today)
    assert not actions.end(worker=worker, uid=open_still.uid, by=manager, version=1, today=today)

    assert Adjustment.objects.get().ended_on == today
    with pytest.raises(actions.EndedAlready):
        propose(worker, by=worker, uid=agreed.uid, version=2)


def test_a_review_lies_after_the_beginning(worker, propose, today):
    with pytest.raises(actions.ReviewBefore):
        propose(worker, by=worker, review_on=today - DAY)


def test_the_other_is_asked_and_both_are_reminded_on_the_day(organisation, worker, manager, propose, today):
    first = propose(worker, by=worker, review_on=today + DAY)
    asked = Notice.objects.get(kind=notices.ADJUSTMENT_ASKED)
    assert asked.recipient == manager and notices.still_asked([asked])

    actions.agree(worker=worker, uid=first.uid, by=manager, version=1, today=today)
    assert not notices.still_asked([asked])

    sweep(organisation, today)
    assert not open_notices(kind=notices.ADJUSTMENT_REVIEW)
    sweep(organisation, today + DAY)
    reminded = Notice.objects.filter(kind=notices.ADJUSTMENT_REVIEW)
    assert {notice.recipient for notice in reminded} == {worker, manager}
    assert notices.still_to_review(list(reminded)) == {notice.pk for notice in reminded}
