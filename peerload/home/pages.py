"""
The pages of peerload, as a search finds them: what each is called and does, other words for it, and who may open it.

`tests/home/test_search.py` opens each as each role it is offered to, and knows why any other page is left out.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText
from peerload.staff.roles import Capability

SUPPORT = (Capability.SUPPORT_PEOPLE,)
OWN = (Capability.SEE_OWN_POINTS,)
LEAD = (Capability.LEAD_TEAM,)
TOTALS = (Capability.SEE_TOTALS,)
SERVICE = (Capability.LOOK_AFTER_SERVICE,)
STAFF = (Capability.LOOK_AFTER_STAFF,)
EVERYBODY: tuple[Capability, ...] = ()


class FoundPage(NamedTuple):
    """A page: its route, what it is called and does, other words people use for it, and any one capability that opens it."""

    route: str
    title: LazyText
    does: LazyText
    also: LazyText
    capabilities: tuple[Capability, ...] = EVERYBODY


PAGES = (
    FoundPage(
        "my_day",
        _("My day"),
        _("Who to contact, and what is due today and this week"),
        _("home start today due overdue contacts appointments cover"),
        SUPPORT,
    ),
    FoundPage(
        "people",
        _("People"),
        _("Everyone you may see: filter by support, contact and worker"),
        _("caseload list clients overdue filter"),
        SUPPORT,
    ),
    FoundPage(
        "log_pick",
        _("Log a contact"),
        _("Write down a call, a visit, a message or an attempt"),
        _("record note phoned met tried not reached"),
        SUPPORT,
    ),
    FoundPage(
        "drop_ins",
        _("Drop-ins"),
        _("Time with people who came by and belong to no one’s caseload"),
        _("drop in walk-in visitor anonymous came by"),
        SUPPORT,
    ),
    FoundPage(
        "person_add",
        _("Add a person"),
        _("Enter a person new to the service"),
        _("new referral client enter"),
        LEAD,
    ),
    FoundPage(
        "waiting",
        _("Waiting for a worker"),
        _("People without a worker, and who is responsible until they have one"),
        _("allocate allocation referral waiting list"),
        SUPPORT,
    ),
    FoundPage(
        "possible_duplicates",
        _("Possible duplicates"),
        _("Two records that may be about one person: merge them or keep both"),
        _("entered twice same person merge double"),
        LEAD,
    ),
    FoundPage(
        "groups",
        _("Groups"),
        _("Groups you facilitate or lead, who belongs to them, and their sessions"),
        _("group session attendance who came facilitator"),
        SUPPORT,
    ),
    FoundPage("group_add", _("Add a group"), _("Open a group of your team"), _("new group facilitator"), LEAD),
    FoundPage(
        "my_points",
        _("My points"),
        _("The points you hold, line by line, and which end next"),
        _("workload total limit mark weight"),
        OWN,
    ),
    FoundPage(
        "my_weeks",
        _("My weeks"),
        _("Your planned hours of four weeks beside the hours you logged"),
        _("time plan schedule hours wellbeing"),
        OWN,
    ),
    FoundPage(
        "plan_edit", _("Write my plan"), _("Write or change your plan of four weeks"), _("time plan hours propose"), OWN
    ),
    FoundPage(
        "time",
        _("Time outside contacts"),
        _("Log administration, training and travel, and see what you logged"),
        _("log hours timesheet meeting travel admin"),
        OWN,
    ),
    FoundPage(
        "study",
        _("My time study"),
        _("Two weeks of writing down how long work takes"),
        _("time study measure minutes how long"),
        OWN,
    ),
    FoundPage(
        "my_sessions",
        _("My sessions"),
        _("Supervision, reflective practice and the like: planned and held"),
        _("supervision book reflective practice check-in Te Kairaranga session"),
        (*OWN, *TOTALS),
    ),
    FoundPage(
        "my_records",
        _("My records"),
        _("Your monthly records: write, submit, agree"),
        _("month monthly record agree submit"),
        OWN,
    ),
    FoundPage(
        "open_actions",
        _("Open actions"),
        _("What was planned because a month was above the limit, of every month"),
        _("remedial actions overdue review over the limit done"),
        OWN,
    ),
    FoundPage(
        "leave",
        _("Leave"),
        _("Your leave: asked for, agreed and earlier; requests that wait for your answer"),
        _("annual holiday day off mental health away absence request agree decline"),
        (*OWN, *TOTALS),
    ),
    FoundPage(
        "leave_ask",
        _("Ask for leave"),
        _("Choose the days, see what falls into them, and say what should happen"),
        _("annual holiday day off mental health sick training request"),
        OWN,
    ),
    FoundPage(
        "team_calendar",
        _("Team calendar"),
        _("Who is away and when sessions and groups are, by week and month"),
        _("calendar week month leave away holiday planner roster sessions groups closed"),
        (*SUPPORT, *TOTALS),
    ),
    FoundPage(
        "mine",
        _("For me"),
        _("Your Wellness Action Plan, notes and debriefs; only you can read them"),
        _("private notes wellness action plan debrief learning diary"),
        OWN,
    ),
    FoundPage(
        "growth",
        _("Growth"),
        _("Guides to look at your work, alone or with your team manager"),
        _("review competencies development learn guide form self-review"),
        (Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM),
    ),
    FoundPage(
        "surveys",
        _("Surveys"),
        _("Surveys of the workplace that ask you, and their results"),
        _("survey questionnaire workplace psychosocial anonymous result"),
    ),
    FoundPage(
        "my_adjustments",
        _("Agreed about my work"),
        _("Adjustments and phased returns you agreed with your team manager"),
        _("adjustment reasonable phased return health"),
        OWN,
    ),
    FoundPage(
        "my_adjustment_add",
        _("Ask for an adjustment"),
        _("Write what would help you at work, for your team manager to agree"),
        _("reasonable adjustment health phased return"),
        OWN,
    ),
    FoundPage(
        "team",
        _("My team"),
        _("Each worker’s points, mix and capacity, and what needs you; all your teams, if you lead several"),
        _("team overview workers load capacity attention alarms all my teams sort over limit little room"),
        LEAD,
    ),
    FoundPage(
        "team", _("Teams"), _("Totals and counts of every team, on any day"), _("service overview totals load"), TOTALS
    ),
    FoundPage(
        "resources",
        _("Workers needed"),
        _("How many workers the people of a team need, and how many there are"),
        _("staffing full-time posts resources recruitment"),
        (*LEAD, *TOTALS),
    ),
    FoundPage(
        "team_month",
        _("Team report"),
        _("The records of a month and the report by the 15th"),
        _("monthly report send 15th records agree remind"),
        LEAD,
    ),
    FoundPage(
        "team_month_agree",
        _("Agree records"),
        _("The records of the month that wait for you, one after the other"),
        _("sitting monthly records agree next complete in one go"),
        LEAD,
    ),
    FoundPage(
        "team_month",
        _("Reports"),
        _("Each team’s report of a month"),
        _("monthly report 15th sent late agreed over points of a worker"),
        TOTALS,
    ),
    FoundPage(
        "team_months",
        _("Month by month"),
        _("The totals of past months against the limit"),
        _("history trend year chart"),
        (*LEAD, *TOTALS),
    ),
    FoundPage(
        "team_time",
        _("How long work takes"),
        _("Sums of the team’s time studies and logged time"),
        _("time study team result hours"),
        LEAD,
    ),
    FoundPage(
        "team_sessions",
        _("Sessions of the team"),
        _("When each worker’s sessions were and are, and which are late"),
        _("supervision book late team"),
        LEAD,
    ),
    FoundPage(
        "returns",
        _("People who may move back"),
        _("People moved to another worker until a date that has come"),
        _("return temporary move back absence"),
        LEAD,
    ),
    FoundPage(
        "team_growth",
        _("Growth of the team"),
        _("Guides under way, the last and the next ones"),
        _("review competencies development guide form"),
        (*LEAD, *TOTALS),
    ),
    FoundPage(
        "team_adjustments",
        _("Agreed about the team’s work"),
        _("Adjustments and phased returns of your workers"),
        _("adjustment reasonable phased return"),
        LEAD,
    ),
    FoundPage(
        "team_adjustment_add",
        _("Propose an adjustment"),
        _("Propose an adjustment or a phased return to a worker"),
        _("reasonable adjustment phased return"),
        LEAD,
    ),
    FoundPage(
        "absences",
        _("Away"),
        _("Who is away, until when, and who covers"),
        _("absence leave sick holiday cover return"),
        (Capability.RECORD_ABSENCES, Capability.RECORD_LEADERS_AWAY),
    ),
    FoundPage(
        "while_away",
        _("While I was away"),
        _("Who decided what in my teams while I was away"),
        _("away back returned meanwhile decided acting deputy"),
        LEAD,
    ),
    FoundPage(
        "absence_add",
        _("Record an absence"),
        _("Write down who is away from which day"),
        _("sick leave holiday off away"),
        (Capability.RECORD_ABSENCES, Capability.RECORD_LEADERS_AWAY),
    ),
    FoundPage(
        "leaving_add",
        _("Record that someone leaves"),
        _("Notice and last day of a member of staff, with the checklist"),
        _("leaving notice resign last day leaver"),
        (*LEAD, *STAFF),
    ),
    FoundPage(
        "plan_templates",
        _("Plan templates"),
        _("Time plans of four weeks to start from"),
        _("time plan template hours"),
        (*LEAD, *SERVICE),
    ),
    FoundPage(
        "plan_template_add",
        _("Add a plan template"),
        _("Keep a time plan for the service to start from"),
        _("new time plan template"),
        (*LEAD, *SERVICE),
    ),
    FoundPage("settings", _("Settings"), _("Everything an admin sets up"), _("admin configure"), (*STAFF, *SERVICE)),
    FoundPage(
        "staff", _("Staff"), _("Members of staff, their roles, posts and sign-in"), _("workers users accounts"), STAFF
    ),
    FoundPage(
        "staff_add", _("Add staff"), _("Add and invite a member of staff"), _("new worker user invite account"), STAFF
    ),
    FoundPage("teams", _("Teams"), _("The teams, their managers and deputies"), _("manager deputy"), STAFF),
    FoundPage("team_add", _("Add a team"), _("Open a new team"), _("new team"), STAFF),
    FoundPage(
        "service",
        _("Service"),
        _("Name, region, time zone, words and limits"),
        _("settings region zone quiet"),
        SERVICE,
    ),
    FoundPage("closures", _("Closure days"), _("Days on which the service is shut"), _("holiday shut closed"), SERVICE),
    FoundPage(
        "leave_kinds",
        _("Kinds of leave"),
        _("What can be chosen for an absence, and in which order"),
        _("leave types annual sick mental health day tangihanga bereavement parental"),
        SERVICE,
    ),
    FoundPage(
        "scheme",
        _("Points scheme"),
        _("What work weighs: versions and drafts"),
        _("points weights limit mark"),
        SERVICE,
    ),
    FoundPage(
        "session_cadence",
        _("How often there are sessions"),
        _("The weeks between two sessions"),
        _("supervision"),
        SERVICE,
    ),
    FoundPage(
        "plan_rows",
        _("Rows of the plan"),
        _("The activities a time plan is made of"),
        _("time plan activities"),
        SERVICE,
    ),
    FoundPage(
        "survey_open",
        _("Open a survey"),
        _("Ask a team or the whole service about the workplace"),
        _("survey questionnaire workplace psychosocial anonymous"),
        (*SERVICE, *TOTALS),
    ),
    FoundPage(
        "guide_templates",
        _("Guides"),
        _("The questions workers and team managers go through"),
        _("template form questions review copy publish"),
        SERVICE,
    ),
    FoundPage(
        "guide_template_add",
        _("Make a guide"),
        _("A new template with your own questions"),
        _("template form questions"),
        SERVICE,
    ),
    FoundPage(
        "checklist_template_add",
        _("Make a checklist"),
        _("A new checklist with your own steps"),
        _("template form steps onboarding recruiting"),
        SERVICE,
    ),
    FoundPage(
        "guide_template_import",
        _("Bring in a guide"),
        _("Read a template from a file of another service"),
        _("template json import form"),
        SERVICE,
    ),
    FoundPage(
        "in_no_team",
        _("In no team"),
        _("Imported people without a team and a worker"),
        _("import team missing"),
        (Capability.IMPORT_SERVICE,),
    ),
    FoundPage(
        "import",
        _("Import"),
        _("Bring a service in from spreadsheets"),
        _("excel csv sheets upload workbook"),
        (Capability.IMPORT_SERVICE,),
    ),
    FoundPage(
        "exports",
        _("Export"),
        _("Take the service out as sheets, and see who did"),
        _("excel csv download sheets backup"),
        (Capability.EXPORT_SERVICE,),
    ),
    FoundPage(
        "export_ask",
        _("Ask for an export"),
        _("Say why the service is exported, and confirm it"),
        _("excel csv download"),
        (Capability.EXPORT_SERVICE,),
    ),
    FoundPage(
        "messages",
        _("Messages"),
        _("Which mail was sent, waits or failed"),
        _("email mail digest sent failed"),
        (Capability.SEE_MESSAGES,),
    ),
    FoundPage("account", _("My account"), _("Sign-in, posts, absences, sign out"), _("profile sign out log out")),
    FoundPage(
        "my_calendar",
        _("My calendar"),
        _("A secret link that shows your times in the calendar of your phone"),
        _("calendar feed subscribe ical ics outlook google apple alarm reminder"),
    ),
    FoundPage("my_email", _("Change my email"), _("Sign in with another address"), _("email address")),
    FoundPage("account_change_password", _("Change my password"), _("Choose another password"), _("password sign-in")),
    FoundPage(
        "mfa_index",
        _("Second step of signing in"),
        _("The app, keys and recovery codes"),
        _("two factor authenticator code"),
    ),
    FoundPage("light_or_dark", _("Light or dark"), _("How pages look on your devices"), _("theme night colours")),
    FoundPage("help", _("Help"), _("The words peerload uses, and how things work"), _("explain words meaning manual")),
    FoundPage(
        "who_sees_what", _("Who can see what"), _("What each role may see and do"), _("privacy rights roles access")
    ),
)
