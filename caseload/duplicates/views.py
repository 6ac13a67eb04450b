"""Records that may be of one person: the list, the answer, and taking it back."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..actions import Refused
from ..enums import DuplicateAnswer
from ..models import Client, Merge, PossibleDuplicate
from . import forms, queries
from .actions import merging
from .actions.finding import answer
from .actions.taking_apart import NothingToTakeApart, take_apart


@access.requires(Capability.LEAD_TEAM)
@require_GET
def possible_duplicates(request: access.MemberRequest) -> HttpResponse:
    """List the possible duplicates a manager is asked about."""
    doubts = queries.doubts(request.member, request.on)
    audit.listed(request, "entered twice", sum(1 if doubt.other is None else 2 for doubt in doubts))
    context = {
        "on": request.on,
        "seen": [doubt for doubt in doubts if doubt.other],
        "asked": [doubt for doubt in doubts if not (doubt.other or doubt.answered)],
        "answered": [doubt for doubt in doubts if doubt.answered],
    }
    return render(request, "caseload/duplicates/possible_duplicates.html", context)


def find_pair(request: access.MemberRequest, uid: UUID) -> PossibleDuplicate:
    doubt = queries.doubt(request.member, uid, request.on)
    if doubt is None:
        raise Http404
    return doubt.pair


def about_pair(pair: PossibleDuplicate, request: access.MemberRequest) -> concurrency.Description:
    """Describe the answers about two records, and whether they are merged by now."""
    gone = Merge.objects.standing().filter(absorbed__in=[pair.older_id, pair.newer_id]).exists()
    said = {"older_says": _("Said of the older record"), "newer_says": _("Said of the newer record")}
    return concurrency.fields(pair, **said) | {_("One record"): gone}


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_pair, describe=about_pair, page=lambda pair: reverse("possible_duplicates"))
class Pair(FormPage):
    """Ask what two records are: two people, or which of them stays."""

    template_name = "caseload/duplicates/pair.html"

    @cached_property
    def doubt(self) -> queries.Doubt:
        doubt = queries.doubt(self.request.member, self.kwargs["uid"], self.on)
        if doubt is None:
            raise Http404
        return doubt

    @cached_property
    def both(self) -> tuple[queries.Facts, ...]:
        """What is known of the records the member may see: one, or both."""
        return tuple(queries.facts(person, self.on) for person in (self.doubt.mine, self.doubt.other) if person)

    def form(self, data: QueryDict | None = None) -> forms.MergeForm | forms.AskForm:
        if self.doubt.other:
            return forms.MergeForm(data, on=self.on, both=self.both)
        return forms.AskForm(data, on=self.on)

    def act(self, data: dict[str, Any]) -> str:
        """Do as was answered."""
        stays = self.filled.stays if self.doubt.other else None
        if stays:
            return self.merged(*stays)
        who = {"by": self.request.member, "today": self.on}
        answer(pair_id=self.doubt.pair.pk, side=self.doubt.side, says=data["answer"], **who)
        self.leads_to = reverse("possible_duplicates")
        if data["answer"] == DuplicateAnswer.SAME:
            return _("Thank you. peerload asks the manager of the other team too. Nothing changes until both say so.")
        return _("They are two people, and you are not asked again.")

    def merged(self, kept: Client, absorbed: Client, worker: Member | None) -> str:
        form = self.filled
        made = merging.merge(
            kept_id=kept.pk,
            absorbed_id=absorbed.pk,
            by=self.request.member,
            today=self.on,
            worker=worker,
            reason=form.cleaned_data["reason"],
            chosen=form.chosen,
            versions=form.versions_read,
        )
        seen = Client.objects.visible_to(self.request.member, self.on).filter(pk=kept.pk).exists()
        self.leads_to = kept.get_absolute_url() if seen else reverse("possible_duplicates")
        words = _("%(ref)s and %(kept)s are one record from today. You can undo this.")
        words %= {"ref": absorbed.ref, "kept": kept.ref}
        number = len(made.kept_facts["consents"])
        if not number:
            return words
        withdrawn = ngettext(
            "%(words)s %(number)s consent is withdrawn, because the other record says so.",
            "%(words)s %(number)s consents are withdrawn, because the other record says so.",
            number,
        )
        return withdrawn % {"words": words, "number": number}

    def refused(self, form: forms.MergeForm | forms.AskForm, refusal: Refused) -> HttpResponse:
        form.add_error(None, str(refusal))
        if isinstance(form, forms.MergeForm):
            form.read_again()
        return self.invalid(form)

    def success_url(self) -> str:
        return self.leads_to

    def page(self, form: forms.MergeForm | forms.AskForm, **more: Any) -> HttpResponse:
        for facts in self.both:
            audit.opened(self.request, facts.person)
        return super().page(form, **more)

    def context(self, form: forms.MergeForm | forms.AskForm) -> dict[str, Any]:
        shown = {"doubt": self.doubt, "both": self.both, "back_url": reverse("possible_duplicates")}
        return {"form": form, "on": self.on, **shown}


def find_led(request: access.MemberRequest, uid: UUID) -> Client:
    seen = Client.objects.visible_to(request.member, request.on).select_related("team")
    person = seen.filter(uid=uid, team__in=queries.led_teams(request.member, request.on)).first()
    if person is None:
        raise Http404
    return person


def about_merge(person: Client, request: access.MemberRequest) -> concurrency.Description:
    merge = queries.standing_merge(person)
    return {
        _("One record with"): _("%(ref)s and %(absorbed)s") % {"ref": merge.kept.ref, "absorbed": merge.absorbed.ref}
        if merge
        else None
    }


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_led, describe=about_merge, page=Client.get_absolute_url)
class TwoPeople(FormPage):
    """Undo a merge of a person's record with another; a refusal is a sentence on the person's page."""

    form_class = forms.TwoPeopleForm
    title = gettext_lazy("Two people after all")
    heading = gettext_lazy("They are two people after all")
    save = gettext_lazy("Undo: two records again")

    @cached_property
    def person(self) -> Client:
        return find_led(self.request, self.kwargs["uid"])

    @cached_property
    def merge(self) -> Merge | None:
        return queries.standing_merge(self.person)

    @property
    def lead(self) -> LazyText:
        words = _(
            "%(ref)s becomes a record of its own again, as it was before. "
            "No one counts as newly allocated. What was written since stays with %(kept)s."
        )
        return words % {"ref": self.merge.absorbed.ref, "kept": self.merge.kept.ref}

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return self.person.get_absolute_url(), self.person.name

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.merge is None:
            messages.warning(request, _("These are two records already."))
            return redirect(self.person)
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"merge": self.merge.pk}}

    def invalid(self, form: forms.TwoPeopleForm) -> HttpResponse:
        return self.refused(form, NothingToTakeApart(_("These are two records already.")))

    def act(self, data: dict[str, Any]) -> str:
        take_apart(client_id=self.person.pk, merge_id=data["merge"], by=self.request.member, today=self.on)
        words = _("%(ref)s and %(kept)s are two records again.")
        return words % {"ref": self.merge.absorbed.ref, "kept": self.merge.kept.ref}

    def refused(self, form: forms.TwoPeopleForm, refusal: Refused) -> HttpResponse:
        messages.warning(self.request, str(refusal))
        return redirect(self.person)

    def page(self, form: forms.TwoPeopleForm, **more: Any) -> HttpResponse:
        audit.opened(self.request, self.person)
        return super().page(form, **more)
