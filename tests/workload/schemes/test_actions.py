"""A version is drafted, changed row by row and published; what is published, and what was sent, never changes."""

from datetime import date
from decimal import Decimal

import pytest

from peerload.audit.models import Entry
from peerload.core import clock
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from workload import queries
from workload import rules as points
from workload.actions import MonthsSent, check, create_scheme, recount, start_activity
from workload.enums import Element, Window
from workload.models import Scheme, TeamReport
from workload.schemes import actions

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER, LAST_OF_NOVEMBER = date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 30)


def send(team, month):
    """A month as it is once it was sent."""
    return TeamReport.objects.create(
        organisation=team.organisation,
        team=team,
        month=month,
        sent_at=clock.now(),
        sent_on=month,
        sent_by=team.manager,
        points=0,
        limit=0,
        fte=0,
    )


def publish(draft, by):
    return actions.publish(scheme_id=draft.pk, version=draft.version, by=by)


def held(worker, on):
    [listed] = queries.listed(worker.organisation, on, worker_ids=[worker.pk])
    return queries.totals_on(worker.organisation, on, [listed])[worker.pk]


class TestADraft:
    def test_it_is_a_copy_of_the_newest_version_from_the_next_month_on(self, scheme, draft, admin):
        copied = draft.weights.order_by("pk").values_list(
            "code", "tier", "condition", "points", "on", "linked_to_cases"
        )

        assert (draft.name, draft.starts_on, draft.begun_by) == ("Version 2", DECEMBER, admin)
        assert list(copied) == list(scheme.weights.order_by("pk").values_list(*copied._fields))

    def test_nobody_is_counted_by_it(self, organisation, change):
        change(group_work={"points": 4})

        assert len(queries.schemes(organisation.pk)) == 1

    def test_a_service_has_one_at_most(self, organisation, admin, draft, today):
        with pytest.raises(actions.DraftThere, match="There is a draft already"):
            actions.begin_draft(organisation=organisation, by=admin, on=today)

    def test_a_service_without_a_scheme_begins_from_its_preset(self, organisation, admin, today):
        organisation.preset = "children"
        organisation.save()

        draft = actions.begin_draft(organisation=organisation, by=admin, on=today)

        assert draft.weights.get(code="looked_after").on
        assert Scheme.objects.published().filter(organisation=organisation).count() == 1

    def test_of_two_admins_the_second_is_told_and_sees_what_stands(self, draft, change):
        seen = draft.version
        change(group_work={"points": 4})

        with pytest.raises(actions.DraftChangedMeanwhile) as refusal:
            actions.change_weight(weight_id=draft.weights.get(code="group_work").pk, version=seen, fields={"points": 3})
        assert refusal.value.current.points == 4

    def test_settings_are_changed_with_the_first_day(self, draft):
        fields = {"starts_on": date(2027, 1, 1), "mark": Decimal("80"), "extras_inside_base": True}

        actions.change_settings(scheme_id=draft.pk, version=draft.version, fields=fields)

        found = queries.scheme(draft.pk)
        assert (found.starts_on, found.mark, found.extras_inside_base) == (date(2027, 1, 1), 80, True)

    def test_a_mark_above_the_limit_is_refused(self, draft):
        with pytest.raises(actions.SchemeContradiction, match="between 0 and the limit"):
            actions.change_settings(scheme_id=draft.pk, version=draft.version, fields={"mark": Decimal(101)})

    @pytest.mark.parametrize(
        ("starts_on", "refused"),
        [(LAST_OF_NOVEMBER, True), (DECEMBER, False)],
        ids=["the last day of a month sent", "the day after"],
    )
    def test_it_starts_after_the_last_month_sent(self, team, draft, starts_on, refused):
        send(team, NOVEMBER)

        def start():
            actions.change_settings(scheme_id=draft.pk, version=draft.version, fields={"starts_on": starts_on})

        if refused:
            with pytest.raises(actions.StartsTooEarly, match="1 December 2026 at the earliest"):
                start()
        else:
            start()

    def test_it_starts_after_the_version_before(self, organisation, admin, draft, today):
        publish(draft, admin)
        following = actions.begin_draft(organisation=organisation, by=admin, on=today)

        with pytest.raises(actions.StartsTooEarly, match="2 December 2026 at the earliest"):
            actions.change_settings(scheme_id=following.pk, version=1, fields={"starts_on": DECEMBER})
        assert following.starts_on == date(2027, 1, 1)

    def test_thrown_away_it_leaves_nothing(self, organisation, draft):
        actions.delete_draft(scheme_id=draft.pk, version=draft.version)

        assert not Scheme.objects.drafts().filter(organisation=organisation).exists()

    @pytest.mark.parametrize(
        ("code", "fields", "words"),
        [
            ("group_work", {"points": Decimal(-1)}, "0 or more"),
            ("court", {"window": "working_days", "length": 0}, "for how many days"),
            ("group_work", {"per": "case"}, "cannot be counted that way"),
            ("group_work", {"condition": "first"}, "belongs to work with a person"),
            ("court", {"linked_to_cases": True}, "work with a person already"),
        ],
        ids=["negative", "no days", "per case", "a condition", "linked"],
    )
    def test_a_row_that_cannot_be_counted_is_refused(self, change, code, fields, words):
        with pytest.raises(actions.SchemeContradiction, match=words):
            change(**{code: fields})


