"""
What staff announces to the apps above it, and what it asks them, since only they know.

All are sent in the sender's transaction: a receiver that fails rolls everything back.
"""

from django.dispatch import Signal

service_begun = Signal()  # organisation: it has no rows yet
settings_changed = Signal()  # organisation
absence_saved = (
    Signal()
)  # before and after: Absence; by: Member, or None for a sheet that came in by command; it is locked
absence_called_off = Signal()  # absence: it has not begun, is locked, and is deleted after; by: Member
supported_asked = Signal()  # worker_ids, on; the answer: how many people each supports, from that day on, by worker
first_work_asked = Signal()  # worker_id; the answer: the first day on which they had work, or None
