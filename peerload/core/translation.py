"""What Django says to people, where ``locale/en_GB`` says it in our words: named here, so that the catalogue keeps it."""

from django.utils.translation import gettext_noop

OF_DJANGO = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Null characters are not allowed."),
)
