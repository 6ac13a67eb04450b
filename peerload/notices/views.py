"""The outbox, for those who look after the service: messages sent, waiting, and failed, which may be sent again."""

import re
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages as notes
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.notices import actions
from peerload.notices.models import Message, MessageQuerySet
from peerload.notices.tables import MessageTable, moment
from peerload.staff import access, concurrency
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability

A_PAGE = 50
LINK = re.compile(r"https?://\S+")
STATES = [("waiting", gettext_lazy("Waiting")), ("failed", gettext_lazy("Failed")), ("sent", gettext_lazy("Sent"))]


@require_GET
@access.requires(Capability.SEE_MESSAGES)
def message_list(request: access.MemberRequest) -> HttpResponse:
    """Show messages by state and address."""
    found = visible(request)
    address = request.GET.get("q", "").strip()[:100]
    if address and "\x00" not in address:
        found = found.filter(Q(to__icontains=address) | Q(subject__icontains=address))
    counts = dict(found.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    chosen = state if state in Message.State.values else ""
    table = MessageTable(found.filter(state=chosen) if chosen else found, zone=zone_of(request))
    RequestConfig(request, paginate={"per_page": A_PAGE, "silent": True}).configure(table)
    words = {
        "table": table,
        "tabs": [("", _("All"), sum(counts.values())), *((code, label, counts.get(code, 0)) for code, label in STATES)],
        "chosen": chosen,
        "q": address,
        "nobody_sends": not settings.EMAIL_URL,
    }
    return render(request, "notices/messages.html", words)


@require_GET
@access.requires(Capability.SEE_MESSAGES)
def message(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show one message: its recipient, text, tries and errors."""
    found = find_message(request, uid)
    zone = zone_of(request)
    words = {
        "message": found,
        "body": readable(found),
        "written": moment(found.created_at, zone),
        "sent": found.sent_at and moment(found.sent_at, zone),
        "next": moment(found.next_attempt_at, zone),
        "nobody_sends": not settings.EMAIL_URL,
    }
    return render(request, "notices/message.html", words)


def find_message(request: access.MemberRequest, uid: UUID) -> Message:
    return get_object_or_404(visible(request), message_id=uid)


def about_message(message: Message, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(message, state=_("State"), attempts=_("Tries"))


def page_of(message: Message) -> str:
    return reverse("message", args=[message.message_id])


@require_POST
@access.requires(Capability.SEE_MESSAGES)
@concurrency.changes(find=find_message, describe=about_message, page=page_of)
def message_resend(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Put a failed message back into the outbox."""
    found = find_message(request, uid)
    try:
        actions.send_again(message_id=found.message_id)
    except (actions.NotFailed, actions.AddressChanged) as refusal:
        notes.warning(request, str(refusal))
    else:
        notes.success(request, _("The message waits in the outbox and is sent within a minute or two."))
    return redirect("message", uid)


def visible(request: access.MemberRequest) -> MessageQuerySet:
    """Return the messages of the member's service; those without a service only where there is a single one."""
    own = Q(organisation=request.organisation)
    if Organisation.objects.count() == 1:
        own |= Q(organisation=None)
    return Message.objects.filter(own)


def readable(found: Message) -> str:
    """
    Return the text of a message without its sign-in link, which is the recipient's alone; the demo shows it, for it
    mails nothing.
    """
    if found.kind == Message.Kind.DIGEST or settings.DEMO:
        return found.body
    return LINK.sub(_("(a link only the receiver knows)"), found.body)


def zone_of(request: access.MemberRequest) -> ZoneInfo:
    """Return the time zone of the member's service."""
    return ZoneInfo(request.organisation.timezone)
