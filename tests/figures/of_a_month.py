"""Reading figures of a month: the record and its files, the team's report and its files, PDFs, `report`."""

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
from django.urls import reverse
from pypdf import PdfReader

from workload.columns import MEANINGS

from .on_a_day import BAND_CODES, PARTS, TIER_WORDS, TIERS, cell, csv_rows, ledger, load, mix, of, page, plain, reported
from .on_a_day import sheet_rows as rows_of_sheet
from .said import Said
from .tree import BANDS, Element, band, day, number, numbers

NONE = "–"
REASON = "Two new people at once."  # of every record that is over its limit and has one


def slug(month: date) -> str:
    return f"{month:%Y-%m}"


def pdf_words(client, url: str, asked: dict | None = None) -> str:
    """Return the words of a PDF, with one blank between."""
    answer = client.get(url, asked or {})
    assert answer.status_code == 200, (url, asked)
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).replace("\u200b", "").split())


# A record ------------------------------------------------------------------------------------------------------------------


def record(client, said: Said, worker, month: date, last: date, place: str) -> None:
    """Keep what a worker's record says: its page, CSV, workbook and PDF."""
    _record_page(client, said, worker, month, last, place)
    _record_csv(client, said, worker, month, place)
    _record_workbook(client, said, worker, month, place)
    _record_pdf(client, said, worker, month, last, place)


def _url(worker, month: date, kind: str = "") -> str:
    return (
        reverse("record_export", args=[worker.uid, slug(month), kind])
        if kind
        else reverse("record", args=[worker.uid, slug(month)])
    )


def _record_page(client, said: Said, worker, month: date, last: date, place: str) -> None:
    root = page(client, _url(worker, month))
    figures = load(root.card("sum"))
    figures.pop("limit in the key", None)
    lines = root.card("lines")
    figures["fte"] = numbers(lines.one("span", "pl-soft").words)[0]
    if lines.all("table"):
        figures |= ledger(lines)
    figures.setdefault("decided", Decimal(0))
    hints = [each.words for each in root.card("sum").all("p", "pl-hint")]
    peak = next((each for each in hints if each.startswith("The highest total")), "")
    if peak:
        figures |= {"peak": numbers(peak)[0], "peak on": day(peak.partition("first reached on")[2], last)}
    corrections = [re.match(r"Correction for \w+ \d{4}: ([+-]?[\d.,]+?)\.(?!\d)", each) for each in hints]
    figures["correction"] = sum((number(each[1]) for each in corrections if each), Decimal(0))
    facts = _facts(root.card("facts"))
    post, supervision = facts["Post"], facts["Supervision"]
    figures["fte in the facts"] = numbers(post)[0]
    figures["supervision held"] = day(supervision, last) if supervision.startswith("held on") else None
    away = facts["Away"]
    figures["away since"] = None if away == "no" else day(away, last)
    figures["expected back"] = day(away.partition("expected back")[2], last)
    if figures.pop("fte in the facts") != figures["fte"]:
        figures["fte"] = f"{figures['fte']}, and {post} in the facts"
    people = root.card("mix")
    if people:
        figures |= mix(people.one("table", "pl-mix"))
    said.say(f"{place}: page", slug(month), worker.name, figures)


def _facts(card: Element) -> dict[str, str]:
    found = [each for each in card.one("dl", "pl-facts").walk() if each.tag in ("dt", "dd")]
    return {term.words: fact.words for term, fact in zip(found[::2], found[1::2], strict=True)}


def _record_csv(client, said: Said, worker, month: date, place: str) -> None:
    found = dict.fromkeys(("stable", "extras", "cases"), Decimal(0))
    names = {"Stable element": "stable", "Extra responsibilities": "extras", "Cases": "cases"}
    correction = Decimal(0)
    for row in csv_rows(client, _url(worker, month, "csv"), {}):
        if row["element"] == "Correction":
            correction += Decimal(row["points"])
        elif row["element"] in names:
            found[names[row["element"]]] += Decimal(row["points"])
    said.say(
        f"{place}: CSV", slug(month), worker.name, found | {"correction": correction, "subtotal": sum(found.values())}
    )


