"""Choices of the time plan (000, *Typical Working Week Focus*), of sessions and of private documents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Focus(TextChoices):
    WELLBEING = "wellbeing", _("Wellbeing")
    CONTACT = "contact", _("Contact")
    MANAGEMENT = "management", _("Management")


class PlanActivity(TextChoices):
    SUPERVISION = "supervision", _("Supervision")
    REFLECTIVE_PRACTICE = "reflective_practice", _("Reflective practice")
    PHYSICAL_EXERCISE = "physical_exercise", _("Physical exercise")
    PERSONAL_LEARNING = "personal_learning", _("Personal learning")
    TE_KAIRARANGA = "te_kairaranga", _("Te Kairaranga")
    HIGH_1_1 = "high_1_1", _("High-intensity, one to one")
    MEDIUM_1_1 = "medium_1_1", _("Medium-intensity, one to one")
    GROUPS = "groups", _("Groups")
    PARKED = "parked", _("Keeping in touch")
    CLIENT_ADMIN = "client_admin", _("Administration for people supported")
    GROUP_ADMIN = "group_admin", _("Administration for groups")
    MARKETING = "marketing", _("Marketing and relationships")


class PlanState(TextChoices):
    """The state of a plan: a draft, proposed by the worker, or agreed with their team manager."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")


class SessionKind(TextChoices):
    """Kinds of time to look at the work with another person (P11, T09)."""

    SUPERVISION = "supervision", _("Supervision")
    REFLECTIVE_PRACTICE = "reflective_practice", _("Reflective practice")
    TE_KAIRARANGA = "te_kairaranga", _("Te Kairaranga")
    CULTURAL_SUPERVISION = "cultural_supervision", _("Cultural supervision")
    CHECK_IN = "check_in", _("Check-in")
    DEBRIEF = "debrief", _("Debrief")

    @property
    def in_sentence(self) -> str:
        """The label within a sentence: Te Kairaranga is a name, and keeps its capitals."""
        return str(self.label) if self == SessionKind.TE_KAIRARANGA else self.label.lower()


class LedBy(TextChoices):
    """Who leads reflective practice: of two in four weeks one is the manager's, one the peers' own (P11)."""

    MANAGER = "manager", _("led by the manager")
    PEERS = "peers", _("led by peers")


class SessionState(TextChoices):
    """The state of a kind of session for a worker on a day. Lateness is the service's, never the worker's."""

    TO_CONFIRM = "to_confirm", _("was it held?")
    PLANNED = "planned", _("planned")
    AWAY = "away", _("away")
    LATE = "late", _("late")
    DUE = "due", _("due")
    NO_POST = "no_post", _("no post recorded: nothing is due")
    WHEN_WANTED = "when_wanted", _("on request")


class LeaveState(TextChoices):
    """The state of a request for leave. An agreed one has its absence."""

    ASKED = "asked", _("waits for an answer")
    OTHER_DAYS = "other_days", _("other days asked for")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REPLACED = "replaced", _("replaced by a later request")


OPEN_LEAVE = (LeaveState.ASKED, LeaveState.OTHER_DAYS)  # may still be changed and agreed


class StudyKind(TextChoices):
    """Kinds of work a time study measures, one piece at a time."""

    HIGH_1_1 = "high_1_1", _("With a person, high support")
    MEDIUM_1_1 = "medium_1_1", _("With a person, medium support")
    GROUPS = "groups", _("A group session")
    PARKED = "parked", _("Keeping in touch with a person")
    CLIENT_ADMIN = "client_admin", _("Writing up and arranging for people")
    GROUP_ADMIN = "group_admin", _("Preparing and writing up a group")
    TRAVEL = "travel", _("On the way")
    MEETINGS = "meetings", _("Meetings and relationships")
    WELLBEING = "wellbeing", _("Time for yourself: supervision, learning, exercise")
    OTHER = "other", _("Something else")


class DocumentKind(TextChoices):
    """Kinds of documents that members write for themselves alone (R85)."""

    WELLNESS_PLAN = "wellness_plan", _("Wellness Action Plan")
    LEARNING = "learning", _("Notes on learning")
    EXERCISE = "exercise", _("Notes on exercise")
    DEBRIEF = "debrief", _("Debrief after a hard contact")
    CHECK_IN = "check_in", _("Notes for a check-in")
