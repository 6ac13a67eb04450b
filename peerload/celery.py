"""
The timetable. It is in UTC and says only when to ask; each job asks whether a local date has work.

A tick begins with its own row (`peerload.notices.actions.tick`), so any number of beats may run, late or twice.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerload.settings")

app = Celery("peerload")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    timezone="UTC",
    beat_schedule={
        "sweep": {"task": "caseload.tasks.sweep", "schedule": crontab(minute="*/15")},
        "digests": {"task": "peerload.notices.tasks.write_digests", "schedule": crontab(minute="5-59/15")},
        "drain": {"task": "peerload.notices.tasks.drain", "schedule": 60.0},
        "recount": {"task": "workload.tasks.recount", "schedule": 10.0},
        "check points": {"task": "workload.tasks.check_points", "schedule": crontab(minute=20)},
        "imports": {"task": "peerload.interchange.tasks.bring_in", "schedule": 5.0},
        "exports": {"task": "peerload.interchange.tasks.make_export", "schedule": 5.0},
        "tidy": {"task": "peerload.notices.tasks.tidy", "schedule": crontab(minute=40)},
    },
)
app.autodiscover_tasks()