def _record_workbook(client, said: Said, worker, month: date, place: str) -> None:
    answer = client.get(_url(worker, month, "xlsx"))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    names = {str(meaning.heading): name for name, meaning in MEANINGS.items()}
    facts = {names.get(key, key): cell(value) for key, value in book["month"].iter_rows(values_only=True)}
    lines = [number(row[3]) for row in book["lines"].iter_rows(min_row=2, values_only=True) if row[3] is not None]
    said.say(f"{place}: workbook", slug(month), worker.name, {
        **{name: plain(facts.get(name)) for name in ("fte", *PARTS, "subtotal", "total", "mark", "limit", "peak")},
        "decided": facts.get("decided") or Decimal(0),
        "band": BAND_CODES[facts["band"]],
        "peak on": facts.get("peak_on"),
        "correction": facts.get("adjustment") or Decimal(0),
        "supervision held": facts.get("supervision_held_on"),
        "next supervision": facts.get("next_supervision_on"),
        **{tier: facts[tier] for tier in TIERS if tier in facts},
    })  # fmt: skip
    if lines:  # the last one is their sum
        said.say(f"{place}: lines of the workbook", slug(month), worker.name, {"subtotal": lines[-1]})
        said.say(f"{place}: added lines", slug(month), worker.name, {"subtotal": sum(lines[:-1], Decimal(0))})


N = r"[+-]?\d[\d,]*(?:\.\d+)?"


def _record_pdf(client, said: Said, worker, month: date, last: date, place: str) -> None:
    words = pdf_words(client, _url(worker, month, "pdf"))
    total, limit, state = re.search(rf"\. ({N}) of ({N}) points (room|little room|over)\b", words).groups()
    mark, fte = re.search(rf"Little room from ({N}), limit {N} at ({N}) FTE", words).groups()
    figures = {
        "total": number(total), "limit": number(limit), "band": BANDS[state], "mark": number(mark), "fte": number(fte),
    }  # fmt: skip
    peak = re.search(rf"The month’s peak ({N}), on (\d+ \w+ \d+)", words)
    if peak:
        figures |= {"peak": number(peak[1]), "peak on": day(peak[2], last)}
    why = rf"(?:The record has {N} points. The facts now give|{N} points were kept; with what another manager decided it is)"
    corrections = re.findall(rf"beside the total (?:{why} {N} )?({N})", words)
    figures["correction"] = sum(map(number, corrections), Decimal(0))
    held = re.search(r"Supervision held on (\d+ \w+ \d+)", words)
    figures["supervision held"] = day(held[1], last) if held else None
    following = re.search(r"Next supervision (\d+ \w+ \d+)", words)
    figures["next supervision"] = day(following[1], last) if following else None
    table = words.partition("is made of")[2]
    if "Subtotal" in table:
        labels = {"Stable element": "stable", "Extra responsibilities": "extras", "Cases": "cases"}
        figures |= dict.fromkeys(labels.values(), Decimal(0))
        for label, name in labels.items():
            found = re.search(rf"\b{label} ({N})\b", table.partition("Subtotal")[0])
            if found:
                figures[name] = number(found[1])
        figures["subtotal"] = number(re.search(rf"Subtotal ({N})", table)[1])
        figures["weight"] = number(re.search(rf"Workload weight ({N})", table)[1])
    for label, tier in TIER_WORDS.items():
        found = re.search(rf"\b{label.capitalize()} (\d+) ({N}|{NONE})", words.partition("People supported")[2])
        if found:
            figures[tier] = number(found[1])
            if found[2] != NONE:
                figures[f"boundary {tier}"] = number(found[2])
    said.say(f"{place}: PDF", slug(month), worker.name, figures)


# A team's month ------------------------------------------------------------------------------------------------------------


def team_month(client, said: Said, team, month: date, last: date, place: str) -> list[str]:
    """Keep what a team's month says: its page, CSV, workbook and PDF. Return the names of its workers."""
    asked = {"team": team.pk, "month": slug(month)}
    root = page(client, reverse("team_month"), asked)
    card = root.card("rows")
    if card is None:
        return []
    table, names = card.one("table"), []
    for row in table.one("tbody").all("tr"):
        name = row.one("a", "pl-table__name").words
        names.append(name)
        said.say(f"{place}: page", slug(month), name, _month_row(row, last))
    _team_sums(said, root, table, team, month, place, len(names))
    for row in csv_rows(client, reverse("team_month_export", args=["csv"]), asked):
        said.say(f"{place}: CSV", slug(month), row["worker"], _month_figures(row))
    rows, sums = rows_of_sheet(client, reverse("team_month_export", args=["xlsx"]), asked, "workers")
    for row in rows:
        said.say(f"{place}: workbook", slug(month), row["worker"], _month_figures(row))
    said.say(f"{place}: workbook", slug(month), team.name, {
        "fte": cell(sums["fte"]), "points": cell(sums["total"]), "limit": cell(sums["limit"]),
    })  # fmt: skip
    _team_pdf(client, said, team, names, asked, place)
    return names


