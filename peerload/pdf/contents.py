"""
The content of a PDF. Points and FTE are exact numbers; words are as on screen.

PDFs leave peerload, so no text here names a person supported. A line has their reference at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class PrintedLine:
    """Points for one thing on the record's day, from ``since`` through ``until``; ``None``: while it lasts."""

    label: str
    points: Decimal
    since: date | None = None
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PrintedElement:
    """An element of a total with its lines."""

    label: str
    points: Decimal
    lines: Sequence[PrintedLine] = ()


@dataclass(frozen=True, kw_only=True)
class PrintedCorrection:
    """How an earlier month would differ by today's facts, and why (R43)."""

    month: date
    points: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class PrintedTier:
    """People in a tier of support against the caseload boundary; ``None``: not known."""

    label: str
    people: int
    boundary: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that will be done because a worker is over the limit; on a team's report with the worker's name."""

    what: str
    owner: str
    due_on: date
    done_on: date | None = None
    worker: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """
    One side of the signature block.

    :param side: the side they agree for: worker or manager
    :param at: the local time of their agreement; ``None`` leaves a line to sign on
    :param total: the points they agreed to
    :param words: shown instead of a time where a side did not agree
    """

    side: str
    name: str
    at: datetime | None = None
    total: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordNote:
    """Words of a record under a heading of their own: the manager's note, what was assumed, both figures, the decision."""

    heading: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """
    A worker's month.

    :param month: its first day
    :param status: where the record is: draft, submitted, agreed ...
    :param as_at: the day the figures describe
    :param band: room, little room or over; empty where mark and limit are not known
    :param elements: none where only a total was brought in
    :param adjustments: corrections of months kept before, beside the total
    :param decided: which figure another manager decided, as a sentence; the total is that figure
    :param flag: what the month asks for, as a sentence
    :param away: as a sentence, where the worker was away on that day
    :param enough: the answer to: enough, too much or too little to do?
    :param printed_by: who printed it, on ``printed_on``
    """

    service: str
    team: str
    worker: str
    month: date
    status: str
    as_at: date
    total: Decimal
    mark: Decimal | None = None
    limit: Decimal | None = None
    band: str = ""
    fte: Decimal | None = None
    scheme: str = ""
    elements: Sequence[PrintedElement] = ()
    subtotal: Decimal | None = None
    weight: Decimal | None = None
    decided: str = ""
    adjustments: Sequence[PrintedCorrection] = ()
    peak: Decimal | None = None
    peak_on: date | None = None
    flag: str = ""
    mix: Sequence[PrintedTier] = ()
    away: str = ""
    supervision_held_on: date | None = None
    next_supervision_on: date | None = None
    comment: str = ""
    enough: str = ""
    would_help: str = ""
    reason: str = ""
    causes: str = ""
    notes: Sequence[RecordNote] = ()
    actions: Sequence[Action] = ()
    agreements: Sequence[Signature] = ()
    printed_on: date
    printed_by: str


@dataclass(frozen=True, kw_only=True)
class PrintedWorker:
    """
    A worker in a team's report; elements are ``None`` where only a total was brought in.

    :param decided: by how much the total differs from its elements, where another manager decided it
    """

    worker: str
    total: Decimal
    fte: Decimal | None = None
    stable: Decimal | None = None
    extras: Decimal | None = None
    cases: Decimal | None = None
    weight: Decimal | None = None
    decided: Decimal | None = None
    limit: Decimal | None = None
    band: str = ""
    state: str
    supervision_held_on: date | None = None
    next_supervision_on: date | None = None
    away: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What a report lacks, and who must act."""

    what: str
    who: str


@dataclass(frozen=True, kw_only=True)
class OverReason:
    """Why a worker is over the limit, as written in their record."""

    worker: str
    words: str


@dataclass(frozen=True, kw_only=True)
class PrintedReport:
    """
    A team's month.

    :param month: its first day
    :param due_on: the 15th of the month after
    :param sent_at: the local time it was sent; ``None`` leaves a line for the sender to sign on
    :param sent_by: who sent it, or has to send it
    :param rows: in order of name
    :param percent: points of the limit, rounded as on screen
    """

    service: str
    team: str
    month: date
    due_on: date
    sent_by: str
    sent_at: datetime | None = None
    note: str = ""
    rows: Sequence[PrintedWorker] = ()
    reasons: Sequence[OverReason] = ()
    assumptions: Sequence[OverReason] = ()
    fte: Decimal
    points: Decimal
    limit: Decimal
    percent: Decimal | None = None
    missing: Sequence[Missing] = ()
    actions: Sequence[Action] = ()
    printed_on: date
    printed_by: str


@dataclass(frozen=True, kw_only=True)
class GuideRow:
    """An item of a guide with the answers of both sides; "" where a side has none."""

    text: str
    answers: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class GuideSection:
    """A section of a guide: its items, and the comments about the whole of it."""

    title: str
    rows: Sequence[GuideRow] = ()
    comments: Sequence[RecordNote] = ()


@dataclass(frozen=True, kw_only=True)
class PrintedSignature:
    """Who signed for a side, and the day in words."""

    side: str
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class PrintedGuide:
    """
    A signed guide about a worker's work, or about the organisation: without a worker.

    :param version: of the template it was filled in on
    :param sides: who takes part, as the columns of answers are headed
    """

    service: str
    title: str
    worker: str
    begun_on: date
    period_from: date | None = None
    period_until: date | None = None
    source: str = ""
    version: int
    sides: Sequence[str]
    sections: Sequence[GuideSection] = ()
    signatures: Sequence[PrintedSignature] = ()
    printed_on: date
    printed_by: str
