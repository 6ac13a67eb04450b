from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "workload"
    default_auto_field = "django.db.models.BigAutoField"
