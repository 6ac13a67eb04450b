"""What a plan owes somebody a line about, without its figures; about a plan that stands: ``plan:7``. The anchor is that day."""

from peerload.notices import kinds
from peerload.notices.models import Notice

from ..enums import PlanState
from ..models import TimePlan

PLAN_PROPOSED = "plan_proposed"  # to whoever leads the worker's team
PLAN_AGREED = "plan_agreed"  # to the worker
PLAN_CHANGE_ASKED = "plan_change_asked"  # to the worker


def register() -> None:
    """Register the kinds, in the order a digest lists them."""
    kinds.register(
        PLAN_PROPOSED,
        one="time plan is proposed to you, to agree or to talk about",
        many="time plans are proposed to you, to agree or to talk about",
        still_true=in_state(PlanState.PROPOSED),
    )
    kinds.register(
        PLAN_CHANGE_ASKED,
        one="time plan of yours came back with a question",
        many="time plans of yours came back with a question",
        still_true=in_state(PlanState.DRAFT),
    )
    kinds.register(
        PLAN_AGREED,
        one="time plan of yours is agreed",
        many="time plans of yours are agreed",
        still_true=in_state(PlanState.AGREED),
    )


def of_plan(plan_id: int) -> str:
    """Return the subject of a plan: ``plan:7``."""
    return f"plan:{plan_id}"


def in_state(state: PlanState):
    """Return what says of notices which are about a plan in a state."""

    def still(notices: list[Notice]) -> set[int]:
        subjects = {notice.subject for notice in notices}
        keys = [int(subject.partition(":")[2]) for subject in subjects]
        found = TimePlan.objects.filter(pk__in=keys, state=state).values_list("pk", flat=True)
        stand = {of_plan(pk) for pk in found}
        return {notice.pk for notice in notices if notice.subject in stand}

    return still
