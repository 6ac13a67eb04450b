"""The ledger follows every fact, writes only what has changed, and knows a day's scheme, post and people."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from caseload import actions as caseload
from peerload.core import clock, events
from tests import factories
from tests.caseload.stepping import Pair
from workload import actions, queries
from workload.actions import ledger
from workload.models import PointLine, Scheme

JANUARY = date(2026, 1, 5)
MARCH = date(2026, 3, 2)


def written(organisation) -> set[tuple]:
    """The ledger without its primary keys, so that two ledgers can be compared."""
    return set(PointLine.objects.of(organisation.pk).values_list(*actions.COLUMNS))


def keys(organisation) -> set[int]:
    return set(PointLine.objects.of(organisation.pk).values_list("pk", flat=True))


def total(worker, on):
    [listed] = queries.listed(worker.organisation, on, worker_ids=[worker.pk])
    return queries.totals_on(worker.organisation, on, [listed])[worker.pk]


@pytest.mark.parametrize(
    ("on", "cases"),
    [(date(2026, 1, 4), 0), (JANUARY, 3), (date(2026, 2, 4), 3), (date(2026, 2, 5), 2)],
    ids=["the day before", "the first day", "the last day of being new", "a month on"],
)
def test_a_person_with_a_worker_is_two_points_and_a_new_one_three(worker, on, cases):
    factories.ClientFactory(supported_by=worker, since=JANUARY)

    assert total(worker, on).cases == cases


def test_a_worker_in_post_has_a_stable_element(worker):
    factories.refresh_derived(workers=[worker])

    assert [line.points for line in queries.lines_on([worker.pk], JANUARY)] == [15]


@pytest.mark.parametrize("fte", [Decimal("0.333"), Decimal("1.5")])
def test_a_stable_element_that_scales_is_kept_to_the_last_digit(organisation, worker, fte):
    actions.create_scheme(organisation, "peer", {"stable_scales_with_fte": True})
    worker.posts.update(fte=fte)
    factories.refresh_derived(workers=[worker])

    assert [line.points for line in queries.lines_on([worker.pk], JANUARY)] == [15 * fte]
    assert actions.check(organisation) == []


class TestOnlyTheDifference:
    def test_projecting_again_writes_nothing(self, organisation, worker):
        people = factories.ClientFactory.create_batch(3, supported_by=worker, since=JANUARY)
        before = keys(organisation)

        with CaptureQueriesContext(connection) as seen:
            factories.refresh_derived(*people)

        assert keys(organisation) == before
        assert not [query["sql"] for query in seen if "INTO workload_pointline" in query["sql"]]

    def test_a_change_to_one_person_leaves_the_lines_of_others_alone(self, organisation, worker, manager, today):
        kept, moved = factories.ClientFactory.create_batch(2, supported_by=worker, since=JANUARY)
        before = set(PointLine.objects.filter(unit_client=kept).values_list("pk", flat=True))

        caseload.keep_in_touch(client_id=moved.pk, on=MARCH, today=today, talked=True, reason="", by=manager)

        assert set(PointLine.objects.filter(unit_client=kept).values_list("pk", flat=True)) == before
        assert total(worker, MARCH).cases == 2

    def test_one_person_is_projected_with_as_many_queries_as_forty(self, organisation, worker):
        people = factories.ClientFactory.create_batch(40, supported_by=worker)

        counts = []
        for some in (people[:1], people):
            with CaptureQueriesContext(connection) as seen:
                events.send_facts_changed(organisation.pk, people=[person.pk for person in some])
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 14


class TestFamilies:
    def test_a_family_is_one_case_named_by_the_family(self, organisation, worker):
        family = factories.FamilyFactory(organisation=organisation)
        factories.ClientFactory.create_batch(3, supported_by=worker, family=family)

        [case] = [line for line in queries.lines_on([worker.pk], MARCH) if line.code == "case"]
        assert (case.family, case.person, case.points) == (family.pk, None, 2)

    def test_who_leaves_a_family_is_a_case_of_their_own(self, organisation, worker, manager):
        factories.refresh_derived(workers=[worker])
        family = factories.FamilyFactory(organisation=organisation)
        people = factories.ClientFactory.create_batch(2, supported_by=worker, family=family)

        caseload.edit_person(
            client_id=people[0].pk, by=manager, today=MARCH, version=people[0].version, fields={"family": None}
        )

        assert total(worker, MARCH).cases == 4
        assert actions.check(organisation) == []

    def test_a_family_whose_last_member_leaves_is_no_case(self, organisation, worker, manager):
        factories.refresh_derived(workers=[worker])
        family = factories.FamilyFactory(organisation=organisation)
        person = factories.ClientFactory(supported_by=worker, family=family)

        caseload.edit_person(
            client_id=person.pk, by=manager, today=MARCH, version=person.version, fields={"family": None}
        )

        assert total(worker, MARCH).cases == 2
        assert actions.check(organisation) == []

    @pytest.mark.django_db(transaction=True)
    def test_two_siblings_changed_at_the_same_instant_are_counted_once(
        self, monkeypatch, organisation, worker, manager, today
    ):
        factories.refresh_derived(workers=[worker])
        family = factories.FamilyFactory(organisation=organisation)
        people = factories.ClientFactory.create_batch(2, supported_by=worker, family=family, support="parked")
        about_to_write = threading.Barrier(2)
        save = ledger._save_difference

        def save_together(*args):
            """Write only when the other has read as well; the lock lets it come no further, so one waits in vain."""
            with suppress(threading.BrokenBarrierError):
                about_to_write.wait(timeout=1)
            save(*args)

        def support_again(person):
            try:
                caseload.support_again(client_id=person.pk, on=today, today=today, tier="high", reason="", by=manager)
            finally:
                connections.close_all()

        monkeypatch.setattr(ledger, "_save_difference", save_together)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(support_again, people))

        assert [line.code for line in queries.lines_on([worker.pk], today) if line.code == "case"] == ["case"]
        assert actions.check(organisation) == []


class TestWorkersWithoutAPost:
    def test_somebody_is_listed_full_time_from_their_first_work_on(self, organisation, manager):
        factories.ClientFactory(supported_by=manager, since=MARCH)

        assert queries.listed(organisation, date(2026, 3, 1)) == []
        [listed] = queries.listed(organisation, MARCH)
        assert (listed.fte, listed.weekly_hours, listed.duty) == (1, 40, False)
        assert total(manager, MARCH).stable == 15

    def test_earlier_work_moves_the_first_day(self, organisation, manager):
        factories.ClientFactory(supported_by=manager, since=MARCH)
        factories.ClientFactory(supported_by=manager, since=JANUARY)

        assert total(manager, JANUARY).stable == 15
        assert actions.check(organisation) == []

    def test_the_giver_of_a_first_person_keeps_the_first_day(self, organisation, manager, other_manager, today):
        person = factories.ClientFactory(supported_by=manager, since=MARCH)

        caseload.hand_over(client_id=person.pk, worker=other_manager, on=date(2026, 4, 1), by=manager, today=today)

        assert total(manager, date(2026, 5, 1)).total == 16  # 15 and one for the whole ten
        assert total(other_manager, date(2026, 4, 1)).total == 19
        assert actions.check(organisation) == []

    def test_a_first_person_handed_over_on_the_first_day_leaves_nothing(
        self, organisation, manager, other_manager, today
    ):
        person = factories.ClientFactory(supported_by=manager, since=MARCH)

        caseload.hand_over(client_id=person.pk, worker=other_manager, on=MARCH, by=manager, today=today)

        assert [row.member_id for row in queries.listed(organisation, MARCH)] == [other_manager.pk]
        assert actions.check(organisation) == []


class TestWhoIsListed:
    def test_a_peer_worker_with_a_post_is_listed_without_work(self, organisation, worker):
        assert [row.name for row in queries.listed(organisation, MARCH)] == [worker.name]

    def test_a_manager_with_a_post_is_listed_once_they_held_somebody(self, organisation, team):
        manager = factories.MemberFactory(organisation=organisation, role="manager", in_team=team)
        assert queries.listed(organisation, MARCH) == []

        factories.ClientFactory(supported_by=manager, since=JANUARY)
        assert [row.member_id for row in queries.listed(organisation, MARCH)] == [manager.pk]

    def test_nobody_is_listed_after_their_post(self, organisation, worker):
        worker.posts.update(ends_before=MARCH)
        factories.ClientFactory(supported_by=worker, since=JANUARY)

        assert [len(queries.listed(organisation, on)) for on in (date(2026, 3, 1), MARCH)] == [1, 0]

    def test_a_peer_worker_without_post_or_work_is_not_listed(self, organisation):
        factories.MemberFactory(organisation=organisation)

        assert queries.listed(organisation, MARCH) == []

    def test_they_stand_in_order_of_name_without_case_and_accents(self, organisation, team):
        for name in ("Zoe", "Ānia", "andre", "Émile"):
            factories.MemberFactory(organisation=organisation, name=name, in_team=team)

        assert [row.name for row in queries.listed(organisation, MARCH)] == ["andre", "Ānia", "Émile", "Zoe"]

    def test_other_services_are_not_looked_at(self, organisation, worker):
        factories.ClientFactory(supported_by=factories.MemberFactory(), since=JANUARY)

        assert [row.member_id for row in queries.listed(organisation, MARCH)] == [worker.pk]


class TestSchemes:
    def test_a_day_counts_by_the_version_in_force(self, organisation, worker):
        first = actions.create_scheme(organisation, "peer")
        factories.ResponsibilityFactory(worker=worker)
        second = Scheme.objects.create(
            organisation=organisation, name="Lighter groups", starts_on=MARCH, published_at=clock.now()
        )
        for weight in first.weights.all():
            weight.pk, weight.scheme = None, second
            weight.points = 4 if weight.code == "group_work" else weight.points
            weight.save()
        actions.rebuild(organisation.pk)

        assert [total(worker, on).extras for on in (date(2026, 3, 1), MARCH)] == [5, 4]
        assert [(line.starts_on, line.points) for line in queries.lines_between([worker.pk], JANUARY, MARCH)] == [
            (factories.LONG_AGO, 5),
            (MARCH, 4),
            (factories.LONG_AGO, 15),  # not cut: no point of it changes
        ]

    def test_settings_of_a_service_stand_in_its_scheme(self, organisation, worker):
        actions.create_scheme(
            organisation, "peer", {"points_per_tier_parked": Decimal("0.5"), "workload_weight": False}
        )
        factories.ClientFactory(supported_by=worker, support="parked")
        factories.refresh_derived(workers=[worker])

        assert total(worker, MARCH)[:6] == (15, 0, Decimal("0.5"), Decimal("15.5"), 0, Decimal("15.5"))

    def test_settling_again_changes_only_what_is_named(self, organisation):
        actions.create_scheme(organisation, "peer", {"mark": 80, "points_per_tier_group": 1})

        scheme = actions.create_scheme(organisation, "children", {"limit": 110})

        assert Scheme.objects.filter(organisation=organisation).count() == 1
        assert (scheme.mark, scheme.limit) == (80, 110)
        assert scheme.weights.get(tier="group").points == 1
        assert scheme.weights.get(code="looked_after").on

    def test_a_setting_nobody_knows_is_refused(self, organisation):
        with pytest.raises(KeyError):
            actions.create_scheme(organisation, "peer", {"bonus": 5})

    def test_a_service_without_a_scheme_counts_by_its_preset(self, organisation, worker):
        factories.refresh_derived(workers=[worker])

        assert not Scheme.objects.exists()
        assert total(worker, MARCH).stable == 15


class TestTheCheck:
    @pytest.fixture
    def person(self, organisation, worker):
        factories.refresh_derived(workers=[worker])
        return factories.ClientFactory(supported_by=worker, since=JANUARY)

    def test_it_names_unit_worker_day_and_both_numbers(self, organisation, worker, person):
        PointLine.objects.filter(unit_client=person, code="new").update(points=4)

        [found] = actions.check(organisation)

        assert found == (organisation.code, "client", person.pk, worker.pk, JANUARY, 3, 6)
        assert str(found) == (
            f"{organisation.code}: client {person.pk}, worker {worker.pk}, 2026-01-05: "
            "the facts say 3 points, the ledger says 6"
        )

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda lines: lines.filter(code="case").delete(),
            lambda lines: lines.filter(code="case").update(ends_before=MARCH),
            lambda lines: lines.filter(code="case").update(reason="out of thin air"),
            lambda lines: lines.filter(element="stable").update(points=30),
            lambda lines: PointLine.objects.bulk_create([PointLine(**{**lines.values()[0], "id": None})]),
        ],
        ids=["a line lost", "a line cut short", "another reason", "a worker's line", "a line doubled"],
    )
    def test_whatever_was_spoiled_is_found_and_mended(self, organisation, worker, person, spoil):
        before = written(organisation)
        spoil(PointLine.objects.of(organisation.pk))
        found = actions.check(organisation)

        assert len(found) == 1
        actions.fix(organisation, found)

        assert actions.check(organisation) == []
        assert written(organisation) == before

    def test_lines_left_of_a_family_nobody_is_in_are_mended(self, organisation, worker, person):
        family = factories.FamilyFactory(organisation=organisation)
        PointLine.objects.filter(unit_client=person).update(unit_client=None, unit_family=family)

        actions.fix(organisation, actions.check(organisation))

        assert actions.check(organisation) == []
        assert total(worker, MARCH).cases == 2


def test_an_organisation_being_rebuilt_loses_nothing_and_doubles_nothing(organisation, worker, teammate):
    family = factories.FamilyFactory(organisation=organisation)
    for holder in (worker, worker, teammate):
        person = factories.ClientFactory(supported_by=holder, family=family, since=JANUARY)
        factories.ActivityFactory(client=person, starts_on=date(2026, 2, 2))
        factories.refresh_derived(person)
    factories.ResponsibilityFactory(worker=worker)
    factories.refresh_derived(workers=[worker, teammate])
    before = written(organisation)

    assert actions.rebuild(organisation.pk) == len(before)

    assert written(organisation) == before


@pytest.mark.django_db(transaction=True)
def test_somebody_changed_while_everything_is_rebuilt_is_counted_once(organisation, worker, manager, today):
    factories.refresh_derived(workers=[worker])
    person = factories.ClientFactory(supported_by=worker, support="parked")

    def support_again():
        try:
            caseload.support_again(client_id=person.pk, on=today, today=today, tier="high", reason="", by=manager)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.rebuild(organisation.pk)
            changed = pool.submit(support_again)
            with pytest.raises(TimeoutError):
                changed.result(timeout=0.5)  # it waits for the rebuild
        changed.result()

    assert total(worker, today).cases == 2
    assert actions.check(organisation) == []


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_and_a_recount_at_once_never_wait_for_each_other(organisation, worker):
    factories.refresh_derived(workers=[worker])
    with Pair() as pair:
        for seed in range(8):
            actions.recount_later(organisation)
            pair.side_by_side(lambda: actions.rebuild(organisation.pk), lambda: actions.recount(organisation), seed)
            assert actions.check(organisation) == []


def test_a_label_with_signs_of_copy_in_it_survives_a_rebuild(organisation, worker):
    scheme = actions.create_scheme(organisation, "peer")
    scheme.weights.filter(code="stable").update(label="A\\N b\tc\nd")
    actions.rebuild(organisation.pk)

    assert actions.check(organisation) == []
    assert queries.lines_on([worker.pk], MARCH)[0].reason == "A\\N b\tc\nd"


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_a_person_and_a_worker_with_the_same_key_are_both_counted(organisation, worker, teammate, today, batch):
    """The keys of two tables meet: no unit is passed over where a batch ends between a person and a worker."""
    for member in (worker, teammate):
        factories.ClientFactory(pk=member.pk, supported_by=member)
    actions.create_scheme(organisation)
    actions.recount_later(organisation)
    with mock.patch.object(ledger, "BATCH", batch):
        actions.recount(organisation)
    counted = set(PointLine.objects.values_list("worker", "client", "code", "starts_on", "points"))

    actions.rebuild(organisation.pk)

    assert counted == set(PointLine.objects.values_list("worker", "client", "code", "starts_on", "points"))
    assert {line[0] for line in counted} >= {worker.pk, teammate.pk}


def test_a_change_to_everybody_is_counted_in_the_background(organisation, worker, today):
    factories.ActivityFactory(
        client=factories.ClientFactory(supported_by=worker), code="initial_assessment", starts_on=date(2026, 11, 4)
    )
    actions.create_scheme(organisation, "children")
    actions.rebuild(organisation.pk)
    before = total(worker, date(2026, 11, 16)).cases
    factories.ClosureDayFactory(organisation=organisation, on=date(2026, 11, 10))

    events.send_everything_changed(organisation.pk)
    organisation.refresh_from_db()
    assert organisation.recount_from is not None  # pages say that points are being recounted
    actions.recount(organisation)

    organisation.refresh_from_db()
    assert organisation.recount_from is None
    assert [before, total(worker, date(2026, 11, 16)).cases] == [2, 3]
    assert actions.check(organisation) == []
