"""A worker's ordinary Thursday, as it stands in a browser: everybody a page can show, once. And a team's October."""

from datetime import date, time, timedelta
from decimal import Decimal

from tests.factories import (
    AbsenceFactory,
    ActivityFactory,
    AllocationFactory,
    ClientFactory,
    ContactFactory,
    CoverFactory,
    GroupFactory,
    MemberFactory,
    NextStepFactory,
    ResponsibilityFactory,
    SessionFactory,
    refresh_derived,
    refreshed_at_once,
)
from tests.workload.months.scene import OCTOBER, SEPTEMBER, act, agree, away, both_agree, submit
from workload import actions as work
from workload.months import actions as months

TODAY = date(2026, 11, 12)


def parked(worker, name, *, due_in, contacts=0, **kwargs):
    """Somebody kept in touch with, reached every six weeks so far, whose next contact is due in so many days."""
    last = TODAY + timedelta(days=due_in) - timedelta(weeks=6)
    person = ClientFactory(
        name=name, supported_by=worker, support="parked", since=last - timedelta(weeks=6 * contacts), **kwargs
    )
    for n in range(contacts):
        ContactFactory(client=person, on=last - timedelta(weeks=6 * n), author=worker, channel="phone", minutes=20)
    refresh_derived(person)
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
    refresh_derived(asked)
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
        refresh_derived(person)
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
    refresh_derived(closing, review, moved, workers=[worker, manager])
    return {"hemi": hemi, "salote": salote, "tane": tane, "paora": asked, "pita": closing, "ruby": review}


def full_day(worker, teammate, manager):
    """A Thursday as full as that of the demo's fullest worker: 50 people and more, next steps, a group, covered people."""
    people = thursday(worker, manager)
    with refreshed_at_once():
        for n in range(4):
            parked(worker, f"Kahu {n}", due_in=-n, contact_how="Text first. No voicemail. After 3 pm.", contacts=1)
        for n in range(30):
            tier = ("high", "medium", "group")[n % 3]
            ClientFactory(name=f"Person {n}", supported_by=worker, support=tier, since=date(2026, 1, 5))
    for n, on in enumerate((TODAY - timedelta(days=2), TODAY, TODAY, TODAY + timedelta(days=1))):
        appointment = n > 1
        what = "" if appointment else "Send the address of the choir"
        NextStepFactory(client=people["tane"], due_on=on, appointment=appointment, what=what)
    for weekday in ("wednesday", "friday"):
        GroupFactory(facilitated_by=worker, name=f"{weekday.capitalize()} walk and kai", weekday=weekday)
    SessionFactory(worker=worker, with_member=manager, planned_on=TODAY + timedelta(days=6), starts_at=time(10, 0))
    absence = AbsenceFactory(worker=teammate)
    with refreshed_at_once():
        for n in range(9):
            person = ClientFactory(
                name=f"Ataahua {n}", supported_by=teammate, support="group", contact_how="Text only."
            )
            CoverFactory(absence=absence, client=person, worker=worker)
    refresh_derived(workers=[worker, teammate])
    return people


def october(worker, teammate, manager, other_manager):
    """
    A team whose September is reported and whose October is not: a record wherever one can be. Return its workers by first name.

    Mere is over for the second month, and September has been corrected since; Tom is away; Sione sees it differently.
    """
    team = worker.home_team
    work.create_scheme(team.organisation)
    thursday(worker, manager)
    more = date(2026, 9, 7)
    mentor(worker, 5, date(2026, 1, 5), until=more - timedelta(days=1))
    mentor(worker, 10, more)
    mentor(teammate, 7, date(2026, 6, 1))
    found = {"mere": worker, "tom": teammate}
    for name, before, now in (
        ("Sione Latu", 11, 15),
        ("Hana Wirihana", 9, 14),
        ("Ruby Chen", 12, 12),
        ("Aroha Tane", 13, 16),
    ):
        member = MemberFactory(organisation=team.organisation, name=name, in_team=team)
        mentor(member, before, date(2026, 6, 1), until=OCTOBER - timedelta(days=1))
        mentor(member, now, OCTOBER)
        found[name.split()[0].lower()] = member
    september(team, found.values(), manager)
    mentor(worker, 1, date(2026, 9, 14), until=OCTOBER - timedelta(days=1))
    away(teammate, since=date(2026, 10, 26))

    mere, sione, hana = worker, found["sione"], found["hana"]
    act(
        months.write_words, mere, mere, enough="too_much", would_help="A second person for the Tuesday group.",
        comment="Two crises in the same week, and the Tuesday group alone. I fell behind with the people I keep in touch with.",
    )  # fmt: skip
    act(
        months.write_reason, mere, manager, reason="Seven people took up support within a fortnight.",
        causes="The post next door has been empty since August. Everybody there comes to Mere.",
    )  # fmt: skip
    act(
        months.add_action, mere, manager, what="Nobody new for four weeks; Ruby leads the Tuesday group", owner=manager,
        due_on=date(2026, 11, 30),
    )  # fmt: skip
    act(months.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=date(2026, 11, 26))
    submit(mere, agree=True)
    submit(sione)
    act(
        months.disagree, sione, sione, total=Decimal(94), note="The mentoring ended in the last week of October.",
        other_manager=other_manager,
    )  # fmt: skip
    both_agree(hana, manager)
    act(months.note_supervision, hana, manager, held_on=date(2026, 10, 22), next_on=None)
    submit(found["ruby"])
    return found


def mentor(worker, people, since, until=None):
    """Let a worker mentor so many people."""
    work.take_on(worker=worker, code="mentoring", starts_on=since, until=until, quantity=people, by=worker)


def september(team, workers, manager):
    """Report September: everybody’s record is agreed by two."""
    then = {"month": SEPTEMBER, "today": date(2026, 10, 8)}
    for worker in workers:
        act(months.write_reason, worker, worker, reason="A colleague left in August.", causes="", **then)
        act(months.note_supervision, worker, manager, held_on=date(2026, 9, 24), next_on=None, **then)
        submit(worker, agree=True, **then)
        agree(worker, manager, **then)
    months.send(team=team, by=manager, note="From October on Ruby and Mere share the Tuesday group.", **then)
