"""The page of one's own calendar link: made, renewed, ended, with alarms or without."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peerload.audit import actions as audit
from peerload.core import clock

from .. import access, actions
from ..access import form_view
from ..enums import CalendarAlarm
from ..models import CalendarLink
from ..roles import Capability


@access.requires()
@form_view
def my_calendar(request: access.MemberRequest) -> HttpResponse:
    """Show whether there is a link and when it was read last; a POST makes a new one, and shows it this once."""
    made = ""
    if request.method == "POST":
        secret = actions.make_link(member=request.member, now=clock.now())
        audit.calendar_link_made(request)
        made = settings.BASE_URL + reverse("calendar_feed", args=[secret])
    link = CalendarLink.objects.filter(member=request.member).first()
    context = {
        "made": made,
        "webcal": made.replace("https://", "webcal://", 1) if made.startswith("https://") else "",
        "link": link,
        "alarms": CalendarAlarm.choices,
        "supports": access.may(request.member, Capability.SUPPORT_PEOPLE),
        "leads": access.leads(request.member),
    }
    return render(request, "staff/calendar.html", context)


@access.requires()
@require_POST
def my_calendar_end(request: access.MemberRequest) -> HttpResponse:
    """End the link; calendars that have it keep what they read until their owner removes it there."""
    if actions.end_link(member=request.member):
        audit.calendar_link_ended(request)
    messages.success(request, _("The link is ended. Remove the calendar on your devices, too."))
    return redirect("my_calendar")


@access.requires()
@require_POST
def my_calendar_alarm(request: access.MemberRequest) -> HttpResponse:
    """Choose whether calendars remind of an entry, and how long before."""
    alarm = request.POST.get("alarm", "")
    if alarm in CalendarAlarm.values:
        actions.choose_alarm(member=request.member, alarm=CalendarAlarm(alarm))
        messages.success(request, _("Saved. Your calendar follows when it reads the link again."))
    return redirect("my_calendar")
