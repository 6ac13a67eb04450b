"""Reading figures of a day: the team page and its files, a worker's points, the service manager's pages, `report`."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
from django.core.management import call_command
from django.urls import reverse

from workload.columns import MEANINGS

from .said import Said
from .tree import Element, band, day, number, numbers, read

TIERS = ("high", "medium", "group", "parked")
PARTS = ("stable", "extras", "cases", "weight")
PART_WORDS = {"stable": "stable", "extra": "extras", "cases": "cases", "weight": "weight"}
TIER_WORDS = {"high": "high", "medium": "medium", "group": "group", "keeping in touch": "parked"}
BAND_CODES = {"room": "room", "little room": "limited", "over": "over"}


def page(client, url: str, asked: dict | None = None) -> Element:
    answer = client.get(url, asked or {})
    assert answer.status_code == 200, (url, asked, answer.status_code)
    return read(answer.content.decode())


def of(words: str) -> tuple[Decimal, Decimal]:
    """Return both numbers of "12 of 100"."""
    found = numbers(words.split(" of ")[0]) + numbers(words.split(" of ")[1])
    return found[0], found[1]


# Files ---------------------------------------------------------------------------------------------------------------------


def csv_rows(client, url: str, asked: dict) -> list[dict[str, str]]:
    answer = client.get(url, asked)
    assert answer.status_code == 200, (url, asked)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sheet_rows(client, url: str, asked: dict, sheet: str) -> tuple[list[dict], dict]:
    """Return the rows of a sheet by the names of their columns, and its row of sums, as a spreadsheet shows them."""
    answer = client.get(url, asked)
    assert answer.status_code == 200, (url, asked)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)[sheet].iter_rows(values_only=True))
    names = {str(meaning.heading): name for name, meaning in MEANINGS.items() if not name.endswith("is_made_before")}
    header = [names[each] for each in rows[0]]
    found = [dict(zip(header, row, strict=True)) for row in rows[1:]]
    return found[:-1], found[-1]


def cell(value: object) -> Decimal | date | str | None:
    """Return what a cell of CSV or a workbook says: a number, a day, words, or nothing."""
    if value is None or value == "":
        return None
    if hasattr(value, "date"):
        return value.date()
    if isinstance(value, int | float):
        return Decimal(str(round(value, 6)))
    text = str(value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize() + 0


WORKER_FIGURES = ("fte", *PARTS, "subtotal", "total", "mark", "limit", *TIERS, "people", "boundary")


def worker_figures(row: dict) -> dict:
    """Return a worker's figures out of a row of the team's file."""
    found = {name: plain(cell(row[name])) for name in WORKER_FIGURES}
    said = str(row["band"])
    away = cell(row["away"])
    return found | {
        "band": BAND_CODES.get(said, said),
        "overdue": plain(cell(row["contacts_over_7_days"])),
        "away": away and away.casefold(),
    }


def team_figures(row: dict) -> dict:
    """Return a team's figures out of its row of sums."""
    return {
        "fte": plain(cell(row["fte"])),
        "points": plain(cell(row["total"])),
        "limit": plain(cell(row["limit"])),
        **{name: plain(cell(row[name])) for name in (*TIERS, "people", "boundary")},
        "overdue": plain(cell(row["contacts_over_7_days"])),
        "away": plain(cell(row["away"])),
    }


# The team page -------------------------------------------------------------------------------------------------------------


def team_page(client, said: Said, team, on: date, sort: str) -> list[tuple[str, str]]:
    """Keep what the team page says in one order; return each worker's name with the address of their points."""
    root = page(client, reverse("team"), {"team": team.pk, "on": on.isoformat(), "sort": sort})
    place, found = f"team page by {sort}", []
    card = root.card("load")
    table = card.all("table", "pl-crew")
    if not table:
        return []
    ordered = []
    for row in table[0].one("tbody").all("tr"):
        name = row.one("a", "pl-table__name")
        figures = _crew_row(row, on)
        said.say(place, on, name.words, figures)
        found.append((name.words, name.attributes["href"]))
        ordered.append(figures)
    _in_order(ordered, [name for name, __ in found], sort)
    cells = table[0].one("tfoot").one("tr").inside
    head, percent, points, people, __, away, overdue, __ = [each for each in cells if isinstance(each, Element)]
    held, limit = of(points.words)
    supported, boundary = of(people.words)
    said.say(place, on, team.name, {
        "fte": number(numbers(head.one("span", "pl-sub").words)[0]), "points": held, "limit": limit,
        "percent": numbers(percent.words)[0] if percent.words else None, "people": supported, "boundary": boundary,
        "overdue": numbers(overdue.words)[0], "away": numbers(away.words)[0], "workers": Decimal(len(found)),
        "over_limit": Decimal(sum(each["band"] == "over" for each in ordered)),
    })  # fmt: skip
    said.say(f"{place}: people", on, team.name, mix(root.card("people").one("table", "pl-mix")))
    return found


