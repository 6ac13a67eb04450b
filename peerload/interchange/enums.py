"""The words of interchange that its tables keep."""

from django.db.models import TextChoices


class ExportState(TextChoices):
    ASKED = "asked", "waiting for somebody else to confirm"
    REFUSED = "refused", "refused"
    EXPIRED = "expired", "not confirmed in time"
    WAITING = "waiting", "waiting for its turn"
    RUNNING = "running", "being made"
    READY = "ready", "ready to download"
    OVER = "over", "no longer kept"
    FAILED = "failed", "could not be made"


class ExportFormat(TextChoices):
    XLSX = "xlsx", "Excel workbook (.xlsx)"
    ZIP = "zip", "Zip of CSV files"
