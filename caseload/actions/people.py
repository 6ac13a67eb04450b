"""Save who a person is, and how to contact them safely."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core import events, locks
from peerload.core.folding import fold_code
from peerload.core.formats import format_day
from peerload.staff.actions import EditedMeanwhile
from peerload.staff.models import Member, Organisation

from ..models import Client, Family, Referral
from ..signals import person_entered
from .choices import keep_choice
from .derived_columns import refresh
from .locking import Refused, history, lock_people
from .reminders import refresh_reminders
from .waiting import begin_waiting

FIELDS = (
    "ref",
    "name",
    "called",
    "pronouns",
    "language",
    "interpreter",
    "family",
    "team",
    "statutory",
    "contact_preference",
    "phone",
    "contact_how",
    "contact_note",
    "worry_helps",
    "worry_call",
)


class RefTaken(Refused):
    """Two people cannot share a reference."""


@transaction.atomic
def add_person(
    *, organisation: Organisation, by: Member, on: date, fields: dict, referral: dict | None = None
) -> Client:
    """
    Add a person, waiting for a worker.

    :param fields: of `FIELDS`; ``name`` is needed, ``ref`` is given if left out, ``family`` is a Family, a code or None
    :param referral: details of their waiting, by the field names of `Referral`; the person responsible is told
    :raises RefTaken: if another person has the reference
    """
    person = Client(organisation=organisation)
    _fill(person, fields)
    kin = Client.objects.filter(family=person.family).exclude(family=None).values_list("pk", flat=True)
    lock_people(list(kin))
    person.ref = person.ref or next_ref(organisation)
    _save(person, by, "added")
    person_entered.send(Client, person=person, on=on)
    keep_choice(person, by=by, on=on)
    if referral is not None:
        begin_waiting(Referral(client=person, by=by, **referral), by=by, on=on, today=on)
    events.send_facts_changed(organisation.pk, people=[person.pk])
    return person


class IsToWait(Refused):
    """A person with statutory status cannot be without a worker (R79)."""

    field = "statutory"


@transaction.atomic
def edit_person(*, client_id: int, by: Member, today: date, version: int, fields: dict) -> Client:
    """
    Save a person's form.

    :param version: the `Client.version` that the form was filled from
    :raises EditedMeanwhile: if it is not the current one
    :raises RefTaken: if another person has the reference
    :raises IsToWait: if they have statutory status now and are to wait from a day ahead
    """
    family = fields.get("family")
    code = family.code if isinstance(family, Family) else family
    kin = (
        Client.objects.filter(family__code_key=fold_code(code), family__organisation_id=by.organisation_id)
        if code
        else Client.objects.none()
    )
    people = lock_people([client_id, *kin.values_list("pk", flat=True)])
    person = people[client_id]
    if person.version != version:
        raise EditedMeanwhile(person)
    family_before, preference_before = person.family_id, person.contact_preference
    _fill(person, fields)
    must_not_be_about_to_wait(person, today)
    person.version += 1
    was = person.words_key, person.phone_key
    _save(person, by, "edited")
    if (person.words_key, person.phone_key) != was:
        person_entered.send(Client, person=person, on=today)
    if person.contact_preference != preference_before:
        keep_choice(person, by=by, on=today)
    refresh([client_id], today)
    refresh_reminders([client_id], today)
    # The family changed, so the people who stay and those who join are counted as cases again.
    touched = [kin.pk for kin in people.values() if kin.family_id in {family_before, person.family_id} - {None}]
    events.send_facts_changed(person.organisation_id, people={client_id, *touched}, families={family_before} - {None})
    return person


def next_ref(organisation: Organisation) -> str:
    """Return a free reference, P0001 and on; inside a transaction no other one gets it before it is saved."""
    locks.wait_for(locks.Lock.NAMING, organisation.pk)
    taken = Client.objects.filter(organisation=organisation, ref__regex=r"^P\d{1,9}$").values_list("ref", flat=True)
    return f"P{max((int(ref[1:]) for ref in taken), default=0) + 1:04}"


def _fill(person: Client, fields: dict) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"A person has no {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        if name == "family" and not isinstance(value, Family | None):
            value = _family(person.organisation, value)
        setattr(person, name, value)


def _family(organisation: Organisation, code: str) -> Family | None:
    """Return the family of a code, however it is written now; one that is new keeps the code as it was first written."""
    code = code.strip()
    if not code:
        return None
    return Family.objects.get_or_create(organisation=organisation, code_key=fold_code(code), defaults={"code": code})[0]


def must_not_be_about_to_wait(person: Client, today: date) -> None:
    """
    Check that no person with statutory status is to wait from a later day on.

    :raises IsToWait: if a person has statutory status and is to wait from a later day on
    """
    waits = Referral.objects.standing().filter(client=person, referred_on__gt=today)
    if person.statutory and (planned := waits.first()):
        raise IsToWait(
            _(
                "%(person)s waits for a worker from %(day)s on. Hand them over first. A person with statutory status "
                "must always have a worker."
            )
            % {"person": person.name, "day": format_day(planned.referred_on)}
        )


def _save(person: Client, by: Member, reason: str) -> None:
    """Save a person whose family is locked; two members who choose a reference at once wait for each other."""
    if not Client.objects.filter(pk=person.pk, ref=person.ref).exists():
        locks.wait_for(locks.Lock.NAMING, person.organisation_id)
    others = Client.objects.filter(organisation_id=person.organisation_id, ref_key=fold_code(person.ref))
    if other := others.exclude(pk=person.pk).exclude(ref=person.ref).first():
        raise RefTaken(
            _("The reference %(ref)s is the same as %(other_ref)s of another person. Choose another reference.")
            % {"ref": person.ref, "other_ref": other.ref}
        )
    try:
        with transaction.atomic(), history(by, reason):
            person.save()
    except IntegrityError as error:
        if "caseload_client_ref_once" not in str(error):
            raise
        raise RefTaken(
            _("The reference %(ref)s belongs to another person. Choose another reference.") % {"ref": person.ref}
        ) from error