def _month_row(row: Element, last: date) -> dict:
    cells = row.all("td")
    total = cells[1].one("span", "pl-team__sum").words
    held, limit = of(total)
    figures = {
        "fte": numbers(row.one("th").one("span", "pl-sub").words)[0],
        "total": held,
        "limit": limit,
        "band": band(total),
        "record": cells[2].one("span").words,
        "decided": Decimal(0),
        "correction": Decimal(0),
    }
    parts = cells[0].all("span", "pl-parts")
    if parts:
        figures |= dict.fromkeys(PARTS, Decimal(0))
        names = {"stable": "stable", "extra": "extras", "cases": "cases", "weight": "weight"}
        for each in filter(None, parts[0].words.casefold().split(", ")):
            word, __, points = each.rpartition(" ")
            figures[names[word]] = number(points)
    flag = "none"
    for each in cells[1].all("span", "pl-sub"):
        if "decided by another manager" in each.words:
            figures["decided"] = numbers(each.words)[0]
        elif each.words.startswith("corrects earlier months by"):
            figures["correction"] = number(each.words.rpartition(" ")[2])
        elif each.words.startswith("several months"):
            flag = "review"
        elif each.words.startswith("one month"):
            flag = "reason"
    held_on = cells[3].one("span").words
    return figures | {"flag": flag, "supervision held": day(held_on, last) if held_on.startswith("yes") else None}


def _month_figures(row: dict) -> dict:
    found = {name: plain(cell(row[name])) for name in ("fte", *PARTS, "total", "mark", "limit", "peak")}
    said, flag = str(row["band"]), str(row["flag"])
    flags = {"nothing": "none", "a reason": "reason", "a workload review with actions": "review"}
    return found | {
        "band": BAND_CODES.get(said, said),
        "decided": cell(row["decided"]) or Decimal(0),
        "correction": cell(row["adjustment"]) or Decimal(0),
        "flag": flags.get(flag, flag),
        "record": row["record"],
        "peak on": cell(row["peak_on"]),
        "supervision held": cell(row["supervision_held_on"]),
        "next supervision": cell(row["next_supervision_on"]),
        "away since": cell(row["away_since"]),
        "expected back": cell(row["expected_back"]),
    }


def _team_sums(said: Said, root: Element, table: Element, team, month: date, place: str, workers: int) -> None:
    cells = table.one("tfoot").one("tr").all("td")
    points, limit = of(cells[1].one("b").words)
    percent = numbers(cells[1].words.partition(" of ")[2])[1:]
    agreed, workers_said = of(cells[2].words)
    supervised, __ = of(cells[3].words)
    figures = {
        "fte": numbers(table.one("tfoot").one("th").one("span", "pl-sub").words)[0], "points": points, "limit": limit,
        "percent": percent[0] if percent else None, "agreed": agreed, "supervised": supervised, "workers": workers_said,
    }  # fmt: skip
    said.say(f"{place}: page", slug(month), team.name, figures)
    tiles = [of(each.one("b").words) for each in root.one("ul", "pl-tiles").all("div", "pl-tile")]
    held = numbers(root.one("ul", "pl-tiles").one("span", "pl-tile__w").words)
    said.say(f"{place}: numbers", slug(month), team.name, {
        "points": tiles[0][0], "limit": tiles[0][1], "percent": held[0] if held else None, "over_limit": tiles[1][0],
        "workers": Decimal(workers), "agreed": tiles[2][0], "supervised": tiles[3][0],
    })  # fmt: skip


def _team_pdf(client, said: Said, team, names: list[str], asked: dict, place: str) -> None:
    words = pdf_words(client, reverse("team_month_export", args=["pdf"]), asked)
    held, limit, rest = re.search(rf" ({N}) of ({N}) points, (.*?) FTE", words).groups()
    said.say(f"{place}: PDF", asked["month"], team.name, {
        "points": number(held), "limit": number(limit), "fte": numbers(rest)[-1],
        "percent": numbers(rest)[0] if "%" in rest else None,
    })  # fmt: skip
    table = words.partition("Who carried what")[2]
    sums = re.search(rf"Team ({N}) ({N}) ({N}) ", table)
    if sums:
        figures = dict(zip(("fte", "points", "limit"), map(number, sums.groups()), strict=True))
        said.say(f"{place}: sums of the PDF", asked["month"], team.name, figures)
    figure = rf"({N}|{NONE})"
    for name in names:
        found = re.search(
            rf"{name} {' '.join([figure] * 6)}((?: [+-][\d.,]+ decided)?) {figure} (room|little room|over)\b", table
        )
        assert found, (name, table[:900])
        fte, stable, extras, cases, weight, total, decided, limit, state = found.groups()
        numbered = {
            "fte": fte,
            "stable": stable,
            "extras": extras,
            "cases": cases,
            "weight": weight,
            "total": total,
            "limit": limit,
        }
        said.say(f"{place}: PDF", asked["month"], name, {
            **{key: None if value == NONE else number(value) for key, value in numbered.items()},
            "decided": numbers(decided)[0] if decided else Decimal(0),
            "band": BANDS[state],
            "reason": f"{name} {REASON}" in table,
        })  # fmt: skip


