"""How often people who were not in touch any more came back (L05): counted, with nobody's name."""

from datetime import date, timedelta

import pytest

from caseload import rules
from caseload.queries.teams import not_in_touch_spells
from caseload.rules import CameBack
from tests import factories

ON = date(2026, 11, 12)
LAST = date(2025, 11, 13)  # a person not in touch from this day on has had 52 weeks by ON


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("since", "back_on", "found"),
    [
        (ON, None, CameBack(ended=1, open=1)),
        (LAST, None, CameBack(ended=1, open=1)),
        (LAST - days(1), None, CameBack(ended=1)),
        (LAST, ON, CameBack(ended=1, back=1)),
        (LAST - days(1), ON, CameBack(ended=1)),
        (ON - days(727), ON - days(700), CameBack(ended=1, back=1)),
        (ON - days(728), ON - days(700), CameBack()),
        (ON + days(1), None, CameBack()),
    ],
    ids=[
        "since today",
        "52 weeks ago, who can come back today",
        "a day longer",
        "back on the last day",
        "back a day late",
        "within two years",
        "longer ago than that",
        "from tomorrow on",
    ],
)
def test_L05_coming_back_counts_for_52_weeks(since, back_on, found):
    assert rules.came_back([(since, back_on, 1)], ON) == found


def test_L05_three_of_seventeen_as_in_the_demo():
    """14 people are not in touch, 3 of whom had come back earlier."""
    spells = [(date(2026, 6, 1), None, 14), (date(2026, 1, 5), date(2026, 3, 2), 3)]
    assert rules.came_back(spells, ON) == CameBack(ended=17, back=3, open=14)


@pytest.mark.django_db
class TestGathered:
    def put(self, person, *tiers, **last):
        """Write what somebody's support was, from a day each; ``last`` goes with the last of it."""
        for n, (tier, since) in enumerate(tiers):
            later = tiers[n + 1][1] if n + 1 < len(tiers) else None
            more = last if later is None else {}
            factories.TierPeriodFactory(client=person, tier=tier, starts_on=since, ends_before=later, **more)

    @pytest.fixture
    def person(self, team):
        return factories.ClientFactory(organisation=team.organisation, team=team, support=None)

    def found(self, team, on=ON) -> CameBack:
        spells = not_in_touch_spells(team.organisation, on)
        return rules.came_back(spells.get(team.pk, []), on)

    def test_every_time_counts_by_itself(self, team, person):
        self.put(
            person,
            ("medium", date(2025, 3, 3)),
            ("inactive", date(2026, 1, 5)),
            ("high", date(2026, 3, 2)),
            ("inactive", date(2026, 9, 1)),
        )
        assert self.found(team) == CameBack(ended=2, back=1, open=1)

    @pytest.mark.parametrize(
        ("on", "found"),
        [(date(2026, 3, 1), CameBack(ended=1, open=1)), (date(2026, 3, 2), CameBack(ended=1, back=1))],
        ids=["the day before", "that day"],
    )
    def test_a_day_knows_nothing_of_later_ones(self, team, person, on, found):
        self.put(person, ("inactive", date(2026, 1, 5)), ("high", date(2026, 3, 2)))
        assert self.found(team, on) == found

    def test_not_in_touch_said_twice_in_a_row_is_once(self, team, person):
        self.put(person, ("inactive", date(2026, 1, 5)), ("inactive", date(2026, 2, 2)), ("high", date(2026, 3, 2)))
        assert self.found(team) == CameBack(ended=1, back=1)

    @pytest.mark.parametrize(
        ("how", "ended"), [("died", 0), ("duplicate", 0), ("moved_away", 1), ("own_wish", 1), ("", 1)]
    )
    def test_who_cannot_come_back_is_not_counted(self, team, person, how, ended):
        self.put(person, ("high", date(2025, 3, 3)), ("inactive", date(2026, 2, 2)), moved_on=how)
        assert self.found(team).ended == ended

    def test_who_had_come_back_and_then_died_did_come_back(self, team, person):
        tiers = ("inactive", date(2026, 1, 5)), ("high", date(2026, 3, 2)), ("inactive", date(2026, 9, 1))
        self.put(person, *tiers, moved_on="died")
        assert self.found(team) == CameBack(ended=1, back=1)

    def test_a_team_counts_its_own(self, team, other_team, person):
        self.put(person, ("inactive", date(2026, 1, 5)))
        assert (self.found(team).ended, self.found(other_team).ended) == (1, 0)
