"""What people are told about those they support, in words without names: the kinds, in the order a digest lists them."""

from peerload.notices import kinds

from ..enums import AbsenceNews, Finding, LeavingNews, News, ReminderKind, WaitingStage
from . import away, duplicates, leavers, people, waiting
from .lines import of_people, said_from, said_from_ahead


def register() -> None:
    """Register the kinds, in the order a digest lists them."""
    kinds.register(
        Finding.STATUTORY,
        one="person with statutory status has no worker now",
        many="people with statutory status have no worker now",
        still_true=away.still_alone,
        shown=of_people(
            lambda person, notice, reader: "Statutory, with no one covering. Allocate or hand over today",
            "person-exclamation",
        ),
    )
    stages = [
        (
            ReminderKind.RAISED,
            "contact has been overdue for a week or more",
            "contacts have been overdue for a week or more",
        ),
        (ReminderKind.OVERDUE, "contact is overdue", "contacts are overdue"),
        (ReminderKind.DUE, "contact is due", "contacts are due"),
        (ReminderKind.SOON, "contact comes due within a week", "contacts come due within a week"),
    ]
    for stage, (kind, one, many) in enumerate(stages):
        kinds.register(
            kind, one=one, many=many, still_true=people.still_due, shown=people.contacts, series="contact", stage=-stage
        )
    kinds.register(
        Finding.REVIEW,
        one="decision at the end of keeping in touch waits for you",
        many="decisions at the end of keeping in touch wait for you",
        still_true=people.still_for_review,
    )
    kinds.register(
        Finding.INACTIVATED,
        one="person counts as not in touch, because keeping in touch has ended. You can undo this",
        many="people count as not in touch, because keeping in touch has ended. You can undo this",
        still_true=people.still_not_in_touch,
        shown=of_people(people.ended, "arrow-counterclockwise"),
    )
    kinds.register(
        Finding.WINDOW,
        one="decision to close is past its time to close",
        many="decisions to close are past their time to close",
        still_true=people.still_open,
    )
    steps = [
        (
            WaitingStage.RAISED,
            "next step for a person without a worker is a week or more overdue",
            "next steps for people without a worker are a week or more overdue",
        ),
        (
            WaitingStage.OVERDUE,
            "next step for a person without a worker is overdue",
            "next steps for people without a worker are overdue",
        ),
        (
            WaitingStage.DUE,
            "next step for a person without a worker is due today",
            "next steps for people without a worker are due today",
        ),
    ]
    for stage, (kind, one, many) in enumerate(steps):
        kinds.register(
            kind,
            one=one,
            many=many,
            still_true=waiting.still_waiting,
            shown=of_people(waiting.waits),
            series="waiting",
            stage=-stage,
        )
    kinds.register(
        News.WAITS_FOR,
        one="person waits for a worker, and you are responsible",
        many="people wait for a worker, and you are responsible",
        still_true=waiting.still_responsible,
        then=said_from_ahead,
        shown=waiting.waits_for,
    )
    kinds.register(
        News.WAITS_HERE,
        one="person who waits for a worker has come to your team",
        many="people who wait for a worker have come to your teams",
        still_true=waiting.still_waiting_here,
        shown=of_people(lambda person, notice, reader: "Has come to your team, and waits for a worker", "person-plus"),
    )
    kinds.register(
        News.NEWLY_WITH,
        one="person is newly with you",
        many="people are newly with you",
        still_true=people.still_with,
        then=said_from,
        shown=people.newly_with,
    )
    kinds.register(
        News.ENTERED_TWICE,
        one="record of your team may be about a person who is in another team too",
        many="records of your teams may be about people who are in another team too",
        still_true=duplicates.still_asked,
        shown=duplicates.entered_twice,
    )
    kinds.register(
        News.MAY_RETURN,
        one="person may come back to their worker",
        many="people may come back to their workers",
        still_true=away.still_proposed,
        shown=away.may_return,
    )
    kinds.register(
        News.COVERED,
        one="person is covered by you while their worker is away",
        many="people are covered by you while their worker is away",
        still_true=away.still_covered,
        then=said_from,
        shown=away.covers_ahead,
    )
    kinds.register(
        News.ASKED_NOT,
        one="person asked not to be contacted. Read it, and agree",
        many="people asked not to be contacted. Read it, and agree",
        still_true=people.still_to_agree,
    )
    kinds.register(
        AbsenceNews.NO_DEPUTY,
        one="absence leaves people with no one covering, and no one at work leads the team. Ask an admin to name a deputy",
        many="absences leave people with no one covering, and no one at work leads the teams. Ask an admin to name deputies",
        still_true=away.still_without_leader,
    )
    for kind, _, one, many in away.ABSENCES:
        kinds.register(kind, one=one, many=many, still_true=away.still_to_do, shown=away.duties)
    kinds.register(
        LeavingNews.NOBODY,
        one="colleague is leaving and some of their people have no next worker yet",
        many="colleagues are leaving and some of their people have no next worker yet",
        still_true=leavers.still_with_nobody_to_go_to,
        then=leavers.said_last_day,
        shown=leavers.people_of_leavers,
    )
    kinds.register(
        LeavingNews.NOTICE,
        one="colleague of your team is leaving",
        many="colleagues of your team are leaving",
        still_true=leavers.still_leaving,
        then=leavers.said_last_day,
        shown=leavers.leavers,
    )
    kinds.register(
        LeavingNews.STEP_DUE,
        one="step before a worker leaves is due",
        many="steps before a worker leaves are due",
        still_true=leavers.still_a_step,
        shown=leavers.steps_of_leavers,
    )
