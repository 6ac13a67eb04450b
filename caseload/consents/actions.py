"""
A person says who else may be spoken to, corrects it, and withdraws it.

Each action locks the person first, so that two taps are one and two members change one consent after the other.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from .. import rules
from ..actions import Refused, history
from ..actions.locking import lock_person
from ..enums import WrongDay
from ..models import Consent


class NotSaidWho(Refused):
    """A consent says who, their relationship to the person, and about what; ``field`` is what is missing."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(_("Say who, their relationship to the person, and about what."))


class ConsentAhead(Refused):
    """The day of the consent has not come."""

    field = "consented_on"


class WithdrawnAhead(Refused):
    """The day of the withdrawal has not come."""

    field = "withdrawn_on"


class WithdrawnBeforeGiven(Refused):
    """Consent is withdrawn on the day it was given or later."""

    field = "withdrawn_on"


class ConsentSavedDifferently(Refused):
    """The same form was sent twice with other words."""


class WithdrawnConsent(Refused):
    """It was withdrawn already."""


class ConsentHolds(Refused):
    """Only a withdrawal is taken back."""


@transaction.atomic
def give(
    *,
    client_id: int,
    by: Member,
    today: date,
    name: str,
    relation: str,
    about: str,
    consented_on: date,
    submission_id: UUID | None = None,
) -> Consent:
    """
    Write down who else may be spoken to about a person, and about what; the same submission does it once.

    :param relation: their relationship to the person
    :raises NotSaidWho: if one of the words is missing
    :raises ConsentAhead: if the day has not come
    :raises ConsentSavedDifferently: if the submission wrote down something else
    """
    person = lock_person(client_id)
    said = _said(name, relation, about, consented_on, today)
    if first := _first(by, submission_id):
        if first.client_id != person.pk or any(getattr(first, field) != value for field, value in said.items()):
            raise ConsentSavedDifferently(_("This was saved already, with other details. Nothing was changed."))
        return first
    try:
        with transaction.atomic(), history(by, "consent"):
            return Consent.objects.create(
                organisation_id=person.organisation_id, client=person, author=by, submission_id=submission_id, **said
            )
    except IntegrityError as error:  # the same submission for another person, locked by another request
        if _first(by, submission_id):
            raise ConsentSavedDifferently(_("This was saved already, for another person.")) from error
        raise


def _first(by: Member, submission_id: UUID | None) -> Consent | None:
    return Consent.objects.filter(author=by, submission_id=submission_id).first() if submission_id else None


def _said(name: str, relation: str, about: str, consented_on: date, today: date) -> dict[str, Any]:
    """Return the words and the day as they are stored."""
    words = {"name": name.strip(), "relation": relation.strip(), "about": about.strip()}
    for field, value in words.items():
        if not value:
            raise NotSaidWho(field)
    if rules.wrong_day(consented_on, None, today):
        raise ConsentAhead(rules.not_yet(consented_on, today))
    return {**words, "consented_on": consented_on}


@transaction.atomic
def change(
    *, consent_id: int, by: Member, today: date, name: str, relation: str, about: str, consented_on: date
) -> Consent:
    """
    Correct a consent that holds: who, their relationship to the person, about what, or since when.

    :raises NotSaidWho: if one of the words is missing
    :raises ConsentAhead: if the day has not come
    :raises WithdrawnConsent: if it was withdrawn
    """
    consent = _locked(consent_id)
    if consent.withdrawn_on:
        raise WithdrawnConsent(_withdrawn_words(consent))
    for field, value in _said(name, relation, about, consented_on, today).items():
        setattr(consent, field, value)
    return _saved(consent, by, "changed")


@transaction.atomic
def withdraw(*, consent_id: int, by: Member, today: date, withdrawn_on: date | None = None) -> Consent:
    """
    Write down that a person withdrew a consent; the same again changes nothing. From that day on it no longer holds.

    :param withdrawn_on: the day; today if none is given
    :raises WithdrawnConsent: if it was withdrawn on another day
    :raises WithdrawnAhead: if the day has not come
    :raises WithdrawnBeforeGiven: if the day lies before that of the consent
    """
    consent = _locked(consent_id)
    if consent.withdrawn_on:
        if withdrawn_on in (None, consent.withdrawn_on):
            return consent
        raise WithdrawnConsent(_withdrawn_words(consent))
    withdrawn_on = withdrawn_on or today
    wrong = rules.wrong_day(consent.consented_on, withdrawn_on, today)
    if wrong == WrongDay.AHEAD:
        raise WithdrawnAhead(rules.not_yet(withdrawn_on, today))
    if wrong == WrongDay.BEFORE:
        raise WithdrawnBeforeGiven(
            _("They consented on %(day)s. Choose that day or a later one.") % {"day": format_day(consent.consented_on)}
        )
    consent.withdrawn_on, consent.withdrawn_by = withdrawn_on, by
    return _saved(consent, by, "withdrawn")


@transaction.atomic
def take_back(*, consent_id: int, by: Member) -> Consent:
    """
    Take a withdrawal back: a wrong tap. The consent holds as before.

    :raises ConsentHolds: if it was not withdrawn
    """
    consent = _locked(consent_id)
    if not consent.withdrawn_on:
        raise ConsentHolds(_("It was not withdrawn. Nothing was changed."))
    consent.withdrawn_on, consent.withdrawn_by = None, None
    return _saved(consent, by, "withdrawal taken back")


def _locked(consent_id: int) -> Consent:
    """Return a consent with its person locked; a merge may have moved it, so its person is looked up again."""
    lock_person(Consent.objects.values_list("client_id", flat=True).get(pk=consent_id))
    return Consent.objects.select_related("client").get(pk=consent_id)


def _withdrawn_words(consent: Consent) -> str:
    return _("It was withdrawn on %(day)s. Take that back first.") % {"day": format_day(consent.withdrawn_on)}


def _saved(consent: Consent, by: Member, reason: str) -> Consent:
    with history(by, reason):
        consent.save()
    return consent
