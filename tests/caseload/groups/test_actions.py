"""What people do to groups and their sessions, and what is refused."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from caseload.actions import NeedsReason, NotInTouch, NotYet, VoidedAlready, annotate_contact, undo_contact
from caseload.groups import queries
from caseload.groups.actions.groups import (
    AlreadyThere,
    GroupNameTaken,
    GroupNotThen,
    NeedsFacilitator,
    SomethingAfter,
    change_group,
    close_group,
    open_group,
)
from caseload.groups.actions.members import NotThere, add_facilitator, end_facilitator, join, leave
from caseload.groups.actions.sessions import RecordedAlready, SessionSaidDifferently, log_session, void_session
from caseload.models import Attendance, Client, Contact, Group, GroupMember, GroupSession, TierPeriod
from tests import factories

TODAY = date(2026, 11, 12)
WEDNESDAY = date(2026, 11, 11)
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def log(group, by, came=(), **words):
    came = came if isinstance(came, dict) else {person.pk: "" for person in came}
    words = {"on": WEDNESDAY, "minutes": 90, "facilitators": [by.pk], "submission_id": uuid4()} | words
    return log_session(group_id=group.pk, by=by, today=TODAY, came=came, **words)


class TestASession:
    def test_each_who_came_has_one_contact_and_the_others_have_none(self, group, worker, hana, joe, sione):
        log(group, worker, [hana, sione])

        contacts = Contact.objects.values_list(
            "client__name", "on", "reached", "outcome", "channel", "minutes", "author"
        )
        shared = (WEDNESDAY, True, "other", "group", 90, worker.pk)
        assert set(contacts) == {("Hana Rewi", *shared), ("Sione Vea", *shared)}
        attended = Attendance.objects.values_list("client__name", "came", "contact__client__name")
        assert set(attended) == {
            ("Hana Rewi", True, "Hana Rewi"),
            ("Joe Marsh", False, None),
            ("Sione Vea", True, "Sione Vea"),
        }

    @pytest.mark.parametrize(
        ("outcome", "counted"), [("other", 0), ("no_support_needed", 1)], ids=["something else", "all well"]
    )
    def test_it_moves_the_weeks_of_a_person_kept_in_touch_with(self, group, worker, outcome, counted):
        parked = factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 10, 1))
        GroupMember.objects.create(
            organisation=group.organisation, group=group, client=parked, starts_on=date(2026, 10, 1)
        )

        log(group, worker, {parked.pk: outcome})

        parked.refresh_from_db()
        assert (parked.six_weeks_from, parked.contacts_since_parked) == (WEDNESDAY, counted)

    def test_somebody_kept_in_touch_with_who_wants_support_has_it_again(self, group, worker):
        parked = factories.ClientFactory(supported_by=worker, support="group", name="Ofa Ward")
        factories.TierPeriodFactory._meta.model.objects.filter(client=parked).update(ends_before=date(2026, 10, 1))
        factories.TierPeriodFactory(client=parked, tier="parked", starts_on=date(2026, 10, 1))
        factories.refresh_derived(parked)
        GroupMember.objects.create(
            organisation=group.organisation, group=group, client=parked, starts_on=date(2026, 10, 1)
        )

        logged = log(group, worker, {parked.pk: "support_wanted"})

        parked.refresh_from_db()
        assert (parked.tier, parked.tier_from) == ("group", WEDNESDAY)
        assert logged.back == ["Ofa Ward"]

    def test_the_facilitators_time_is_the_sessions_unless_said(self, group, worker):
        first, second = log(group, worker), log(group, worker, on=TODAY, facilitator_minutes=150)

        assert (first.session.facilitator_minutes, second.session.facilitator_minutes) == (90, 150)
        assert list(first.session.facilitators.values_list("worker", flat=True)) == [worker.pk]

    def test_the_same_submission_again_is_the_same_session(self, group, worker, hana):
        once = uuid4()
        first, again = (log(group, worker, [hana], submission_id=once) for _ in range(2))

        assert (first.repeated, again.repeated) == (False, True)
        assert first.session == again.session and Contact.objects.count() == 1

    @pytest.mark.parametrize("other", [{"minutes": 60}, {"note": "Rain"}, {"came": ()}], ids=["minutes", "note", "who"])
    def test_the_same_submission_with_other_words_is_refused(self, group, worker, hana, other):
        words = {"came": [hana], "submission_id": uuid4()}
        log(group, worker, **words)

        with pytest.raises(SessionSaidDifferently):
            log(group, worker, **words | other)

    def test_a_day_is_recorded_once_no_matter_who_records_it(self, group, worker, manager, hana):
        log(group, worker, [hana])

        with pytest.raises(RecordedAlready, match="by Mere Paki already"):
            log(group, manager, [hana], facilitators=[worker.pk])
        assert Contact.objects.count() == 1

    def test_tomorrow_has_not_come(self, group, worker):
        with pytest.raises(NotYet, match="13 November 2026 has not come yet"):
            log(group, worker, on=TODAY + DAY)

    @pytest.mark.parametrize(
        ("day", "refused"),
        [
            (date(2026, 11, 1), True),
            (date(2026, 11, 2), False),
            (date(2026, 11, 10), False),
            (date(2026, 11, 11), True),
        ],
        ids=["before it began", "its first day", "its last day", "the day after"],
    )
    def test_it_lies_within_the_group(self, worker, day, refused):
        group = factories.GroupFactory(
            facilitated_by=worker, starts_on=date(2026, 11, 2), ends_before=date(2026, 11, 11)
        )
        if refused:
            with pytest.raises(GroupNotThen):
                log(group, worker, on=day)
        else:
            assert log(group, worker, on=day).session.on == day

    def test_those_who_came_belonged_to_it_that_day(self, group, worker):
        other = factories.ClientFactory(supported_by=worker, name="Isla Penney")

        with pytest.raises(NotThere, match="Isla Penney did not belong to Wednesday walkers on 11 November"):
            log(group, worker, [other])
        assert not GroupSession.objects.exists()

    def test_somebody_facilitates_it(self, group, worker, teammate):
        with pytest.raises(NeedsFacilitator, match="Say who"):
            log(group, worker, facilitators=[])
        with pytest.raises(NeedsFacilitator, match="did not facilitate"):
            log(group, worker, facilitators=[teammate.pk])

    def test_a_person_who_is_not_in_touch_is_not_said_to_be_absent(self, group, worker, joe):
        TierPeriod.objects.filter(client=joe).update(tier="inactive")
        factories.refresh_derived(joe)

        log(group, worker)

        assert not Attendance.objects.filter(client=joe).exists()


class TestStrikingThrough:
    def test_it_takes_the_contacts_with_it_and_everything_stays_readable(self, group, worker, hana):
        session = log(group, worker, [hana]).session
        hana.refresh_from_db()
        assert hana.last_reached_on == WEDNESDAY

        void_session(session_id=session.pk, by=worker, today=TODAY, reason="It rained", now=timezone.now())

        contact = Contact.objects.get(client=hana)
        assert (contact.voided_by, contact.void_reason) == (worker, "It rained")
        hana.refresh_from_db()
        assert hana.last_reached_on is None
        (met,) = queries.sessions_of(group)
        assert met.session.void_reason == "It rained" and met.came == ["Hana Rewi"]

    def test_the_day_can_be_recorded_anew(self, group, worker, hana, joe):
        session = log(group, worker, [hana]).session
        void_session(session_id=session.pk, by=worker, today=TODAY, reason="The wrong ones", now=timezone.now())

        log(group, worker, [joe])

        assert Contact.objects.standing().get().client == joe
        assert queries.last_time(group).came == {joe.pk}

    def test_it_takes_support_back_that_it_gave(self, group, worker):
        parked = factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 10, 1))
        GroupMember.objects.create(
            organisation=group.organisation, group=group, client=parked, starts_on=date(2026, 10, 1)
        )
        session = log(group, worker, {parked.pk: "support_wanted"}).session

        void_session(session_id=session.pk, by=worker, today=TODAY, reason="Somebody else", now=timezone.now())

        assert Client.objects.get(pk=parked.pk).tier == "parked"

    def test_it_needs_a_reason_and_happens_once(self, group, worker):
        session = log(group, worker).session
        void = {"session_id": session.pk, "by": worker, "today": TODAY, "now": timezone.now()}
        with pytest.raises(NeedsReason):
            void_session(reason=" ", **void)
        void_session(reason="It rained", **void)
        with pytest.raises(VoidedAlready):
            void_session(reason="It rained", **void)

    def test_one_contact_undone_leaves_the_session(self, group, worker, hana, joe):
        log(group, worker, [hana, joe])
        contact = Contact.objects.get(client=joe)
        annotate_contact(contact_id=contact.pk, by=worker, note="Came late")
        undo_contact(contact_id=contact.pk, by=worker, today=TODAY, now=timezone.now())

        (met,) = queries.sessions_of(group)
        assert (met.came, met.absent) == (["Hana Rewi"], ["Sione Vea"])
        assert queries.last_time(group).came == {hana.pk}


class TestBelonging:
    def test_joining_leaves_the_support_as_it_is(self, group, worker):
        person = factories.ClientFactory(supported_by=worker, support="high")
        join(group_id=group.pk, client_id=person.pk, by=worker, on=TODAY, today=TODAY)

        person.refresh_from_db()
        assert person.tier == "high"

    def test_joining_changes_the_support_where_that_is_said(self, group, worker):
        person = factories.ClientFactory(supported_by=worker, support="high")
        join(group_id=group.pk, client_id=person.pk, by=worker, on=TODAY, today=TODAY, change_support=True)

        person.refresh_from_db()
        assert (person.tier, person.tier_from) == ("group", TODAY)
        assert person.tiers.get(starts_on=TODAY).reason == "Joined Wednesday walkers"

    def test_nobody_belongs_to_a_group_twice(self, group, worker, hana):
        with pytest.raises(AlreadyThere, match="Hana Rewi belongs to the group from 6 January 2025 on already"):
            join(group_id=group.pk, client_id=hana.pk, by=worker, on=TODAY, today=TODAY)

    def test_a_person_who_is_not_in_touch_does_not_join(self, group, worker):
        person = factories.ClientFactory(supported_by=worker, support="inactive")
        with pytest.raises(NotInTouch):
            join(group_id=group.pk, client_id=person.pk, by=worker, on=TODAY, today=TODAY)

    def test_leaving_has_a_last_day_and_coming_back_is_possible(self, group, worker, hana):
        membership = GroupMember.objects.get(client=hana)
        leave(membership_id=membership.pk, by=worker, on=WEDNESDAY)
        assert [each.client for each in queries.members_of(group, WEDNESDAY)][0] == hana
        assert hana not in [each.client for each in queries.members_of(group, TODAY)]

        with pytest.raises(NotThere, match="through 11 November 2026 only"):
            leave(membership_id=membership.pk, by=worker, on=TODAY)
        join(group_id=group.pk, client_id=hana.pk, by=worker, on=TODAY, today=TODAY)
        assert hana.groups.count() == 2

    def test_leaving_lies_not_before_joining(self, group, worker, hana):
        membership = GroupMember.objects.get(client=hana)
        with pytest.raises(NotThere, match="only from 6 January 2025 on"):
            leave(membership_id=membership.pk, by=worker, on=factories.LONG_AGO - DAY)

    def test_somebody_always_facilitates(self, group, worker, teammate, manager):
        mine = group.facilitators.get()
        with pytest.raises(NeedsFacilitator, match="would have no facilitator then"):
            end_facilitator(facilitator_id=mine.pk, by=manager, on=TODAY)
        add_facilitator(group_id=group.pk, worker=teammate, by=manager, on=TODAY)
        end_facilitator(facilitator_id=mine.pk, by=manager, on=TODAY)

        assert [each.worker for each in queries.facilitators_of(group, TODAY + DAY)] == [teammate]


class TestAGroup:
    def open(self, team, by, **words):
        words = {"name": "Friday lunch", "facilitators": [by], "on": TODAY, "minutes": 60} | words
        return open_group(team=team, by=by, **words)

    def test_it_opens_with_who_facilitates_it(self, team, worker):
        group = self.open(team, worker)
        assert [each.worker for each in queries.facilitators_of(group, TODAY)] == [worker]
        with pytest.raises(NeedsFacilitator):
            self.open(team, worker, name="Another", facilitators=[])

    @pytest.mark.parametrize("name", ["WEDNESDAY walkers", "Wēdnesday-Walkers"])
    def test_two_do_not_share_a_name(self, team, worker, group, name):
        with pytest.raises(GroupNameTaken, match="“Wednesday walkers” already. Choose another name."):
            self.open(team, worker, name=name)
        assert Group.objects.count() == 1

    def test_closing_ends_belonging_and_facilitating_and_nobodys_support(self, group, manager, hana):
        close_group(group_id=group.pk, by=manager, on=TODAY)

        assert not queries.members_of(group, TODAY + DAY) and not queries.facilitators_of(group, TODAY + DAY)
        hana.refresh_from_db()
        assert hana.tier == "group"
        with pytest.raises(GroupNotThen, match="was closed on 12 November 2026 already"):
            close_group(group_id=group.pk, by=manager, on=TODAY)

    def test_it_does_not_close_before_a_session_or_a_belonging(self, group, manager, worker, hana):
        log(group, worker, [hana])
        with pytest.raises(SomethingAfter, match="recorded on 11 November 2026"):
            close_group(group_id=group.pk, by=manager, on=WEDNESDAY - DAY)
        person = factories.ClientFactory(supported_by=worker)
        join(group_id=group.pk, client_id=person.pk, by=worker, on=TODAY + DAY, today=TODAY)
        with pytest.raises(SomethingAfter, match="joins only on 13 November 2026"):
            close_group(group_id=group.pk, by=manager, on=TODAY)

    def test_a_change_keeps_what_was_before(self, group, manager):
        change_group(
            group_id=group.pk,
            by=manager,
            name="Thursday walkers",
            weekday="thursday",
            starts_at=None,
            minutes=60,
            today=TODAY,
        )
        before = Group.pgh_event_model.objects.get(pgh_obj_id=group.pk)
        assert (before.name, before.weekday) == ("Wednesday walkers", "wednesday")
