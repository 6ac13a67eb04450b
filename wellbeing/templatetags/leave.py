"""The days of a leave in templates."""

from datetime import date

from django import template

from ..leave.rules import say_days
from ..models import LeaveRequest

register = template.Library()


@register.filter
def leave_days(leave: LeaveRequest, on: date) -> str:
    """Write the days of a request out: one day, or from one to another."""
    return say_days(leave.starts_on, leave.last_day, on)