def _crew_row(row: Element, on: date) -> dict:
    post = row.one("th").one("span", "pl-sub").words
    total = row.one("td", "pl-crew__total").words
    held, limit = of(total)
    people, boundary = of(row.one("td", "pl-crew__mix").one("span").words)
    over = row.one("td", "pl-crew__over").words
    cells = row.all("td")
    next_on, away = cells[3].words, cells[4].words
    limit_line, *details = [each.words for each in row.one("details").all("li")]
    assert _left(limit_line) == limit - held, limit_line
    parts, by_tier, late = details[0], details[1], details[2]
    if "keeping in touch" not in by_tier:  # a worker without points has no parts
        parts, by_tier, late = "", details[0], details[1]
    supervision = next(each for each in details if "upervision" in each)
    absence = next((each for each in details if each.startswith("Away since")), "")
    figures = {
        "fte": numbers(post.replace("counted as ", ""))[0] if numbers(post) else None,
        "total": held,
        "limit": limit,
        "band": band(total),
        "people": people,
        "boundary": boundary,
        "overdue": numbers(over)[0] if over else Decimal(0),
        "overdue in words": Decimal(0) if late.startswith("No contact") else numbers(late)[0],
        "is away": bool(away),
        "next supervision": day(next_on, on),
        "last supervision": day(supervision.partition("Last supervision: ")[2], on),
        "away since": day(absence, on),
    }
    figures |= dict.fromkeys(PARTS, Decimal(0))
    for each in filter(None, parts.casefold().split(", ")):
        word, __, points = each.rpartition(" ")
        figures[PART_WORDS[word]] = number(points)
    for each in by_tier.split(", "):
        tier = next(code for words, code in TIER_WORDS.items() if each.startswith(words))
        figures[tier], figures[f"boundary {tier}"] = of(each)
    return figures | {"overdue": figures["overdue"], "away": absence.partition(": ")[2].partition(".")[0] or None}


def _left(words: str) -> Decimal:
    """Return how many points are left until the limit, less than none where it is passed."""
    points = numbers(words)[0] if numbers(words) else Decimal(0)
    return -points if "over" in words else points


def _in_order(rows: list[dict], names: list[str], sort: str) -> None:
    """Ask that rows stand in the order chosen, and of the same figure in order of name."""
    keys = {
        "name": lambda row: 0,
        "total": lambda row: -row["total"],
        "room": lambda row: row["limit"] - row["total"],
        "overdue": lambda row: -row["overdue"],
    }
    wanted = sorted(zip(rows, names, strict=True), key=lambda each: (keys[sort](each[0]), each[1]))
    assert names == [name for __, name in wanted], sort


def mix(table: Element) -> dict:
    """Return people by kind of support, and the boundary of each, of the bars of a page."""
    found = {}
    for row in table.one("tbody").all("tr"):
        label = row.one("th").words.casefold()
        people, boundary = of(row.all("td")[-1].words)
        names = ("people", "boundary") if label == "total" else (TIER_WORDS[label], f"boundary {TIER_WORDS[label]}")
        found |= dict(zip(names, (people, boundary), strict=True))
    return found


def team_files(client, said: Said, team, on: date) -> None:
    """Keep what the team's CSV and workbook say."""
    asked = {"team": team.pk, "on": on.isoformat()}
    for row in csv_rows(client, reverse("team_export", args=["csv"]), asked):
        said.say("team CSV", on, row["worker"], worker_figures(row))
    rows, sums = sheet_rows(client, reverse("team_export", args=["xlsx"]), asked, "workers")
    for row in rows:
        said.say("team workbook", on, row["worker"], worker_figures(row))
    if rows:
        said.say("team workbook", on, team.name, team_figures(sums))


# Several teams -------------------------------------------------------------------------------------------------------------


