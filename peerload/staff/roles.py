"""Who may do what, as a table. Which people a member may see is decided by `caseload.models.ClientQuerySet.visible_to`."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .enums import MAY_LEAD, Role


class Capability(StrEnum):
    """Something a member may do; each is described in `DESCRIPTIONS`."""

    SUPPORT_PEOPLE = "support_people"
    SEE_OWN_POINTS = "see_own_points"
    LEAD_TEAM = "lead_team"
    RECORD_ABSENCES = "record_absences"
    RECORD_LEADERS_AWAY = "record_leaders_away"
    SEE_TOTALS = "see_totals"
    LOOK_AFTER_STAFF = "look_after_staff"
    LOOK_AFTER_SERVICE = "look_after_service"
    IMPORT_SERVICE = "import_service"
    EXPORT_SERVICE = "export_service"
    CONFIRM_EXPORT = "confirm_export"
    SEE_MESSAGES = "see_messages"


DESCRIPTIONS = {
    Capability.SUPPORT_PEOPLE: _(
        "Read and write about the people you support, and about those you cover for while their worker is away. "
        "If you lead a team, this includes the people of that team: "
        "their page, their contacts, their support and keeping in touch. "
        "peerload works out on each day which people these are. "
        "You can open the pages of people whose last worker you were, after they count as not in touch. "
        "You can undo that. The service sets for how long. You record who came to the groups you facilitate. "
        "That shows you the names of everyone in them. You look after people who wait for a worker if you are named as "
        "responsible."
    ),
    Capability.SEE_OWN_POINTS: _(
        "See your own points, line by line, and which points end next. "
        "Book sessions such as supervision, and record that they were held. "
        "Keep a note of a session together with the other member of staff. "
        "Ask for leave, and change or withdraw your request. "
        "Write, submit and agree to your own monthly records. "
        "If you are asked to agree in place of a team manager, see that one record, without the names of people supported. "
        "Write your own time plan and propose it. Agree to a worker's plan if no one else leads their team; "
        "you see hours only. Write notes for yourself that no one else can read. Agree adjustments to your work."
    ),
    Capability.LEAD_TEAM: _(
        "See the points of each worker in the teams you manage or deputise for, and the people who wait for a worker. "
        "Allocate people, hand them over, and decide that they are not in touch. "
        "Decide whether two records are about one person, and merge them. "
        "Open and close groups of the team, and say who facilitates them. "
        "Agree to the workers' monthly records, complete the record of a worker who is away, and send the team's "
        "report by the 15th. Answer a question of the service manager about it. Export the team. "
        "See when the workers' sessions are and were, never what was said, and "
        "book them. Record that a worker leaves, and hand over the people they support. "
        "While a worker is away, choose who covers and which people move to another worker. "
        "Confirm which people return to their worker. Agree phased returns and adjustments. Agree to the workers' "
        "time plans, hours only, and keep plan templates for the "
        "service. Read a Wellness Action Plan while its author shares it."
    ),
    Capability.RECORD_ABSENCES: _(
        "Record who is away in your teams, when they are expected back and when they are at work again. "
        "Answer the workers’ requests for leave. "
        "See what there is to do while they are away, and choose who covers."
    ),
    Capability.RECORD_LEADERS_AWAY: _(
        "Record that a team's manager or deputy is or will be away, and when they are back. "
        "Name who acts in their place in a team, and from which day. That person has the manager's powers in that team "
        "only, until the absent one is back or you end it."
    ),
    Capability.SEE_TOTALS: _(
        "See totals and counts of every team on any day, and how many people with statutory status have no one "
        "covering. Read each monthly report that was sent, worker by worker: "
        "points by element, total and limit, the state of the record, the reason for a total over the limit, "
        "supervision, absence, and the team manager's note; what was assumed for workers who were away; who has not "
        "agreed, and why. Ask about a sent report, and read the answer. "
        "Open a worker's points in a sent report by kind of work, with counts and points; the worker sees that you did. "
        "If a report is not sent, see only that it is not sent. "
        "See which planned actions are long overdue, whose they are and about which worker, without their words. "
        "If a worker and their manager do not agree about a record and there is no other manager, decide between the two "
        "figures; you see both explanations. "
        "See who manages each team, and its deputy. Never see the name of a person supported. "
        "Give supervision when it passes to you. "
        "Open and close surveys of the workplace, see how many have answered yours, and read results of the whole service. "
        "Answer team managers’ requests for leave, by days and counts."
    ),
    Capability.LOOK_AFTER_STAFF: _(
        "Add staff, invite them, change their name, role, posts and teams, and close their sign-in. "
        "Record that a member of staff leaves, and follow the checklist, without the names of people supported."
    ),
    Capability.LOOK_AFTER_SERVICE: _(
        "Change the settings of the service: time zone, region, closure days, kinds of leave, boundary, words, and "
        "how often there are "
        "sessions. Draft and publish versions of the points scheme. "
        "See what a draft would do to each worker's total, without the name of any person supported. "
        "Keep the service's plan templates. "
        "Open and close surveys of the workplace, see how many have answered yours, and read results of the whole service."
    ),
    Capability.IMPORT_SERVICE: _(
        "Import a service from spreadsheets. Give a team to imported people who have no team and no worker. "
        "The preview and that list show names of people supported, so peerload records each time you open them."
    ),
    Capability.EXPORT_SERVICE: _(
        "Export the service as sheets. You give a reason and confirm once more that it is you. "
        "The file names the people supported. It contains what is written about people only if a manager or another "
        "admin has confirmed that. The team managers and the other admins are told of every export, and peerload "
        "records each download."
    ),
    Capability.CONFIRM_EXPORT: _(
        "See who has exported the service, when and why. When another admin asks to export what "
        "is written about people, confirm or refuse it."
    ),
    Capability.SEE_MESSAGES: _(
        "See which messages were sent, are waiting or have failed. "
        "Messages contain no name and nothing about any person supported."
    ),
}

LEADS = frozenset({Capability.SUPPORT_PEOPLE, Capability.LEAD_TEAM, Capability.RECORD_ABSENCES})

ROLES: dict[str, frozenset[Capability]] = {
    Role.PEER_WORKER: frozenset({Capability.SUPPORT_PEOPLE, Capability.SEE_OWN_POINTS}),
    Role.MANAGER: frozenset({Capability.SEE_OWN_POINTS, Capability.CONFIRM_EXPORT}) | LEADS,
    Role.SERVICE_MANAGER: frozenset({Capability.SEE_TOTALS, Capability.RECORD_LEADERS_AWAY}),
    Role.ADMIN: frozenset(
        {
            Capability.LOOK_AFTER_STAFF,
            Capability.RECORD_LEADERS_AWAY,
            Capability.LOOK_AFTER_SERVICE,
            Capability.IMPORT_SERVICE,
            Capability.EXPORT_SERVICE,
            Capability.CONFIRM_EXPORT,
            Capability.SEE_MESSAGES,
        }
    ),
}

FIRST_PAGE: dict[str, str] = {
    Role.PEER_WORKER: "my_day",
    Role.MANAGER: "team",
    Role.SERVICE_MANAGER: "team",
    Role.ADMIN: "settings",
}


def capabilities(role: str, leads: bool) -> frozenset[Capability]:
    """
    Return a member's capabilities by their role, and by leading a team: a deputy and who acts have the manager's powers (R45).

    :param leads: whether they manage a team, deputise or act for one
    """
    return ROLES[role] | LEADS if leads and role in MAY_LEAD else ROLES[role]
