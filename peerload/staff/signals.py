"""What staff announces to the apps above it, in the sender's transaction: a receiver that fails rolls everything back."""

from django.dispatch import Signal

service_begun = Signal()  # organisation: it has no rows yet
settings_changed = Signal()  # organisation
absence_saved = (
    Signal()
)  # before and after: Absence; by: Member, or None for a sheet that came in by command; it is locked
