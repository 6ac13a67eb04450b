"""Who else may be spoken to about a person: written down, changed, withdrawn, and a withdrawal taken back."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.audit import actions as audit
from peerload.staff import access, concurrency
from peerload.staff.concurrency import SUBMISSION
from peerload.staff.roles import Capability

from ..actions import Refused
from ..models import Client, Consent
from ..views.base import PersonAction
from . import actions, forms


def find_consent(request: access.MemberRequest, uid: UUID) -> Consent:
    """Return a consent of a person the member may see; any other does not exist."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(Consent.objects.filter(client__in=people).select_related("client"), uid=uid)


def consent_words(consent: Consent, request: access.MemberRequest) -> concurrency.Description:
    """Describe a consent: who, about what, since when, and since when no longer."""
    labels = {"name": _("Who"), "relation": _("Their relationship to the person"), "about": _("About what")}
    labels |= {"consented_on": _("Agreed on"), "withdrawn_on": _("Withdrawn on")}
    return concurrency.fields(consent, **labels)


changes_consent = concurrency.changes(
    find=find_consent,
    describe=consent_words,
    page=lambda consent: consent.client.get_absolute_url(),
    seen=lambda request, consent: audit.opened(request, consent.client),
)


class AboutConsent(PersonAction):
    """A form about who else may be spoken to."""

    @property
    def heading(self) -> str:
        return _("Who else may be spoken to about %(name)s") % {"name": self.person.short_name}


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class ConsentAdd(AboutConsent):
    """Write down who else may be spoken to."""

    form_class = forms.ConsentForm
    title = gettext_lazy("Who else may be spoken to")
    lead = gettext_lazy("Ask {name} first. Write down only what they agreed to.")
    save = gettext_lazy("Save")

    def act(self, data: dict[str, Any]) -> str:
        try:
            submission = UUID(self.request.POST.get(SUBMISSION, ""))
        except ValueError:
            submission = None
        consent = actions.give(**self.who, **data, submission_id=submission)
        return _("%(name)s may be spoken to about %(person)s.") % {
            "name": consent.name,
            "person": self.person.short_name,
        }


class OfConsent(AboutConsent):
    """A form about one consent."""

    @cached_property
    def consent(self) -> Consent:
        return find_consent(self.request, self.kwargs["uid"])

    @cached_property
    def person(self) -> Client:
        return self.consent.client

    @property
    def who(self) -> dict[str, Any]:
        return {"consent_id": self.consent.pk, "by": self.request.member, "today": self.on}

    def more(self) -> dict[str, Any]:
        return {"consent": self.consent}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_consent
class ConsentEdit(OfConsent):
    """Correct who may be spoken to, or about what."""

    form_class = forms.ConsentForm
    template_name = "caseload/consents/edit.html"
    title = gettext_lazy("Change who may be spoken to")
    save = gettext_lazy("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.consent, name) for name in forms.ConsentForm.base_fields}}

    def act(self, data: dict[str, Any]) -> str:
        consent = actions.change(**self.who, **data)
        return _("What %(name)s may be spoken to about is changed.") % {"name": consent.name}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_consent
class ConsentWithdraw(OfConsent):
    """Withdraw a consent on a day; a button of the person's page says today. Or take that back."""

    form_class = forms.ConsentWithdrawForm
    template_name = "caseload/consents/withdraw.html"
    title = gettext_lazy("Withdraw a consent")
    save = gettext_lazy("Withdraw it")

    @property
    def heading(self) -> str:
        return _("%(name)s may no longer be spoken to") % {"name": self.consent.name}

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if "undo" not in request.POST:
            return super().post(request, **kwargs)
        try:
            consent = actions.take_back(consent_id=self.consent.pk, by=request.member)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            words = {"name": consent.name, "about": consent.about}
            messages.success(request, _("Taken back. %(name)s may be spoken to: %(about)s") % words)
        return self.done()

    def act(self, data: dict[str, Any]) -> str:
        consent = actions.withdraw(**self.who, **data)
        context = {"consent": consent, "person": self.person}
        words = render_to_string("caseload/consents/withdrawn.html", context, request=self.request)
        messages.success(self.request, words, extra_tags="rich")
        return ""
