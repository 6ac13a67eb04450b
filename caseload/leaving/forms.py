"""Forms about a notice and its steps; the list of a leaver's people is `list_form`."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..models import LeavingStep


class NoticeForm(TodayForm):
    """Who leaves, and when."""

    member = OneOfMembers(
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say who is leaving.")},
    )
    notice_on = DayField(label=gettext_lazy("Notice given on"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        help_text=gettext_lazy("They can sign in until the end of that day."),
    )

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "member", OneOfMembers).offer(members)


class LastDayForm(TodayForm):
    last_day = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        help_text=gettext_lazy(
            "If the last day changes, open steps move with it. A planned handover after the new last day moves to the "
            "day after it."
        ),
    )


class LeavingStepForm(TodayForm):
    """Another owner or day for a step."""

    owner = OneOfMembers(
        label=gettext_lazy("Who does it"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Say who does it.")},
    )
    due_on = DayField(label=gettext_lazy("By"), ahead=True)

    def __init__(self, *args: Any, step: LeavingStep, owners: Sequence[Member], **kwargs: Any) -> None:
        initial = {"owner": step.owner.uid if step.owner else "", "due_on": step.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        field_of(self, "owner", OneOfMembers).offer([*owners, *([step.owner] if step.owner else [])])
