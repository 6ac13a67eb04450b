"""
For every state of a monthly record and everybody who may come by: what the page offers works, and what it offers not is refused.

The states come from `rules.NEXT`: each is reached by its own steps, so that a step added there is pressed here.

`make test-long` lets everybody come by in every situation. `make test` lets everybody come by in each state, and somebody to each
of what may have happened besides.
"""

from collections.abc import Hashable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import product

import pytest
from django.urls import reverse

from peerload.staff.actions import edit_post, edit_service
from tests.buttons import errors, reader, refusals, undone
from tests.conftest import TODAY
from tests.long import covering, first_met
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, act, agree, away, carry, record, submit, version
from workload.enums import RecordStatus
from workload.models import MonthlyRecord
from workload.months import actions, rules
from workload.months.rules import RecordTransition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


WHO = ["worker", "manager", "deputy", "other manager", "service manager", "stranger"]


class Scene:
    """A record and everybody around it; each step of `rules.NEXT` as somebody takes it."""

    def __init__(self, mere, team, **people):
        self.mere, self.team, self.people = mere, team, {"worker": mere, **people}
        assert self.people.keys() == set(WHO)
        self.manager, self.other = people["manager"], people["other manager"]

    def submit(self):
        submit(self.mere)

    def complete(self):
        absence = away(self.mere)
        act(actions.complete, self.mere, self.manager)
        absence.delete()

    def change(self):
        carry(self.mere, 93, since=date(2026, 10, 20))

    def disagree(self):
        act(actions.disagree, self.mere, self.manager, total=Decimal(97), note="Twice.", other_manager=self.other)

    def both_agree(self):
        agree(self.mere, self.mere)
        agree(self.mere, self.other if record(self.mere).other_manager_id else self.manager)

    def report(self):
        actions.send(team=self.team, month=OCTOBER, by=self.manager, today=TODAY)

    def take(self, step: RecordTransition):
        getattr(self, step.name.lower())()


@shared(dated=True)
def scene(mere, team, manager, deputy, other_manager, service_manager, stranger):
    return Scene(
        mere,
        team,
        **{"manager": manager, "deputy": deputy, "other manager": other_manager},
        **{"service manager": service_manager, "stranger": stranger},
    )


def ways() -> dict[RecordStatus, list[RecordTransition]]:
    """Return the shortest way to each state."""
    found: dict[RecordStatus, list[RecordTransition]] = {RecordStatus.DRAFT: []}
    while True:
        more = {
            to: [*found[start], step] for (start, step), to in rules.NEXT.items() if start in found and to not in found
        }
        if not more:
            return found
        found |= more


WAYS = ways()


def nothing(scene):
    pass


def reported(scene):
    scene.report()


def worker_away(scene):
    away(scene.mere)


def leaders_away(scene):
    away(scene.manager)
    away(scene.people["deputy"])


def other_manager_away(scene):
    away(scene.other)


def above_the_limit(scene):
    carry(scene.mere, 110, since=date(2026, 10, 2))


def decided_otherwise(scene):
    agree(scene.mere, scene.other, total=Decimal(97))


def words_written_after_the_decision(scene):
    decided_otherwise(scene)
    words = {"comment": "Much driving.", "enough": "", "would_help": ""}
    act(actions.write_words, scene.mere, scene.mere, **words)


def one_has_agreed(scene):
    agree(scene.mere, scene.mere)


def boundary_changed(scene):
    edit_service(organisation=scene.mere.organisation, by=scene.manager, fields={"boundary_high": 8})


def not_in_post_any_more(scene):
    post = scene.mere.posts.get()
    edit_post(post_id=post.pk, by=scene.manager, starts_on=post.starts_on, last_day=date(2026, 10, 14))


def brought_in(scene):
    MonthlyRecord.objects.update(imported=True, completed_by=None, completed_on=None)


def brought_in_with_another_total(scene):
    MonthlyRecord.objects.update(imported=True, total=92, completed_by=None, completed_on=None)


D, S, P, A, N, R = (
    RecordStatus.DRAFT,
    RecordStatus.SUBMITTED,
    RecordStatus.PROVISIONAL,
    RecordStatus.AGREED,
    RecordStatus.NOT_AGREED,
    RecordStatus.REPORTED,
)
BESIDES = {
    nothing: [D, S, P, A, N, R],
    reported: [D, S, N],
    worker_away: [D, S],
    leaders_away: [S, N],
    other_manager_away: [N],
    decided_otherwise: [N],
    words_written_after_the_decision: [N],
    one_has_agreed: [S, N],
    boundary_changed: [S],
    not_in_post_any_more: [D, S],
    brought_in: [D, S, A],
    brought_in_with_another_total: [D, S, N, P],
}
SITUATIONS = [(status, besides) for besides, statuses in BESIDES.items() for status in statuses]


def kinds_of(example) -> Iterator[Hashable]:
    """Yield what an example stands for: a reader in a state of the record, and what has happened besides."""
    status, besides, who = example
    yield from ((status, who), besides)


EXAMPLES = covering(((*situation, who) for situation, who in product(SITUATIONS, WHO)), kinds_of)
COMES_BY = frozenset(EXAMPLES)
MET = [situation for situation in SITUATIONS if any(situation == (status, besides) for status, besides, _ in EXAMPLES)]


def test_every_state_of_the_table_is_looked_at():
    assert set(WAYS) == set(RecordStatus) == set(BESIDES[nothing])
    assert {status for pair in rules.NEXT.items() for status in (pair[0][0], pair[1])} == set(RecordStatus)


@pytest.mark.parametrize(("status", "besides"), MET, ids=lambda value: getattr(value, "__name__", value))
def test_what_a_record_offers_works_for_everybody(scene, status, besides):
    for step in WAYS[status]:
        scene.take(step)
    besides(scene)
    address = reverse("record", args=[scene.mere.uid, "2026-10"])
    wrong, is_first = {}, first_met()

    def links(who: str, name: str) -> bool:
        # Those that lead away from the record are the same in every state; each is followed once.
        return (besides is nothing or name.startswith("record_")) and is_first(who, name)

    for who, member in scene.people.items():
        if (status, besides, who) not in COMES_BY:
            continue
        client = reader(member)
        page, refused = refusals(client, address, links=partial(links, who))
        if refused:
            wrong[who] = refused
        if page:
            wrong |= {f"{who}: {step}": "is not offered" for step in kept_back(scene, client, page)}
    assert not wrong


STEPS = {"record_submit": {"agree": "no"}, "record_complete": {}, "record_agree": {}}


def kept_back(scene, client, page) -> list[str]:
    """Return the steps that a page does not offer and that would be taken."""
    shown = {button.action for button in (*page.buttons, *page.disabled)}
    found = []
    for name, data in STEPS.items():
        step = reverse(name, args=[scene.mere.uid, "2026-10"])
        if step not in shown:
            with undone():
                answer = client.post(step, {"version": version(scene.mere), **data})
                if answer.status_code == 302 and not errors(answer):
                    found.append(name)
    return found


def test_above_the_limit_nothing_can_be_agreed_before_the_reason_is_written(scene):
    scene.mere.responsibilities.all().delete()
    carry(scene.mere, 110)
    submit(scene.mere)
    address = reverse("record", args=[scene.mere.uid, "2026-10"])
    for who in ("worker", "manager"):
        page, refused = refusals(reader(scene.people[who]), address)
        assert not refused
        assert [button.words for button in page.disabled] == ["I agree to 110 points"]
