"""What private pages have in common: who opens them, and the words that say who can read them."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from peerload.staff import access
from peerload.staff.roles import Capability

V = TypeVar("V")

ONLY_YOU = _("Only you can read this. It is encrypted before it is saved. It is in no export, history, report or mail.")
WITH_READER = _("You and {} can read this, until you stop sharing it.")
YOURS_AND_THEIRS = _("Only you and your team manager can read this.")
THE_TWO = _("Only {} and their team manager can read this.")
MEANWHILE = _("It was saved in another window while you were writing")


def opens(*any_of: Capability) -> Callable[[V], V]:
    """Open a page of private words: no error report contains the posted data."""

    def decorate(view: Any) -> Any:
        guard: Any = sensitive_post_parameters()
        if isinstance(view, type):
            guard = method_decorator(guard, name="dispatch")
        return access.requires(*any_of)(guard(view))

    return decorate


own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)
page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)
