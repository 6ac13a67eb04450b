"""What private pages have in common: who opens them, and the words that say who can read them."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from peerload.staff import access
from peerload.staff.roles import Capability

from ...models import Adjustment, PrivateDocument

V = TypeVar("V", bound=access.ViewFunction)

ONLY_YOU = _("Only you can read this. It is encrypted before it is saved. It is in no export, history, report or mail.")
WITH_READER = _("You and {} can read this, until you stop sharing it.")
YOURS_AND_THEIRS = _("Only you and your team manager can read this.")
THE_TWO = _("Only {} and their team manager can read this.")
MEANWHILE = _("It was saved in another window while you were writing")


def opens(*any_of: Capability) -> Callable[[V], V]:
    """Open a page of private words: no error report contains the posted data."""

    def decorate(view: V) -> V:
        return access.requires(*any_of)(sensitive_post_parameters()(view))

    return decorate


own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)
page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)


def with_version(form: BaseForm, current: PrivateDocument | Adjustment) -> QueryDict:
    """Return the posted data as if the form had been filled from the current version."""
    data = cast(QueryDict, form.data).copy()
    data["version"] = current.version
    return data
