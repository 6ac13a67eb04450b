"""Words of the caseload. The adjective of a tier describes the support, never the person."""

from django.db.models import TextChoices


class Tier(TextChoices):
    HIGH = "high", "high"
    MEDIUM = "medium", "medium"
    GROUP = "group", "group"
    PARKED = "parked", "keeping in touch (parked)"
    INACTIVE = "inactive", "not in touch now"


ACTIVE_TIERS = (Tier.HIGH, Tier.MEDIUM, Tier.GROUP)
CASELOAD_TIERS = (*ACTIVE_TIERS, Tier.PARKED)


class ContactPreference(TextChoices):
    OK = "ok", "Contact is welcome"
    PLEASE_DONT = "please_dont", "Please don't contact me"


class Outcome(TextChoices):
    """What a reached contact said."""

    NO_SUPPORT_NEEDED = "no_support_needed", "no further support needed now"
    SUPPORT_WANTED = "support_wanted", "would like support"
    OTHER = "other", "something else"


class Channel(TextChoices):
    PHONE = "phone", "Phone"
    TEXT = "text", "Text"
    IN_PERSON = "in_person", "In person"
    VIDEO = "video", "Video"
    GROUP = "group", "At a group"
    EMAIL = "email", "Email"
    OTHER = "other", "Another way"


class ContactState(TextChoices):
    """Where the next contact stands; the contact is overdue, never the person."""

    UPCOMING = "upcoming", "due later"
    DUE = "due", "due today"
    OVERDUE = "overdue", "contact overdue"


class ParkedOutcome(TextChoices):
    """What 24 weeks of keeping in touch say on a day (R52-R55)."""

    NOT_YET = "not_yet", "not 24 weeks yet"
    AWAITING_CONTACT = "awaiting_contact", "awaiting a contact"
    REVIEW = "review", "for a manager to decide"
    INACTIVATE = "inactivate", "not in touch from here on"
    REACTIVATE = "reactivate", "asked for support"


class ReminderKind(TextChoices):
    """The stages of a reminder, in order (4E, R61)."""

    SOON = "soon", "due within a week"
    DUE = "due", "due today"
    OVERDUE = "overdue", "overdue"
    RAISED = "raised", "raised to the manager"


class Finding(TextChoices):
    """What a sweep says once beside reminders; kept in the same table, anchored on the day it hangs on."""

    REVIEW = "review", "for a manager to decide"
    WINDOW = "window", "decided to close, past the closing window"
    INACTIVATED = "inactivated", "not in touch from here on"
    STATUTORY = "statutory", "statutory, and nobody sees to them"


class News(TextChoices):
    """What a member is told of once, when it is so."""

    NEWLY_WITH = "newly_with", "newly with a worker"
    ENTERED_TWICE = "entered_twice", "perhaps entered in another team too"
    WAITS_FOR = "waits_for", "to be seen to by a member"
    WAITS_HERE = "waits_here", "waits for a worker in a team they came to"
    MAY_RETURN = "may_return", "may come back to their worker"
    COVERED = "covered", "to be seen to while their worker is away"
    ASKED_NOT = "asked_not", "asked not to be contacted, which a manager agrees to"


class WaitingStage(TextChoices):
    """How far the day has passed by which something is to be done for somebody who waits (W26), in order."""

    DUE = "waiting_due", "due today"
    OVERDUE = "waiting_overdue", "past its day"
    RAISED = "waiting_raised", "a week past its day"


class MovedOn(TextChoices):
    """Why support ended; all but the first two stop every reminder at once (R57, R63)."""

    ENDED = "ended", "Support came to its end"
    OWN_WISH = "own_wish", "Their own wish"
    ASKED_US_TO_STOP = "asked_us_to_stop", "Asked us not to contact them"
    MOVED_AWAY = "moved_away", "Moved away"
    DIED = "died", "Has died"
    DUPLICATE = "duplicate", "Entered twice"


class LeavingStepKind(TextChoices):
    """What is to be done before somebody leaves (A01, A02), in the order of the source."""

    INFORM = "inform", "Tell management and HR"
    REPLACEMENT = "replacement", "Agree how the post is filled: hours and skills"
    RECRUITMENT = "recruitment", "Begin recruiting"
    RECORDS = "records", "Bring all records up to date"
    TOLD = "told", "Tell everybody supported, in person where that is possible"
    CAPACITY = "capacity", "Look at what the team carries, and who has room"
    HANDOVER = "handover", "Hand over everybody whose support goes on"
    OPEN_TASKS = "open_tasks", "Finish what is open; cover or move later appointments"
    PROPERTY = "property", "Hand back keys, phone, laptop and badge"


class Weekday(TextChoices):
    """On which day a group usually meets, in order, Monday first."""

    MONDAY = "monday", "Monday"
    TUESDAY = "tuesday", "Tuesday"
    WEDNESDAY = "wednesday", "Wednesday"
    THURSDAY = "thursday", "Thursday"
    FRIDAY = "friday", "Friday"
    SATURDAY = "saturday", "Saturday"
    SUNDAY = "sunday", "Sunday"


class ReferralEnd(TextChoices):
    """How waiting for a worker came to its end (W26)."""

    ALLOCATED = "allocated", "Somebody supports them"
    MOVED_ON = "moved_on", "Moved on without a worker"


class Duty(TextChoices):
    """What is to be done while somebody is away (A06-A08, A10), in the order of the source."""

    COVER_PLAN = "cover_plan", "Agree who covers, and what cannot wait"
    OUT_OF_OFFICE = "out_of_office", "Out-of-office message on mail and phone"
    URGENT_ITEMS = "urgent_items", "Look at whatever is urgent"
    WEEKLY_REVIEW = "weekly_review", "Review all that has come in, and whether anybody should move"
    LEAVER_STEPS = "leaver_steps", "Hand over as if they were leaving: everybody has somebody"
    SERVICE_MANAGER = "service_manager", "Talk with the service manager"


class AbsenceNews(TextChoices):
    """What is said once about a duty whose day has come: to who leads the team; to service managers, what is for them."""

    COVER_PLAN = "absence_cover_plan", "nobody has agreed who covers"
    WEEKLY_REVIEW = "absence_weekly_review", "the weekly review is due"
    LEAVER_STEPS = "absence_leaver_steps", "everybody is to have somebody"
    NO_DEPUTY = "absence_no_deputy", "nobody here leads the team"
    SERVICE_MANAGER = "absence_service_manager", "talk with the service manager"
    OVER_8_WEEKS = "absence_over_8_weeks", "a team manager is to talk with you"


class LeavingNews(TextChoices):
    """What is said once when somebody is leaving: to who leads the team, to whose a step is, to service managers."""

    NOTICE = "leaving_notice", "somebody of the team is leaving"
    STEP_DUE = "leaving_step_due", "a step of the checklist is due"
    NOBODY = "leaving_nobody", "not everybody has somebody to go to"


class MoveEnd(TextChoices):
    """What became of a move until a date."""

    RETURNED = "returned", "Came back to the worker they had"
    STAYS = "stays", "Stays where they are"
    OVERTAKEN = "overtaken", "Moved on, or was handed over, before"


class Likeness(TextChoices):
    """How much two records look like one person's, the most first."""

    STRONG = "strong", "the same name and phone"
    MISSPELT = "misspelt", "the same phone and nearly the same name"
    LIKELY = "likely", "the same name"
    POSSIBLE = "possible", "the same phone and part of the name"


class Answer(TextChoices):
    """What somebody who leads a team says of two records that are alike."""

    SAME = "same", "The same person"
    TWO = "two", "Two people"
