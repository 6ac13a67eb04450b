"""What workload announces to the apps above it, and what it asks them, since only they know."""

from django.dispatch import Signal

ledger_projected = Signal()  # organisation_id, worker_ids: None for all workers; in the transaction that has projected
supervisions_asked = Signal()  # worker_ids, months; the answer: what sessions say of supervision, by member and month
