"""Papers to print: a record and a report with everything on them, each part to be replaced by name."""

from datetime import date, datetime
from decimal import Decimal

from peerload import pdf


def a_guide(items=5, **parts) -> pdf.PrintedGuide:
    return pdf.PrintedGuide(
        **{
            "service": "Harbourside Peer Support",
            "title": "Organisational support survey",
            "worker": "Caro Vickers",
            "begun_on": date(2026, 11, 2),
            "source": "Practice note 7",
            "version": 3,
            "sides": ["worker", "manager"],
            "sections": [
                pdf.GuideSection(
                    title="Supervision",
                    rows=[
                        pdf.GuideRow(
                            text="I have supervision every month", answers=["yes", "often"], notes=["Note: booked"]
                        ),
                        *(pdf.GuideRow(text=f"Item {n} of the list", answers=["yes", ""]) for n in range(items)),
                    ],
                    comments=[pdf.RecordNote(heading="Comment (worker)", words="Supervision keeps me going.")],
                )
            ],
            "signatures": [pdf.PrintedSignature(side="worker", name="Caro Vickers", words="6 November 2026")],
            "printed_on": date(2026, 11, 9),
            "printed_by": "Ana Whitford",
            **parts,
        }
    )


def a_record(**parts) -> pdf.Record:
    return pdf.Record(
        **{
            "service": "Harbourside Peer Support",
            "team": "Harbourside",
            "worker": "Caro Vickers",
            "month": date(2026, 10, 1),
            "status": "submitted",
            "as_at": date(2026, 10, 31),
            "total": Decimal("108.00"),
            "mark": Decimal(85),
            "limit": Decimal(100),
            "band": "over",
            "fte": Decimal("1.000"),
            "scheme": "Peer service, version 3",
            "elements": [
                element("Stable element", 15, line("Base for every peer worker", 15)),
                element("Extra responsibilities", 10, line("Group work", 5), line("Mentoring", 5)),
                element("Cases", 74, *cases(37)),
            ],
            "subtotal": Decimal(99),
            "weight": Decimal(9),
            "adjustments": [],
            "peak": Decimal(110),
            "peak_on": date(2026, 10, 26),
            "flag": "A review with actions: 103 in September, then 108.",
            "mix": [pdf.PrintedTier(label="high", people=7, boundary=Decimal(5))],
            "supervision_held_on": date(2026, 10, 29),
            "next_supervision_on": date(2026, 11, 12),
            "comment": "The Thursday group is what keeps me going.",
            "enough": "Too much",
            "would_help": "Somebody to share the group with",
            "reason": "Two people moved to high-intensity support.",
            "causes": "Four new people in one month.",
            "actions": [
                pdf.Action(what="No new people", owner="Ana Whitford", due_on=date(2026, 12, 7)),
                pdf.Action(
                    what="Share the group", owner="Caro Vickers", due_on=date(2026, 11, 5), done_on=date(2026, 11, 4)
                ),
            ],
            "agreements": [
                pdf.Signature(side="worker", name="Caro Vickers", at=datetime(2026, 11, 6, 16, 12), total=Decimal(108)),
                pdf.Signature(side="manager", name="Ana Whitford"),
            ],
            "printed_on": date(2026, 11, 9),
            "printed_by": "Ana Whitford",
            **parts,
        }
    )


def element(label: str, points: int, *lines) -> pdf.PrintedElement:
    return pdf.PrintedElement(label=label, points=Decimal(points), lines=lines)


def line(label: str, points: int, **more) -> pdf.PrintedLine:
    return pdf.PrintedLine(label=label, points=Decimal(points), since=date(2026, 2, 2), **more)


def cases(count: int) -> list[pdf.PrintedLine]:
    return [line(f"A case: P{n:04}", 2, until=date(2026, 11, 19), reason="the window ends") for n in range(count)]


def a_team_report(*, workers: int = 3, **parts) -> pdf.PrintedReport:
    return pdf.PrintedReport(
        **{
            "service": "Harbourside Peer Support",
            "team": "Harbourside",
            "month": date(2026, 10, 1),
            "due_on": date(2026, 11, 15),
            "sent_by": "Ana Whitford",
            "note": "October was heavy: Hana was away.",
            "rows": [row(f"Worker {n:03}") for n in range(workers)],
            "fte": Decimal("10.7"),
            "points": Decimal(935),
            "limit": Decimal(1070),
            "percent": Decimal("87.4"),
            "missing": [pdf.Missing(what="Record of Ema Halaholo", who="Ema submits it")],
            "actions": [
                pdf.Action(worker="Caro Vickers", what="No new people", owner="Ana Whitford", due_on=date(2026, 12, 7))
            ],
            "printed_on": date(2026, 11, 9),
            "printed_by": "Ana Whitford",
            **parts,
        }
    )


def row(worker: str, **more) -> pdf.PrintedWorker:
    known = {
        "fte": Decimal("0.800"),
        "stable": Decimal(15),
        "extras": Decimal(5),
        "cases": Decimal("44.5"),
        "weight": Decimal(6),
        "total": Decimal("70.5"),
        "limit": Decimal(80),
        "band": "little room",
        "state": "agreed",
        "supervision_held_on": date(2026, 10, 28),
        "next_supervision_on": date(2026, 11, 25),
    }
    return pdf.PrintedWorker(worker=worker, **{**known, **more})
