"""A worker's ordinary Thursday, as it stands in a browser: everybody a page can show, once."""

from datetime import date, timedelta

from tests.factories import (
    ActivityFactory,
    AllocationFactory,
    ClientFactory,
    ContactFactory,
    ResponsibilityFactory,
    settle,
)

TODAY = date(2026, 11, 12)


def parked(worker, name, *, due_in, contacts=0, **kwargs):
    """Somebody kept in touch with, reached every six weeks so far, whose next contact is due in so many days."""
    last = TODAY + timedelta(days=due_in) - timedelta(weeks=6)
    person = ClientFactory(
        name=name, supported_by=worker, support="parked", since=last - timedelta(weeks=6 * contacts), **kwargs
    )
    for n in range(contacts):
        ContactFactory(client=person, on=last - timedelta(weeks=6 * n), author=worker, channel="phone", minutes=20)
    settle(person)
    return person


def thursday(worker, manager):
    """Return the people of a scene by first name."""
    hemi = parked(worker, "Hēmi Ngata", due_in=-9, contact_how="Text first. No voicemail. After 3 pm.", contacts=1)
    salote = parked(worker, "Salote Fifita", due_in=-3, contact_how="Call or text. Ask for Lottie.", contacts=2)
    parked(worker, "Wiremu Tamihana", due_in=0, contact_how="Call the landline. Weekday mornings.", contacts=1)
    tane = parked(
        worker,
        "Tāne Rāwiri",
        due_in=1,
        contacts=3,
        phone="021 555 0142, Tāne’s own phone",
        contact_how="Text first. No voicemail.",
        contact_note="Weekdays after 3 pm. Not at weekends.\nIf somebody else answers: say you will ring back.\nNo letters.",
    )
    ContactFactory(client=tane, on=date(2026, 9, 28), attempt=True, author=worker, channel="text")
    parked(worker, "Isla Penney", due_in=3)
    parked(worker, "Gareth Singh", due_in=5, contact_preference="please_dont")
    asked = parked(worker, "Paora Baker", due_in=20)
    ContactFactory(client=asked, on=TODAY - timedelta(days=2), outcome="support_wanted", author=worker)
    settle(asked)
    for n, (name, tier) in enumerate(
        [("Jamie Leota", "high"), ("Isaac Kereama", "high"), ("Ofa Ward", "medium"), ("Duncan Tuhoe", "medium")]
        + [(f"Ana{letter.lower()} Group", "group") for letter in "BCDEFGH"]
    ):
        person = ClientFactory(
            name=name, supported_by=worker, support=tier, since=date(2026, 10, 20) - timedelta(days=30 * n)
        )
        ContactFactory(
            client=person, on=TODAY - timedelta(days=n + 1), author=worker, note="Talked about it.", minutes=30
        )
        settle(person)
    closing = ClientFactory(name="Pita Henare", supported_by=worker, since=date(2026, 1, 5))
    closing.allocations.update(close_decided_on=date(2026, 10, 24))
    ActivityFactory(client=closing, code="court", starts_on=date(2026, 6, 1))
    ClientFactory(name="Whetu Walker", team=worker.home_team, organisation=worker.organisation, support=None)
    review = parked(manager, "Ruby Review", due_in=-70, team=worker.home_team)
    moved = ClientFactory(
        name="Moana Moved", support="inactive", team=worker.home_team, organisation=worker.organisation
    )
    AllocationFactory(client=moved, worker=worker, starts_on=date(2025, 1, 6), ends_before=date(2025, 8, 1))
    ResponsibilityFactory(worker=worker, code="group_work")
    settle(closing, review, moved, workers=[worker, manager])
    return {"hemi": hemi, "salote": salote, "tane": tane, "paora": asked, "pita": closing, "ruby": review}
