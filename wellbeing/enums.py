"""Words of the time plan (000, *Typical Working Week Focus*), of sessions and of what somebody writes for themselves."""

from django.db.models import TextChoices


class Focus(TextChoices):
    WELLBEING = "wellbeing", "Wellbeing"
    CONTACT = "contact", "Contact"
    MANAGEMENT = "management", "Management"


class PlanActivity(TextChoices):
    SUPERVISION = "supervision", "Supervision"
    REFLECTIVE_PRACTICE = "reflective_practice", "Reflective practice"
    PHYSICAL_EXERCISE = "physical_exercise", "Physical exercise"
    PERSONAL_LEARNING = "personal_learning", "Personal learning"
    TE_KAIRARANGA = "te_kairaranga", "Te Kairaranga"
    HIGH_1_1 = "high_1_1", "High-intensity, one to one"
    MEDIUM_1_1 = "medium_1_1", "Medium-intensity, one to one"
    GROUPS = "groups", "Groups"
    PARKED = "parked", "Keeping in touch"
    CLIENT_ADMIN = "client_admin", "Administration for people supported"
    GROUP_ADMIN = "group_admin", "Administration for groups"
    MARKETING = "marketing", "Marketing and relationships"


class PlanState(TextChoices):
    """Where a plan stands: proposed by the worker, agreed with their team manager."""

    DRAFT = "draft", "draft"
    PROPOSED = "proposed", "proposed"
    AGREED = "agreed", "agreed"


class SessionKind(TextChoices):
    """Time to look at the work with somebody (P11, T09)."""

    SUPERVISION = "supervision", "Supervision"
    REFLECTIVE_PRACTICE = "reflective_practice", "Reflective practice"
    TE_KAIRARANGA = "te_kairaranga", "Te Kairaranga"
    CULTURAL_SUPERVISION = "cultural_supervision", "Cultural supervision"
    CHECK_IN = "check_in", "Check-in"
    DEBRIEF = "debrief", "Debrief"

    @property
    def in_sentence(self) -> str:
        """The label within a sentence: Te Kairaranga is a name, and keeps its capitals."""
        return self.label if self == SessionKind.TE_KAIRARANGA else self.label.lower()


class SessionState(TextChoices):
    """Where a kind of session stands for somebody on a day. Lateness is the service's, never the worker's."""

    TO_CONFIRM = "to_confirm", "was it held?"
    PLANNED = "planned", "planned"
    AWAY = "away", "away"
    LATE = "late", "late"
    DUE = "due", "due"
    NO_POST = "no_post", "no post recorded: nothing is due"
    WHEN_WANTED = "when_wanted", "when wanted"


class StudyKind(TextChoices):
    """Kinds of work a time study measures, one piece at a time."""

    HIGH_1_1 = "high_1_1", "With somebody, high support"
    MEDIUM_1_1 = "medium_1_1", "With somebody, medium support"
    GROUPS = "groups", "A group session"
    PARKED = "parked", "Keeping in touch with somebody"
    CLIENT_ADMIN = "client_admin", "Writing up and arranging for people"
    GROUP_ADMIN = "group_admin", "Preparing and writing up a group"
    TRAVEL = "travel", "On the way"
    MEETINGS = "meetings", "Meetings and relationships"
    WELLBEING = "wellbeing", "Time for oneself: supervision, learning, exercise"
    OTHER = "other", "Something else"


class DocumentKind(TextChoices):
    """What somebody writes for themselves alone (R85)."""

    WELLNESS_PLAN = "wellness_plan", "Wellness Action Plan"
    LEARNING = "learning", "Notes on learning"
    EXERCISE = "exercise", "Notes on exercise"
    DEBRIEF = "debrief", "Debrief after a hard contact"
    CHECK_IN = "check_in", "Notes for a check-in"
