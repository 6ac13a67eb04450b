"""The words of interchange that its tables keep."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportState(TextChoices):
    ASKED = "asked", _("waiting for another person to confirm")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("not confirmed in time")
    WAITING = "waiting", _("waiting for its turn")
    RUNNING = "running", _("being made")
    READY = "ready", _("ready to download")
    OVER = "over", _("no longer kept")
    FAILED = "failed", _("could not be made")


class ExportFormat(TextChoices):
    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    ZIP = "zip", _("Zip of CSV files")
