"""What private pages have in common: who opens them, and the words that say who can read them."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from caseload.actions import EditedMeanwhile, Refused
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

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


class EditedPage(FormPage):
    """A page on which words are edited; where they were saved elsewhere meanwhile, it shows both."""

    def differences(self, form: Any, current: Any) -> list[dict[str, Any]]:
        """Return where what is stored and what was typed differ."""
        raise NotImplementedError

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, EditedMeanwhile):
            return self.changed_meanwhile(form, refusal.current.version, self.differences(form, refusal.current))
        return super().refused(form, refusal)
