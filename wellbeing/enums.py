"""Words of the time plan (000, *Typical Working Week Focus*)."""

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
