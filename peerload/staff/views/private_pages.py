"""Pages of words that are private to one or two members."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from .. import access
from ..actions import EditedMeanwhile, Refused
from ..roles import Capability
from .form_pages import FormPage

V = TypeVar("V")

MEANWHILE = _("It was saved in another window while you were writing")


def opens(*any_of: Capability) -> Callable[[V], V]:
    """Open a page of private words: no error report contains the posted data."""

    def decorate(view: Any) -> Any:
        guard: Any = sensitive_post_parameters()
        if isinstance(view, type):
            guard = method_decorator(guard, name="dispatch")
        return access.requires(*any_of)(guard(view))

    return decorate


class EditedPage(FormPage):
    """A page on which words are edited; where they were saved elsewhere meanwhile, it shows both."""

    def differences(self, form: Any, current: Any) -> list[dict[str, Any]]:
        """Return where what is stored and what was typed differ."""
        raise NotImplementedError

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, EditedMeanwhile):
            return self.changed_meanwhile(form, refusal.current.version, self.differences(form, refusal.current))
        return super().refused(form, refusal)
