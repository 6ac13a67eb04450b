"""
peerload on one machine: embedded PostgreSQL and Valkey, and the supervisor behind ``make run``.

Nothing here imports Django or the rest of peerload; it starts ``manage.py``, gunicorn and Celery as
processes and tells them by environment variables alone what a production server would be told.
"""


class Refusal(Exception):
    """We cannot go on; ``str()`` is the sentence that says why, and how to fix it."""