# The service manager -------------------------------------------------------------------------------------------------------


def teams_month(client, said: Said, month: date) -> None:
    """Keep what the service manager's page of a month says of the reports that were sent, and its files."""
    root = page(client, reverse("team_month"), {"month": slug(month)})
    card = root.card("rows")
    for row in card.all("tr", where=lambda each: bool(each.all("td"))) if card else ():
        cells = [each.words for each in row.all("td")]
        name = row.all("a", "pl-table__name")
        if not name or not cells[1]:
            continue
        points, limit = of(cells[1])
        percent = numbers(cells[1].partition(" of ")[2])[1:]
        (over, workers), (agreed, __), (supervised, __) = of(cells[2]), of(cells[3]), of(cells[4])
        said.say("reports of a month", slug(month), name[0].words, {
            "points": points, "limit": limit, "percent": percent[0] if percent else None, "over_limit": over,
            "workers": workers, "agreed": agreed, "supervised": supervised,
            "fte": numbers(row.one("th").one("span", "pl-sub").words)[-1],
        })  # fmt: skip
    asked = {"month": slug(month)}
    for row in csv_rows(client, reverse("team_month_export", args=["csv"]), asked | {"by": "team"}):
        if row["sent_on"]:
            said.say("reports CSV by team", slug(month), row["team"], {
                **{name: plain(cell(row[name])) for name in ("workers", "fte", "points", "limit", "percent")},
                **{name: plain(cell(row[name])) for name in ("agreed", "supervised")},
                "over_limit": cell(row["over"]),
            })  # fmt: skip
    for row in csv_rows(client, reverse("team_month_export", args=["csv"]), asked):
        said.say("reports CSV by worker", slug(month), row["worker"], _month_figures(row))
        said.say("reports CSV by worker", slug(month), row["worker"], {"reason": row["reason"] == REASON})


def points_sent(client, said: Said, worker, month: date) -> None:
    """Keep what the service manager reads of a worker's points in a report that was sent."""
    root = page(client, reverse("points_sent", args=[worker.uid, slug(month)]))
    figures = load(root.card("sum"))
    figures.pop("limit in the key", None)
    figures["fte"] = numbers(root.card("sum").one("p", "pl-load").all("span", "pl-soft")[-1].words)[0]
    if root.card("kinds").all("table"):
        figures |= ledger(root.card("kinds"))
    said.say("points sent", slug(month), worker.name, figures)


def by_month(client, said: Said, team, reader: str) -> None:
    """Keep what a team's twelve months say, on the page and in both files."""
    url, asked = reverse("team_months"), {"team": team.pk}
    root = page(client, url, asked)
    card = root.card("list")
    for row in card.all("li") if card else ():
        month = f"{day('1 ' + row.one('a').words, date(2026, 1, 1)):%Y-%m}"
        words = row.one("span", "pl-sub").words
        (points, limit), rest = of(words), numbers(words)
        said.say(f"month by month of the {reader}", month, team.name, {
            "points": points, "limit": limit, "workers": rest[2], "over_limit": rest[3],
            "is sent": words.endswith("; sent"),
        })  # fmt: skip
    for row in csv_rows(client, reverse("team_months_export", args=["csv"]), asked):
        if row["points"]:
            found = {name: plain(cell(row[name])) for name in ("points", "limit", "workers", "percent", "supervised")}
            said.say(
                f"month by month of the {reader}: CSV",
                row["month"],
                team.name,
                found | {"over_limit": cell(row["over"])},
            )


# `report` ------------------------------------------------------------------------------------------------------------------


def report_of_a_month(code: str, month: date) -> dict[str, dict]:
    """Return what `report month` says of each worker, by email."""
    return {row["worker"]: row for row in reported("month", code, month=slug(month))["workers"]}
