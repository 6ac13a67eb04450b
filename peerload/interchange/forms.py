"""The one form of an import."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from . import uploads


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Workbook, CSV or zip"),
        help_text=_("A workbook (.xlsx or .ods), one CSV file or a zip of CSV files, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.zip,.csv,.tsv,.txt"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        allow_empty_file=False,
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


TOO_LARGE = _("This file is larger than 10 MB. Import it in parts, or with the command import_service.")
