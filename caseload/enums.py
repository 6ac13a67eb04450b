"""Words of the caseload. The adjective of a tier describes the support, never the person."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(TextChoices):
    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    GROUP = "group", _("group")
    PARKED = "parked", _("keeping in touch")
    INACTIVE = "inactive", _("not in touch now")


ACTIVE_TIERS = (Tier.HIGH, Tier.MEDIUM, Tier.GROUP)
CASELOAD_TIERS = (*ACTIVE_TIERS, Tier.PARKED)


class ContactPreference(TextChoices):
    OK = "ok", _("Contact is welcome")
    PLEASE_DONT = "please_dont", _("Please don't contact me")


class Outcome(TextChoices):
    """What a contact that reached the person showed."""

    NO_SUPPORT_NEEDED = "no_support_needed", _("no further support needed now")
    SUPPORT_WANTED = "support_wanted", _("would like support")
    OTHER = "other", _("something else")


class Channel(TextChoices):
    PHONE = "phone", _("Phone")
    TEXT = "text", _("Text")
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("Video")
    GROUP = "group", _("At a group")
    EMAIL = "email", _("Email")
    OTHER = "other", _("Another way")


class Place(TextChoices):
    """Where people meet."""

    SERVICE = "service", _("At the service")
    THEIRS = "theirs", _("At their place")
    PHONE = "phone", _("By phone")
    LINK = "link", _("By a link")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class NextStepKind(TextChoices):
    """What comes next with a person: something promised by a day, or an appointment at an hour."""

    PROMISE = "promise", _("Promise")
    APPOINTMENT = "appointment", _("Appointment")


class NextStepEnd(TextChoices):
    """What became of a promise or an appointment."""

    KEPT = "kept", _("Kept")
    NOT_KEPT = "not_kept", _("Not kept")
    CALLED_OFF = "called_off", _("Called off")


class NextStepState(TextChoices):
    """The state of a next step on a day; a promise or an appointment is late, never the person."""

    AHEAD = "ahead", _("to come")
    TODAY = "today", _("today")
    LATE = "late", _("late")


class GoalEnd(TextChoices):
    """What became of something a person wanted."""

    REACHED = "reached", _("Reached")
    LET_GO = "let_go", _("Let go")


class WrongDay(TextChoices):
    """What is wrong with the days of something a person said."""

    AHEAD = "ahead", _("has not come yet")
    BEFORE = "before", _("ends before it begins")


class ResponsibleAs(TextChoices):
    """Why a member is responsible for a person's next steps."""

    WORKER = "worker", _("their worker")
    COVER = "cover", _("covers")
    RESPONSIBLE = "responsible", _("responsible while they wait")


class ContactState(TextChoices):
    """The state of the next contact; the contact is overdue, never the person."""

    UPCOMING = "upcoming", _("due later")
    DUE = "due", _("due today")
    OVERDUE = "overdue", _("contact overdue")


class ParkedOutcome(TextChoices):
    """What 24 weeks of keeping in touch say on a day (R52-R55)."""

    NOT_YET = "not_yet", _("not 24 weeks yet")
    AWAITING_CONTACT = "awaiting_contact", _("awaiting a contact")
    REVIEW = "review", _("for a manager to decide")
    INACTIVATE = "inactivate", _("not in touch from here on")
    REACTIVATE = "reactivate", _("asked for support")


class ReminderKind(TextChoices):
    """The stages of a reminder, in order (4E, R61)."""

    SOON = "soon", _("due within a week")
    DUE = "due", _("due today")
    OVERDUE = "overdue", _("overdue")
    RAISED = "raised", _("raised to the manager")


class Finding(TextChoices):
    """What a sweep notifies once, beside reminders; kept in the same table, anchored on the day it counts from."""

    REVIEW = "review", _("for a manager to decide")
    WINDOW = "window", _("decided to close, past the closing window")
    INACTIVATED = "inactivated", _("not in touch from here on")
    STATUTORY = "statutory", _("statutory status, and no one is responsible")


class News(TextChoices):
    """News that a member is told once, when it happens."""

    NEWLY_WITH = "newly_with", _("has a new worker")
    POSSIBLE_DUPLICATE = "entered_twice", _("may be in another team too")  # as stored since it was called that
    WAITS_FOR = "waits_for", _("waits, and the member is responsible")
    WAITS_HERE = "waits_here", _("waits for a worker in a new team")
    MAY_RETURN = "may_return", _("may move back to their worker")
    COVERED = "covered", _("covered while their worker is away")
    ASKED_NOT = "asked_not", _("asked not to be contacted, for a manager to agree")
    NEXT_STEP = "next_step", _("has an appointment or a promise on the next working day")
    MEETING_MOVED = "meeting_moved", _("a meeting of their group has another day, hour or place")
    MEETING_CALLED_OFF = "meeting_called_off", _("a meeting of their group is called off")
    MEETING_TAKEN_BACK = "meeting_taken_back", _("what was changed about a meeting of their group is taken back")


