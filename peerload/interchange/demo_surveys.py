"""Two surveys of the demo service, last year's and this one's, closed with enough answers to be shown."""

from datetime import date, timedelta

from peerload.guides.surveys import actions
from peerload.guides.surveys.models import SurveyAsked
from peerload.staff.models import Member, Organisation

WEEK = timedelta(weeks=1)
USUAL = [1, 0, 1, 2, 1, 3, 2, 4, 1, 3]  # the place of an answer: more agree than not


def ask_about_the_workplace(organisation: Organisation, *, by: Member, today: date) -> None:
    """Ask everyone in the service, 57 weeks ago and four weeks ago, and close both after two weeks."""
    for weeks, shift in ((57, 2), (4, 1)):
        opens_on = today - weeks * WEEK
        found = actions.open_round(
            code="recovery_workplace",
            organisation=organisation,
            team=None,
            opens_on=opens_on,
            closes_on=opens_on + 2 * WEEK,
            by=by,
            today=opens_on,
        )
        codes = [choice.code for choice in found.content.choices]
        asked = SurveyAsked.objects.filter(round=found).select_related("round__edition", "round__organisation")
        for nth, row in enumerate(asked.order_by("member")):
            answers = {
                statement.key: codes[USUAL[(nth * 3 + place * shift) % len(USUAL)]]
                for place, statement in enumerate(found.content.statements)
            }
            actions.answer(asked=row, answers=answers, today=opens_on)
        actions.close(found=found, by=None, today=opens_on + 2 * WEEK)
