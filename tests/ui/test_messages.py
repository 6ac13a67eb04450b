"""What forms say in our words, in place of Django's: locale/en_GB."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from allauth.account.forms import ResetPasswordForm
from django import forms
from django.conf import settings

LOCALE = Path(settings.BASE_DIR, "locale", "en_GB", "LC_MESSAGES")


@pytest.mark.parametrize(
    ("field", "answer", "words"),
    [
        (forms.CharField(), "", "This still needs an answer."),
        (forms.CharField(), "a\0b", "This contains a character that cannot be saved. Write it again."),
        (forms.IntegerField(), "many", "Write a whole number, for example 30."),
        (forms.DecimalField(), "many", "Write a number, for example 7.5."),
        (forms.DateField(), "soon", "Write a day, for example 2026-11-12."),
        (forms.EmailField(), "mere", "Write an email, for example name@example.org."),
    ],
)
def test_a_refusal_that_django_words_is_worded_by_us(field, answer, words):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(answer)

    assert refused.value.messages == [words]


def test_so_is_one_in_a_form_of_the_sign_in_library():
    assert ResetPasswordForm({"email": ""}).errors == {"email": ["This still needs an answer."]}


def test_what_is_compiled_is_what_is_written():
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (LOCALE / "django.po").read_text(), re.MULTILINE)
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    assert written
    assert {words: compiled.gettext(words) for words, _ in written} == dict(written)