def all_teams(client, said: Said, on: date, place: str) -> None:
    """Keep what a page with a row a team says: that of a manager of several, or the service manager's."""
    root = page(client, reverse("team"), {} if place == "every team" else {"on": on.isoformat()})
    for row in root.one("table", "pl-teams").all("tr", where=lambda each: bool(each.all("td"))):
        cells = [each.words for each in row.all("td")]
        head = row.one("th")
        name = head.all("a", "pl-table__name") or head.all("b")
        label = name[0].words if name else "whole"
        workers, fte = numbers(head.one("span", "pl-sub").words)[:2]
        points, limit = of(cells[1])
        percent = numbers(cells[1].partition(" of ")[2])[1:]
        people, boundary = of(cells[3])
        whose = label if name else f"{place}: whole"
        said.say(place, on, whose, {
            "workers": workers, "fte": fte, "points": points, "limit": limit,
            "percent": percent[0] if percent else None, "over_limit": number(cells[2]), "people": people,
            "boundary": boundary, "overdue": number(cells[4]), "away": number(cells[5]),
        })  # fmt: skip


def carried(client, said: Said, on: date) -> None:
    """Keep what the service manager's page of what the teams carry says, and its files."""
    root = page(client, reverse("team"), {"on": on.isoformat()})
    for row in root.card("load").one("table").all("tr", where=lambda each: bool(each.all("td"))):
        cells = [each.words for each in row.all("td")]
        head = row.one("th")
        name = head.all("a", "pl-table__name") or head.all("b")
        whose = name[0].words if name else "service"
        workers, fte = numbers(head.one("span", "pl-sub").words)[:2]
        points, limit = of(cells[0])
        percent = numbers(cells[0].partition(" of ")[2])[1:]
        over, of_workers = of(cells[1])
        assert of_workers == workers
        said.say("what teams carry", on, whose, {
            "workers": workers, "fte": fte, "points": points, "limit": limit, "over_limit": over,
            "percent": percent[0] if percent else None, "away": number(cells[2]),
        })  # fmt: skip
    asked = {"on": on.isoformat()}
    files = {
        "teams CSV": csv_rows(client, reverse("team_export", args=["csv"]), asked),
        "teams workbook": sheet_rows(client, reverse("team_export", args=["xlsx"]), asked, "teams")[0],
    }
    for place, rows in files.items():
        for row in rows:
            found = {
                name: plain(cell(row[name])) for name in (*TIERS, "people", "boundary", "workers", "fte", "points")
            }
            percent = cell(row["percent"])
            if percent is not None and place == "teams workbook":
                percent = percent * 100
            said.say(place, on, row["team"], found | {
                "limit": plain(cell(row["limit"])), "percent": plain(percent), "over_limit": plain(cell(row["over"])),
                "overdue": plain(cell(row["contacts_over_7_days"])), "away": plain(cell(row["away"])),
            })  # fmt: skip


def team_seen(client, said: Said, team, on: date) -> None:
    """Keep what the service manager's page of one team says."""
    root = page(client, reverse("team"), {"team": team.pk, "on": on.isoformat()})
    tiles = [each.one("b").words for each in root.one("ul", "pl-tiles").all("div", "pl-tile")]
    words = root.one("ul", "pl-tiles").one("span", "pl-tile__w").words
    points, limit = of(tiles[0])
    over, workers = of(tiles[1])
    people, boundary = of(tiles[2])
    percent = numbers(words)
    said.say("team as the service manager sees it", on, team.name, {
        "points": points, "limit": limit, "percent": percent[0] if percent else None, "over_limit": over,
        "workers": workers, "people": people, "boundary": boundary, "overdue": number(tiles[3]),
    })  # fmt: skip
    said.say("people as the service manager sees them", on, team.name, mix(root.card("people").one("table", "pl-mix")))


# A worker's points ---------------------------------------------------------------------------------------------------------


def points_page(client, said: Said, url: str, name: str, on: date, place: str) -> None:
    """Keep what the page of a worker's points says."""
    root = page(client, url, {"on": on.isoformat()})
    card = root.card("total")
    if card is None:
        said.say(place, on, name, {"total": None})
        return
    figures = load(card)
    post = card.one("p", "pl-hint").words
    figures["fte"] = numbers(post)[0] if post.startswith("The post") else Decimal(1)
    figures |= ledger(root.card("lines"))
    said.say(place, on, name, figures)


def load(card: Element) -> dict:
    """Return total, limit, band, mark and parts of a card with the bar and its key."""
    line = card.one("p", "pl-load")
    total, limit = number(line.one("b").words), numbers(line.one("span").words)[0]
    figures = {"total": total, "limit": limit, "band": band(line.one("span", "pl-chip").words)}
    for each in card.one("ul", "pl-legend").all("li"):
        words = each.words
        if words.startswith("little room from "):
            figures["mark"] = numbers(words)[0]
        elif words.startswith("limit "):
            figures["limit in the key"] = figures["limit"]
            assert numbers(words)[0] == limit
        else:
            points, __, word = words.partition(" ")
            figures[PART_WORDS[word]] = number(points)
    return figures


