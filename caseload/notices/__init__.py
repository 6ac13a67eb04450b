"""Notices about the people a member supports, in words without names: the kinds, in the order a digest lists them."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from peerload.notices.kinds import NoticeKind

from ..enums import AbsenceNews, Finding, LeavingNews, News, ReminderKind, WaitingStage
from . import away, duplicates, groups, leavers, next_steps, people, waiting
from .lines import of_people, said_from, said_from_ahead

contact = partial(NoticeKind, still_true=people.still_due, shown=people.contacts, series="contact")
waits = partial(NoticeKind, still_true=waiting.still_waiting, shown=of_people(waiting.waits), series="waiting")
KINDS = (  # in the order a digest lists them
    NoticeKind(
        Finding.STATUTORY,
        says=ngettext_lazy(
            "%(count)d person with statutory status has no worker now",
            "%(count)d people with statutory status have no worker now",
            "count",
        ),
        still_true=away.still_alone,
        shown=of_people(
            lambda person, notice, reader: _("Statutory, with no one covering. Allocate or hand over today"),
            "person-exclamation",
        ),
    ),
    contact(
        ReminderKind.RAISED,
        says=ngettext_lazy(
            "%(count)d contact has been overdue for a week or more",
            "%(count)d contacts have been overdue for a week or more",
            "count",
        ),
    ),
    contact(
        ReminderKind.OVERDUE,
        says=ngettext_lazy("%(count)d contact is overdue", "%(count)d contacts are overdue", "count"),
        stage=-1,
    ),
    contact(
        ReminderKind.DUE,
        says=ngettext_lazy("%(count)d contact is due", "%(count)d contacts are due", "count"),
        stage=-2,
    ),
    contact(
        ReminderKind.SOON,
        says=ngettext_lazy(
            "%(count)d contact comes due within a week",
            "%(count)d contacts come due within a week",
            "count",
        ),
        stage=-3,
    ),
    NoticeKind(
        Finding.REVIEW,
        says=ngettext_lazy(
            "%(count)d decision at the end of keeping in touch waits for you",
            "%(count)d decisions at the end of keeping in touch wait for you",
            "count",
        ),
        still_true=people.still_for_review,
    ),
    NoticeKind(
        Finding.INACTIVATED,
        says=ngettext_lazy(
            "%(count)d person counts as not in touch, because keeping in touch has ended. You can undo this",
            "%(count)d people count as not in touch, because keeping in touch has ended. You can undo this",
            "count",
        ),
        still_true=people.still_not_in_touch,
        shown=of_people(people.ended, "arrow-counterclockwise"),
    ),
    NoticeKind(
        Finding.WINDOW,
        says=ngettext_lazy(
            "%(count)d decision to close is past its time to close",
            "%(count)d decisions to close are past their time to close",
            "count",
        ),
        still_true=people.still_open,
    ),
    waits(
        WaitingStage.RAISED,
        says=ngettext_lazy(
            "%(count)d next step for a person without a worker is a week or more overdue",
            "%(count)d next steps for people without a worker are a week or more overdue",
            "count",
        ),
    ),
    waits(
        WaitingStage.OVERDUE,
        says=ngettext_lazy(
            "%(count)d next step for a person without a worker is overdue",
            "%(count)d next steps for people without a worker are overdue",
            "count",
        ),
        stage=-1,
    ),
    waits(
        WaitingStage.DUE,
        says=ngettext_lazy(
            "%(count)d next step for a person without a worker is due today",
            "%(count)d next steps for people without a worker are due today",
            "count",
        ),
        stage=-2,
    ),
    NoticeKind(
        News.NEXT_STEP,
        says=ngettext_lazy(
            "%(count)d appointment or promise is for the next working day",
            "%(count)d appointments and promises are for the next working day",
            "count",
        ),
        still_true=next_steps.still_ahead,
        shown=next_steps.uncovered,
    ),
    NoticeKind(
        News.MEETING_MOVED,
        says=ngettext_lazy(
            "%(count)d meeting of a group you facilitate has another day, time or place",
            "%(count)d meetings of groups you facilitate have another day, time or place",
            "count",
        ),
        still_true=groups.still_moved,
        shown=groups.meetings,
    ),
    NoticeKind(
        News.MEETING_CALLED_OFF,
        says=ngettext_lazy(
            "%(count)d meeting of a group you facilitate is called off",
            "%(count)d meetings of groups you facilitate are called off",
            "count",
        ),
        still_true=groups.still_called_off,
        shown=groups.meetings,
    ),
    NoticeKind(
        News.MEETING_TAKEN_BACK,
        says=ngettext_lazy(
            "%(count)d change of a meeting of a group you facilitate was taken back",
            "%(count)d changes of meetings of groups you facilitate were taken back",
            "count",
        ),
        still_true=groups.still_taken_back,
        shown=groups.taken_back,
    ),
    NoticeKind(
        News.WAITS_FOR,
        says=ngettext_lazy(
            "%(count)d person waits for a worker, and you are responsible",
            "%(count)d people wait for a worker, and you are responsible",
            "count",
        ),
        still_true=waiting.still_responsible,
        then=said_from_ahead,
        shown=waiting.waits_for,
    ),
    NoticeKind(
        News.WAITS_HERE,
        says=ngettext_lazy(
            "%(count)d person who waits for a worker has come to your team",
            "%(count)d people who wait for a worker have come to your teams",
            "count",
        ),
        still_true=waiting.still_waiting_here,
        shown=of_people(
            lambda person, notice, reader: _("Has come to your team, and waits for a worker"), "person-plus"
        ),
    ),
    NoticeKind(
        News.NEWLY_WITH,
        says=ngettext_lazy("%(count)d person is newly with you", "%(count)d people are newly with you", "count"),
        still_true=people.still_with,
        then=said_from,
        shown=people.newly_with,
    ),
    NoticeKind(
        News.POSSIBLE_DUPLICATE,
        says=ngettext_lazy(
            "%(count)d record of your team may be about a person who is in another team too",
            "%(count)d records of your teams may be about people who are in another team too",
            "count",
        ),
        still_true=duplicates.still_asked,
        shown=duplicates.possible_duplicates,
    ),
    NoticeKind(
        News.MAY_RETURN,
        says=ngettext_lazy(
            "%(count)d person may move back to their worker", "%(count)d people may move back to their workers", "count"
        ),
        still_true=away.still_proposed,
        shown=away.may_return,
    ),
    NoticeKind(
        News.COVERED,
        says=ngettext_lazy(
            "%(count)d person is covered by you while their worker is away",
            "%(count)d people are covered by you while their worker is away",
            "count",
        ),
        still_true=away.still_covered,
        then=said_from,
        shown=away.covers_ahead,
    ),
    NoticeKind(
        News.ASKED_NOT,
        says=ngettext_lazy(
            "%(count)d person asked not to be contacted. Read it, and agree",
            "%(count)d people asked not to be contacted. Read it, and agree",
            "count",
        ),
        still_true=people.still_to_agree,
    ),
    NoticeKind(
        AbsenceNews.NO_DEPUTY,
        says=ngettext_lazy(
            "%(count)d absence leaves people with no one covering, and no one at work leads the team. "
            "Choose who acts in place of the manager",
            "%(count)d absences leave people with no one covering, and no one at work leads the teams. "
            "Choose who acts in place of the managers",
            "count",
        ),
        still_true=away.still_without_leader,
    ),
    NoticeKind(
        AbsenceNews.NOT_LED,
        says=ngettext_lazy(
            "%(count)d team has no one at work who leads it. Choose who acts",
            "%(count)d teams have no one at work who leads them. Choose who acts",
            "count",
        ),
        still_true=away.still_not_led,
        shown=away.teams_not_led,
    ),
    NoticeKind(
        AbsenceNews.NO_SERVICE_MANAGER,
        says=ngettext_lazy(
            "No service manager is at work. Give the role to another member until one is back",
            "No service manager is at work. Give the role to another member until one is back",
            "count",
        ),
        still_true=away.still_no_service_manager,
        shown=away.no_service_manager,
    ),
    *(NoticeKind(kind, says, still_true=away.still_to_do, shown=away.duties) for kind, __, says in away.ABSENCES),
    NoticeKind(
        LeavingNews.NOBODY,
        says=ngettext_lazy(
            "%(count)d colleague is leaving and some of their people have no next worker yet",
            "%(count)d colleagues are leaving and some of their people have no next worker yet",
            "count",
        ),
        still_true=leavers.still_with_nobody_to_go_to,
        then=leavers.said_last_day,
        shown=leavers.people_of_leavers,
    ),
    NoticeKind(
        LeavingNews.NOTICE,
        says=ngettext_lazy(
            "%(count)d colleague of your team is leaving", "%(count)d colleagues of your team are leaving", "count"
        ),
        still_true=leavers.still_leaving,
        then=leavers.said_last_day,
        shown=leavers.leavers,
    ),
    NoticeKind(
        LeavingNews.STEP_DUE,
        says=ngettext_lazy(
            "%(count)d step before a worker leaves is due", "%(count)d steps before a worker leaves are due", "count"
        ),
        still_true=leavers.still_a_step,
        shown=leavers.steps_of_leavers,
    ),
)
