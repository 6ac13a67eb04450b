"""Who may do what, as a table. What somebody may see of a person is said by `caseload.models.ClientQuerySet.visible_to`."""

from enum import StrEnum

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
    Capability.SUPPORT_PEOPLE: """
        Read and write about the people one supports, or covers for while their worker is away, and, for those who lead a
        team, about the people of that team: their page, their contacts, their support, keeping in touch. Which people these
        are is decided for each of them, on each day. Find, open and undo those who are not in touch after 24 weeks and whose last
        worker one was, for as long as the service says. Record who came to the groups one facilitates, which shows the names
        of everybody in them. See to people who wait for a worker, where one is named as responsible.
    """,
    Capability.SEE_OWN_POINTS: """
        See one's own points, line by line, and what falls off next; book sessions such as supervision and write down that they
        were held; keep a note of one together with the other member; write, submit and agree to one's own monthly records; and,
        where another manager is asked for, see the one record in question, without the names of people supported. Write one's
        own time plan and propose it; agree to a plan where nobody else leads the worker's team, hours alone. Write for oneself
        what nobody else can read, and agree adjustments of one's own work.
    """,
    Capability.LEAD_TEAM: """
        See the points of each worker of the teams one manages or deputises for; see those who wait for a worker; allocate, hand
        over, decide that somebody is not in touch; say whether two records are one person's, and make them one; open and close
        groups of the team and say who facilitates them; agree to the
        monthly records of those workers, complete that of somebody who is away, send the team's report by the 15th; take the
        team's export; see when the sessions of those workers are and were, never what was said, and book them; write down that
        one of those workers leaves, and hand over the people they support; while one of them is
        away, say who covers and who moves, confirm who comes back, and agree the steps of a phased return and
        adjustments; agree to the time plans of those workers, hours alone, and keep plan templates for the service. Read a
        Wellness Action Plan while its author shares it.
    """,
    Capability.RECORD_ABSENCES: """
        Record who of one's teams is away, when they are expected back and when they are at work again; see what there is to do
        meanwhile, and choose who covers.
    """,
    Capability.RECORD_LEADERS_AWAY: """
        Record that a team's manager is away, or their deputy, while nobody else who leads that team is here to record it; and
        when they are back.
    """,
    Capability.SEE_TOTALS: """
        See totals and counts of every team of the service on any day, and how many people with statutory status have no one
        covering. Read each monthly report that was sent, by worker: points by element, total and limit, where the record is,
        the reason for a total over the limit, supervision, absence, and the note of the team manager; of a report not sent,
        only that it is not sent. See who manages each team and its deputy. Never the name of a person supported. Give
        supervision where it passes to them.
    """,
    Capability.LOOK_AFTER_STAFF: """
        Add staff, invite them, change their name, role, posts and teams, and close their sign-in; write down that somebody
        leaves, and follow the checklist, without the names of people supported.
    """,
    Capability.LOOK_AFTER_SERVICE: """
        Change the settings of the service: time zone, region, closure days, boundary, words, how often there are sessions.
        Draft and publish versions of the points scheme, and see what a draft would do to each worker's total, without the
        name of anybody supported. Keep the service's plan templates.
    """,
    Capability.IMPORT_SERVICE: """
        Bring a service in from sheets, and give a team to people who came in without team and worker. The preview and that list
        show names of people supported, so each look at them is recorded.
    """,
    Capability.EXPORT_SERVICE: """
        Export the service as sheets, with a reason and after confirming anew that it is them. The file names the people
        supported. What is written about people is in it only if a manager or another admin has confirmed that. The managers of
        the teams and the other admins are told of every export, and each download is recorded.
    """,
    Capability.CONFIRM_EXPORT: """
        See who has exported the service, when and why; confirm or refuse an export with what is written about people, which
        another admin has asked for.
    """,
    Capability.SEE_MESSAGES: """
        See which messages were sent, wait or failed. Messages hold no name and nothing about anybody supported.
    """,
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

FIRST_PAGE = {
    Role.PEER_WORKER: "my_day",
    Role.MANAGER: "team",
    Role.SERVICE_MANAGER: "team",
    Role.ADMIN: "settings",
}


def capabilities(role: str, leads: bool) -> frozenset[Capability]:
    """
    Return what somebody may do by their role, and by leading a team: a deputy has the manager's powers (R45).

    :param leads: whether they manage or deputise for a team
    """
    return ROLES[role] | LEADS if leads and role in MAY_LEAD else ROLES[role]