class WaitingStage(TextChoices):
    """How overdue the next step is for a person who waits (W26), in order."""

    DUE = "waiting_due", _("due today")
    OVERDUE = "waiting_overdue", _("past its day")
    RAISED = "waiting_raised", _("a week past its day")


class MovedOn(TextChoices):
    """Why support ended; all but the first two stop every reminder at once (R57, R63)."""

    ENDED = "ended", _("Support ended as planned")
    OWN_WISH = "own_wish", _("Their own wish")
    ASKED_US_TO_STOP = "asked_us_to_stop", _("Asked us not to contact them")
    MOVED_AWAY = "moved_away", _("Moved away")
    DIED = "died", _("Has died")
    DUPLICATE = "duplicate", _("Duplicate record")


class LeavingStepKind(TextChoices):
    """What has to be done before a worker leaves (A01, A02), in the order of the source."""

    INFORM = "inform", _("Tell management and HR")
    REPLACEMENT = "replacement", _("Agree the hours and skills for the new worker")
    RECRUITMENT = "recruitment", _("Begin recruiting")
    RECORDS = "records", _("Bring all records up to date")
    TOLD = "told", _("Tell each person supported, in person if possible")
    CAPACITY = "capacity", _("Check the team’s points, and who has room")
    HANDOVER = "handover", _("Hand over each person whose support continues")
    OPEN_TASKS = "open_tasks", _("Finish open work; find cover for later appointments, or move them")
    PROPERTY = "property", _("Hand back keys, phone, laptop and badge")


class Weekday(TextChoices):
    """On which day a group usually meets, in order, Monday first."""

    MONDAY = "monday", _("Monday")
    TUESDAY = "tuesday", _("Tuesday")
    WEDNESDAY = "wednesday", _("Wednesday")
    THURSDAY = "thursday", _("Thursday")
    FRIDAY = "friday", _("Friday")
    SATURDAY = "saturday", _("Saturday")
    SUNDAY = "sunday", _("Sunday")


class ReferralEnd(TextChoices):
    """How waiting for a worker came to its end (W26)."""

    ALLOCATED = "allocated", _("A worker supports them")
    MOVED_ON = "moved_on", _("Moved on without a worker")


class Duty(TextChoices):
    """What has to be done while a worker is away (A06-A08, A10), in the order of the source."""

    COVER_PLAN = "cover_plan", _("Agree who covers and what is urgent")
    OUT_OF_OFFICE = "out_of_office", _("Out-of-office message on mail and phone")
    URGENT_ITEMS = "urgent_items", _("Act on urgent messages")
    WEEKLY_REVIEW = "weekly_review", _("Check new messages and records, and decide whether a person should move")
    LEAVER_STEPS = "leaver_steps", _("Hand over as if the worker were leaving: each person has another worker")
    SERVICE_MANAGER = "service_manager", _("Talk with the service manager")


class AbsenceNews(TextChoices):
    """News about absences: of duties, to those who lead the team or above; of who is missing, to those who can name another."""

    COVER_PLAN = "absence_cover_plan", _("no plan for who covers")
    WEEKLY_REVIEW = "absence_weekly_review", _("the weekly check is due")
    LEAVER_STEPS = "absence_leaver_steps", _("everyone needs another worker")
    NO_DEPUTY = "absence_no_deputy", _("no one at work leads the team")
    NOT_LED = "team_not_led", _("no one at work leads a team")
    NO_SERVICE_MANAGER = "no_service_manager", _("no service manager is at work")
    SERVICE_MANAGER = "absence_service_manager", _("talk with the service manager")
    OVER_8_WEEKS = "absence_over_8_weeks", _("the team manager should talk with you")


class LeavingNews(TextChoices):
    """News that a worker is leaving: to those who lead the team, to the owner of a step, to service managers."""

    NOTICE = "leaving_notice", _("a colleague of the team is leaving")
    STEP_DUE = "leaving_step_due", _("a step of the checklist is due")
    NOBODY = "leaving_nobody", _("some people have no next worker")


class MoveEnd(TextChoices):
    """What became of a move until a date."""

    RETURNED = "returned", _("Came back to the worker they had")
    STAYS = "stays", _("Stays where they are")
    OVERTAKEN = "overtaken", _("Support ended or was handed over earlier")


class Likeness(TextChoices):
    """How much two records look like one person's, the most first."""

    STRONG = "strong", _("the same name and phone")
    MISSPELT = "misspelt", _("the same phone and nearly the same name")
    LIKELY = "likely", _("the same name")
    POSSIBLE = "possible", _("the same phone and part of the name")


class DuplicateAnswer(TextChoices):
    """A manager's answer about two records that are alike."""

    SAME = "same", _("The same person")
    TWO = "two", _("Two people")
