"""
What the caseload announces to the apps above it, and what it asks them, since only they know.

All are sent in the sender's transaction: a receiver that fails rolls everything back.
"""

from django.dispatch import Signal

person_entered = Signal()  # person, on: a new person, or a changed name or phone
people_merged = (
    Signal()
)  # absorbed_id, kept_id, on; a receiver moves what it keeps of a person, and returns its keys by table
closing_window_asked = (
    Signal()
)  # organisation_id, on; the answer: how many days points count after a decision to close (W05)
reported_months_asked = (
    Signal()
)  # worker_ids, on; the answer: the day itself, or the first after their last month reported
engagements_asked = (
    Signal()
)  # worker_id, on; the answer: the hours of a day that a worker's sessions take, as a start and the minutes
