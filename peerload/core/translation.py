"""Texts about translation: those translated later, and Django's texts in our words."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # what the stubs call a text of `gettext_lazy`

    LazyText = str | _StrPromise
else:
    LazyText = str | Promise  # a text of `gettext_lazy` becomes a str where it is shown

# Django says these; locale/en_GB has our words for them. Named here, so that the catalogue keeps them.
OF_DJANGO = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Null characters are not allowed."),
)