class TestAKindOfWork:
    def add(self, draft, label="Advocacy at a tribunal", element=Element.CASE, **fields):
        fields = {"label": label, "points": Decimal(3), "per": "row"} | fields
        return actions.add_kind(scheme_id=draft.pk, version=draft.version, element=element, fields=fields)

    def test_a_new_one_needs_no_code(self, organisation, worker, admin, manager, draft):
        person = factories.ClientFactory(supported_by=worker)
        added = self.add(draft, window=Window.DAYS, length=10)
        draft.refresh_from_db()
        publish(draft, admin)

        start_activity(client_id=person.pk, code=added.code, starts_on=DECEMBER, by=manager)

        assert added.code == "advocacy_at_a_tribunal"
        assert [held(worker, on).cases for on in (DECEMBER, date(2026, 12, 11), date(2026, 12, 12))] == [5, 5, 2]

    def test_the_same_name_twice_is_refused(self, draft):
        for name in ("Group work", "GROUP work", "Grōup-work"):
            with pytest.raises(actions.KindThere, match="called Group work already. Choose another name."):
                self.add(draft, name, Element.EXTRA, per="worker")
        other = draft.weights.exclude(label="Group work").first()
        with pytest.raises(actions.KindThere, match="called Group work already. Choose another name."):
            actions.change_weight(weight_id=other.pk, version=1, fields={"label": "Grōup work"})

    @pytest.mark.parametrize(
        ("labels", "codes"),
        [
            (["Home visit", "Home visit 訪問"], ["home_visit", "home_visit_2"]),
            (["訪問", "電話"], ["own_kind", "own_kind_2"]),
        ],
        ids=["the same letters", "no Latin letters"],
    )
    def test_names_that_read_the_same_in_latin_letters_are_two_kinds(self, draft, labels, codes):
        added = []
        for label in labels:
            added.append(self.add(draft, label).code)
            draft.refresh_from_db()
        assert added == codes

    def test_one_added_by_mistake_is_taken_out_again(self, draft):
        added = self.add(draft)

        actions.drop_kind(weight_id=added.pk, version=2)

        assert not draft.weights.filter(code=added.code).exists()

    def test_one_that_counts_already_is_switched_off_instead(self, organisation, admin, draft, today):
        added = self.add(draft)
        draft.refresh_from_db()
        publish(draft, admin)
        following = actions.begin_draft(organisation=organisation, by=admin, on=today)

        for code in (added.code, "group_work"):
            with pytest.raises(actions.KindCounts, match="Switch it off instead"):
                actions.drop_kind(weight_id=following.weights.get(code=code).pk, version=1)


