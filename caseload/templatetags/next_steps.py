"""What the rows of next steps ask."""

from datetime import date

from django import template
from django.template.context import Context

from ..next_steps.queries import NextStepRow, OfferedDay, offered

register = template.Library()


@register.simple_tag(takes_context=True)
def days_offered(context: Context, step: NextStepRow, on: date) -> list[OfferedDay]:
    """Return the days a step can be moved to with one tap."""
    return offered(step.due_on, on, context["request"].organisation.region)
