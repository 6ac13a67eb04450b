"""The one form of an import."""

from django import forms

from . import uploads


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Workbook, CSV or zip",
        help_text="A workbook (.xlsx or .ods), one CSV file or a zip of CSV files, up to 10 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.zip,.csv,.tsv,.txt"}),
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
        allow_empty_file=False,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


TOO_LARGE = "This file is larger than 10 MB. Bring it in with the command import_service, or in parts."