class TestPublishing:
    def test_everybody_is_counted_by_it_from_its_first_day(self, organisation, worker, admin, change):
        factories.ResponsibilityFactory(worker=worker)
        factories.refresh_derived(workers=[worker])
        publish(change(group_work={"points": 4}), admin)

        organisation.refresh_from_db()
        assert organisation.recount_from is not None  # pages say so
        recount(organisation)

        assert [held(worker, on).extras for on in (LAST_OF_NOVEMBER, DECEMBER)] == [5, 4]
        assert check(organisation) == []

    def test_a_month_sent_is_counted_as_it_was(self, organisation, team, worker, admin, change):
        factories.ResponsibilityFactory(worker=worker)
        factories.refresh_derived(workers=[worker])
        send(team, NOVEMBER)
        before = queries.lines_on([worker.pk], LAST_OF_NOVEMBER)
        publish(change(group_work={"points": 4}), admin)
        recount(organisation)

        [counted] = queries.points_as_known(organisation, LAST_OF_NOVEMBER, worker_ids=[worker.pk])
        assert counted.total.extras == 5
        assert [line[:5] for line in queries.lines_on([worker.pk], LAST_OF_NOVEMBER)] == [line[:5] for line in before]

    def test_a_month_sent_meanwhile_holds_it_back(self, team, admin, draft):
        send(team, DECEMBER)

        with pytest.raises(actions.StartsTooEarly, match="1 January 2027 at the earliest"):
            publish(draft, admin)

    def test_workers_and_managers_are_told_from_which_day_on(self, worker, manager, service_manager, admin, draft):
        publish(draft, admin)

        found = Notice.objects.all()
        assert {notice.recipient for notice in found} == {worker, manager}
        assert kinds.counted(kinds.still_true(found.filter(recipient=worker))) == [
            "From 1 December 2026 a new points scheme counts. See your points"
        ]

    def test_it_stands_in_the_audit(self, admin, draft):
        publish(draft, admin)

        entry = Entry.objects.get(what=Entry.What.PUBLISHED)
        assert (entry.member, entry.subject) == (admin, f"scheme {draft.pk}")

    def test_twice_is_refused(self, admin, draft):
        publish(draft, admin)

        with pytest.raises(actions.NotADraft, match="is published, so it cannot be changed"):
            publish(draft, admin)

    def test_what_was_changed_since_it_was_looked_at_is_not_published(self, admin, draft, change):
        looked_at = draft.version
        change(group_work={"points": 4})

        with pytest.raises(actions.DraftChangedMeanwhile):
            actions.publish(scheme_id=draft.pk, version=looked_at, by=admin)

    def test_nothing_of_what_is_published_changes(self, admin, draft, scheme):
        weight = draft.weights.get(code="group_work")
        publish(draft, admin)

        with pytest.raises(actions.NotADraft):
            actions.change_weight(weight_id=weight.pk, version=2, fields={"points": 1})
        with pytest.raises(actions.NotADraft):
            actions.change_settings(scheme_id=scheme.pk, version=1, fields={"mark": 1})
        with pytest.raises(actions.NotADraft):
            actions.delete_draft(scheme_id=scheme.pk, version=1)


class TestTakingBack:
    def test_a_version_that_has_not_begun_is_a_draft_again(self, organisation, admin, worker, draft, today):
        publish(draft, admin)

        actions.take_back(scheme_id=draft.pk, by=admin, on=today)

        assert list(Scheme.objects.drafts()) == [draft]
        assert kinds.still_true(Notice.objects.filter(cancelled_at=None)) == []
        assert Entry.objects.filter(what=Entry.What.TAKEN_BACK, member=admin).exists()

    @pytest.mark.parametrize("day", [DECEMBER, date(2026, 12, 2)], ids=["its first day", "the day after"])
    def test_one_that_has_begun_stays(self, admin, draft, day):
        publish(draft, admin)

        with pytest.raises(actions.HasBegun, match="counts since 1 December 2026"):
            actions.take_back(scheme_id=draft.pk, by=admin, on=day)

    def test_one_that_another_follows_stays(self, organisation, admin, draft, today):
        publish(draft, admin)
        publish(actions.begin_draft(organisation=organisation, by=admin, on=today), admin)

        with pytest.raises(actions.HasBegun, match="Version 3 follows Version 2"):
            actions.take_back(scheme_id=draft.pk, by=admin, on=today)

    def test_beside_another_draft_it_stays(self, organisation, admin, draft, today):
        publish(draft, admin)
        actions.begin_draft(organisation=organisation, by=admin, on=today)

        with pytest.raises(actions.DraftThere, match="Delete it first"):
            actions.take_back(scheme_id=draft.pk, by=admin, on=today)


class TestBringingSettingsIn:
    def test_where_a_month_was_sent_the_scheme_stays(self, organisation, team, scheme):
        send(team, NOVEMBER)

        for preset, overrides in (("peer", {"mark": 80}), ("children", {}), ("peer", {"points_per_tier_group": 1})):
            with pytest.raises(MonthsSent, match="in a new version of the scheme instead"):
                create_scheme(organisation, preset, overrides)

    def test_saying_the_same_again_is_no_change(self, organisation, team, scheme):
        send(team, NOVEMBER)

        assert create_scheme(organisation, "peer", {"mark": 85, "points_per_tier_group": 2}) == scheme

    def test_a_version_no_month_was_sent_by_is_settled_again(self, organisation, team, admin, draft):
        send(team, NOVEMBER)
        publish(draft, admin)

        assert create_scheme(organisation, None, {"mark": 80}).mark == 80
        assert [each.mark for each in queries.schemes(organisation.pk)] == [85, 80]


def test_every_row_of_a_version_says_the_same_to_the_rules_as_before(scheme, draft):
    before, after = (queries.scheme(each.pk) for each in (scheme, draft))
    assert before.weights == after.weights
    assert isinstance(after, points.Scheme)
