"""The one form of an export."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import ExportFormat
from ..models import Export


class ExportForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you export the service?"),
        help_text=_("The team managers and the other admins can read this. It is kept with the export."),
        max_length=Export._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why you export the service.")},
    )
    format = forms.ChoiceField(
        label=_("File type"), choices=ExportFormat, widget=forms.RadioSelect, initial=ExportFormat.XLSX
    )
    with_words = forms.BooleanField(
        label=_("With what is written about people"),
        help_text=_(
            "Notes of contacts and sessions, reasons, how to contact people safely. A manager or another admin has to "
            "confirm this within 24 hours."
        ),
        required=False,
    )