ELEMENT_WORDS = {"Stable element": "stable", "Extra responsibilities": "extras", "Cases": "cases"}


def ledger(card: Element) -> dict:
    """Return subtotal and weight of a ledger, whose lines add up to its elements, and those to its subtotal."""
    found = {}
    for body in card.all("tbody"):
        label, points = (
            body.one("tr", "pl-table__group").one("th").words,
            body.one("tr", "pl-table__group").one("td").words,
        )
        found[ELEMENT_WORDS[label]] = number(points)
    rows = [(row.one("th").words, number(row.all("td")[-1].words)) for row in card.one("tfoot").all("tr")]
    for words, points in rows:
        name = next((name for name in ("Subtotal", "Workload weight", "Total") if words.startswith(name)), "decided")
        found[{"Subtotal": "subtotal", "Workload weight": "weight", "Total": "total"}.get(name, name)] = points
    return dict.fromkeys(ELEMENT_WORDS.values(), Decimal(0)) | found


# `report` ------------------------------------------------------------------------------------------------------------------


def reported(name: str, code: str, **asked: str) -> dict:
    """Return what ``manage.py report`` prints."""
    out = io.StringIO()
    more = [part for key, value in asked.items() for part in (f"--{key}", value)]
    call_command("report", name, *more, "--organisation", code, stdout=out)
    return json.loads(out.getvalue())


def reports_of_a_day(said: Said, code: str, on: date, names: dict[str, str], asked_not: set[str]) -> None:
    """Keep what `report` says of a day: points, people by support, contacts overdue by a week, and who is away."""
    day_asked = on.isoformat()
    points = reported("points", code, on=day_asked)
    for row in points["workers"]:
        figures = ("fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit")
        found = {figure: Decimal(row[figure]) for figure in figures}
        said.say("report points", on, names[row["worker"]], found | {"band": row["band"]})
        lines = dict.fromkeys(("stable", "extras", "cases"), Decimal(0))
        for line in row["lines"]:
            lines[{"stable": "stable", "extra": "extras", "case": "cases"}[line["element"]]] += Decimal(line["points"])
        said.say("lines of report points", on, names[row["worker"]], lines)
    whole = points["total"]
    percent = None if whole["percent"] is None else Decimal(whole["percent"])
    said.say("report points", on, "service", {
        "points": Decimal(whole["points"]), "limit": Decimal(whole["limit"]), "percent": percent,
    })  # fmt: skip
    late = dict.fromkeys(names.values(), 0)
    for row in reported("parked", code, on=day_asked)["people"]:
        if row["worker"] in names and row["days_over"] and row["days_over"] >= 7 and row["ref"] not in asked_not:
            late[names[row["worker"]]] += 1
    caseload = reported("caseload", code, on=day_asked)
    for row in caseload["workers"]:
        found = {tier: Decimal(row[tier]) for tier in TIERS} | {
            f"boundary {tier}": Decimal(row["boundary"][tier]) for tier in TIERS
        }
        name = names[row["worker"]]
        said.say("report caseload", on, name, found | {
            "fte": Decimal(row["fte"]), "people": Decimal(row["total"]), "boundary": Decimal(row["boundary"]["total"]),
        })  # fmt: skip
        said.say("report parked", on, name, {"overdue": Decimal(late[name])})
    for row in caseload["teams"]:
        if row["team"] is None:
            continue
        said.say("report caseload", on, row["team"], {tier: Decimal(row[tier]) for tier in TIERS} | {
            "fte": Decimal(row["fte"]), "people": Decimal(row["total"]), "boundary": Decimal(row["boundary"]["total"]),
        })  # fmt: skip
    bands = {
        "under_2_weeks": "under two weeks",
        "2_to_8_weeks": "two to eight weeks",
        "over_8_weeks": "over eight weeks",
    }
    away = {names[row["worker"]]: row for row in reported("absences", code, on=day_asked)["workers"]}
    for row in caseload["workers"]:
        name = names[row["worker"]]
        found = away.get(name)
        said.say("report absences", on, name, {
            "is away": found is not None, "away": bands[found["band"]] if found else None,
            "away since": date.fromisoformat(found["from"]) if found else None,
        })  # fmt: skip
