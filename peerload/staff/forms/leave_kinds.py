"""Forms about the kinds of leave that a service has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from .fields import StaffForm, WholeNumberField


class AddLeaveKindForm(StaffForm):
    name = forms.CharField(
        max_length=40,
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Give the kind of leave a name.")},
    )


class LeaveKindForm(AddLeaveKindForm):
    in_use = forms.BooleanField(
        required=False,
        label=gettext_lazy("Offer it for new leave"),
        help_text=gettext_lazy("Leave that has this kind keeps it."),
    )
    position = WholeNumberField(min_value=1, label=gettext_lazy("Place in the list"))

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].widget.attrs["size"] = 3
        self.most = most

    def clean_position(self) -> int:
        return min(self.cleaned_data["position"], self.most)
