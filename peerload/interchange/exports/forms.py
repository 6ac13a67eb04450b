"""The one form of an export."""

from django import forms

from ..enums import ExportFormat
from ..models import Export


class ExportForm(forms.Form):
    reason = forms.CharField(
        label="Why is the service exported?",
        help_text="Who reads it: the managers of the teams and the other admins. It is kept with the export.",
        max_length=Export._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the service is exported."},
    )
    format = forms.ChoiceField(label="As", choices=ExportFormat, widget=forms.RadioSelect, initial=ExportFormat.XLSX)
    with_words = forms.BooleanField(
        label="With what is written about people",
        help_text="Notes of contacts and sessions, reasons, how to contact somebody safely. A manager or another admin has to "
        "confirm this within 24 hours.",
        required=False,
    )
