"""A signed guide as the content of a PDF."""

from datetime import date

from django.utils.translation import gettext as _

from peerload import pdf
from peerload.core.formats import format_day
from peerload.staff.models import Member

from . import queries, rules
from .enums import GuideSide
from .models import Guide


def guide(found: Guide, answers: rules.Answers, reader: Member, on: date) -> bytes:
    """Return a guide as PDF: items with the answers of both sides, comments, who signed and when."""
    content = found.content
    return pdf.guide(
        pdf.PrintedGuide(
            service=found.organisation.name,
            title=content.title,
            worker=found.about.name if found.about else "",
            begun_on=found.begun_on,
            period_from=found.period_from,
            period_until=found.period_until,
            source=content.source,
            version=found.edition.number,
            sides=[str(GuideSide(side).label) for side in content.sides],
            sections=[*(_section(section, answers, content) for section in content.sections), *_steps(found)],
            signatures=[
                pdf.PrintedSignature(
                    side=str(GuideSide(each.side).label), name=each.member.name, words=format_day(each.signed_on)
                )
                for each in found.signatures.all()
            ],
            printed_on=on,
            printed_by=reader.name,
        )
    )


def _steps(found: Guide) -> list[pdf.GuideSection]:
    """Return the dated steps as a section: what, who and until when."""
    notes = [
        pdf.RecordNote(
            heading=_("%(owner)s, by %(day)s") % {"owner": each.step.owner.name, "day": format_day(each.step.due_on)},
            words=each.words,
        )
        for each in queries.steps_of(found)
    ]
    return [pdf.GuideSection(title=found.content.steps, comments=notes)] if notes else []


def _section(section: rules.ContentSection, answers: rules.Answers, content: rules.Content) -> pdf.GuideSection:
    rows = []
    for row in rules.side_by_side(section, answers, content.sides):
        by_side = {each.side: each for each in row.answers}
        values = [by_side[side].value if side in by_side else "" for side in content.sides]
        notes = [f"{row.item.note.label}: {each.note}" for each in row.answers if each.note and row.item.note]
        rows.append(pdf.GuideRow(text=row.item.text, answers=values, notes=notes))
    comments = [
        pdf.RecordNote(heading=f"{comment.label} ({GuideSide(comment.by).label})", words=written.comment)
        for comment in section.comments
        if (written := answers.get((section.key, comment.by), rules.NO_ANSWERS)).comment
    ]
    return pdf.GuideSection(title=section.title, rows=rows, comments=comments)
