"""The service on its way out, in the browser. Admins ask and download; managers and other admins see it, confirm or refuse."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.core import clock
from peerload.staff import access, again, concurrency
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..enums import ExportFormat, ExportState
from ..models import Export
from ..sheets import SHEET
from . import actions, queries, rules
from .forms import ExportForm

TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.ZIP: "application/zip",
}
DRAFT = "export_draft"  # in the session: the form typed while the confirmation ran out


@access.requires(Capability.EXPORT_SERVICE)
@require_GET
def exports(request: access.MemberRequest) -> HttpResponse:
    """Show the exports of the service, and the way to another."""
    return render(request, "interchange/exports.html", {"exports": queries.listed(request.organisation, clock.now())})


@access.requires(Capability.EXPORT_SERVICE)
@concurrency.creates
class ExportAsk(FormPage):
    """Request an export, with a reason, once the member has confirmed that it is them."""

    heading = gettext_lazy("Export the service")
    lead = gettext_lazy(
        "Staff, people, contacts and everything else, as sheets. The managers of the teams and the other admins are told."
    )
    save = gettext_lazy("Ask for the export")
    back = reverse_lazy("exports"), gettext_lazy("Exports")

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if again.is_fresh(request):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            request.session[DRAFT] = {name: request.POST.get(name, "") for name in ExportForm.base_fields}
        return again.ask(request, reverse("export_ask"))

    def form(self, data: QueryDict | None = None) -> ExportForm:
        return ExportForm(data, initial=self.request.session.get(DRAFT))

    def act(self, data: dict[str, Any]) -> str:
        self.export = actions.ask(self.request, **data)
        self.request.session.pop(DRAFT, None)
        return ""

    def success_url(self) -> str:
        return reverse("export", args=[self.export.uid])


@access.requires(Capability.EXPORT_SERVICE, Capability.CONFIRM_EXPORT)
@require_GET
def export(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show one export: who requested it, why, its content, and the next steps."""
    export = _of_service(request, uid)
    state = queries.state_of(export, clock.now())
    own = export.member_id == request.member.pk
    words = {
        "export": export,
        "state": state,
        "going": state in rules.IN_WORK,
        "sheets": [(name, export.counts[name]) for name in SHEET if name in export.counts],
        "downloads": queries.downloads(export),
        "confirm_by": clock.local_time(request.organisation, rules.confirm_by(export.asked_at)),
        "kept_until": export.ready_at and clock.local_time(request.organisation, rules.kept_until(export.ready_at)),
        "can_decide": state == ExportState.ASKED and not own and access.may(request.member, Capability.CONFIRM_EXPORT),
        "can_confirm": state == ExportState.ASKED and not own and actions.may_confirm(export, request.member),
        "who_confirms": actions.WHO_CONFIRMS,
        "can_download": state == ExportState.READY and own,
        "others": actions.told(export) if state == ExportState.ASKED and own else [],
        "confirmers": [each for each in actions.told(export) if actions.may_confirm(export, each)]
        if state == ExportState.ASKED and own
        else [],
        "own": own,
        "sees_list": access.may(request.member, Capability.EXPORT_SERVICE),
    }
    return render(request, "interchange/export_card.html" if request.htmx else "interchange/export.html", words)


@access.requires(Capability.CONFIRM_EXPORT)
@require_POST
def export_decide(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Confirm or refuse an export that has words about people; to confirm it, the member confirms again that it is them."""
    confirm = {"confirm": True, "refuse": False}.get(request.POST.get("decision"))
    if confirm is None:
        _of_service(request, uid)
        return redirect("export", uid)
    if confirm and not again.is_fresh(request):
        found = _of_service(request, uid)
        messages.info(request, _("Confirm that it is you, then confirm the export."))
        return again.ask(request, reverse("export", args=[found.uid]))
    try:
        actions.decide(request, uid=uid, confirm=confirm)
    except Export.DoesNotExist:
        raise Http404 from None
    except rules.ExportStepRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("You have confirmed this export.") if confirm else _("You have refused this export.")
        )
    return redirect("export", uid)


@access.requires(Capability.EXPORT_SERVICE)
@require_GET
def export_file(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Send the file to the admin who requested it and confirms again that it is them; each download is logged."""
    get_object_or_404(Export.objects.defer("content"), uid=uid, member=request.member)
    if not again.is_fresh(request):
        return again.ask(request, request.path)
    try:
        export = actions.download(request, uid=uid)
    except rules.ExportStepRefused as error:
        messages.info(request, str(error))
        return redirect("export", uid)
    response = HttpResponse(bytes(export.content), content_type=TYPES[ExportFormat(export.format)])
    response["Content-Disposition"] = content_disposition_header(True, export.file_name)
    return response


def _of_service(request: access.MemberRequest, uid: UUID) -> Export:
    found = Export.objects.filter(organisation=request.organisation).defer("content")
    return get_object_or_404(found.select_related("member", "decided_by"), uid=uid)
