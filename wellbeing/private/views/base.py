"""What private pages have in common: who opens them, and the words that say who can read them."""

from django.utils.translation import gettext_lazy as _

from peerload.staff.roles import Capability
from peerload.staff.views.private_pages import opens

ONLY_YOU = _("Only you can read this. It is encrypted before it is saved. It is in no export, history, report or mail.")
WITH_READER = _("You and {} can read this, until you stop sharing it.")
YOURS_AND_THEIRS = _("Only you and your team manager can read this.")
THE_TWO = _("Only {} and their team manager can read this.")

own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)
page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)
