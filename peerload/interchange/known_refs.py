"""Refs of people, as the service writes them: what differs by case, spaces, signs or a lost zero is asked about. Pure."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from peerload.core.folding import fold_code

from .cell_text import shown
from .parse import Read, ReadTable, SheetRow, refuse_twice
from .rows import PackedValues


def with_refs_as_known(read: Read, known: Collection[str]) -> Read:
    """
    Return a file with refs as stored, where the answer is that they mean the same; and the questions about them.

    :param known: the refs of the service that are stored
    """
    people = read.tables.get("people")
    rows_of_people = (*people.rows, *people.refused) if people else ()
    stored = set(known)
    spelled: dict[str, str] = {}
    for ref in filter(None, (*known, *(row.values["ref"] for row in rows_of_people))):
        spelled.setdefault(fold_code(ref), ref)
    with_zeros = {ref.lstrip("0"): ref for ref in sorted(stored) if ref.startswith("0")}
    # the kind of question and the ref that may be meant, of all refs compared; nothing without a question
    right: dict[str, tuple[str, str] | None] = {}
    answers = {"codes": read.asked.answer("codes") == "same", "zeros": read.asked.answer("zeros") == "add"}
    for table in read.tables.values():
        names = _columns_of_refs(table)
        for rows in (table.rows, table.refused) if names else ():
            others: dict[int, SheetRow] = {}
            for index, row in enumerate(rows):
                for name in names:
                    ref = row.values[name]
                    if ref and ref not in right:
                        found = _meant_by(ref, stored, with_zeros, spelled)
                        right[ref] = found if found[1] != ref else None
                    if ref and right[ref]:
                        kind, meant = right[ref]
                        words = _("%(ref)s beside %(meant)s") if kind == "codes" else _("%(ref)s, perhaps %(meant)s")
                        says = words % {"ref": shown(ref), "meant": shown(meant)}
                        read.asked.add(kind, table.sheet.name, row.number, name, says)
                        if answers[kind]:
                            row = others[index] = row._replace(values=row.values | {name: meant})
            _put(others, rows)
        if names and any(answers.values()) and table.sheet.key:
            refuse_twice(table, read.faults)
    return read


def _put(others: dict[int, SheetRow], rows: list[SheetRow] | PackedValues) -> None:
    """Replace some rows by their index."""
    if isinstance(rows, list):
        for index, row in others.items():
            rows[index] = row
    elif others:
        rows.replace(others)


def _meant_by(ref: str, stored: Collection[str], with_zeros: Mapping[str, str], spelled: Mapping[str, str]) -> tuple:
    """Return the question about a ref, and the stored ref it may mean; without a question that is itself."""
    if ref in stored:
        return "codes", ref
    if ref in with_zeros:
        return "zeros", with_zeros[ref]
    return "codes", spelled.get(fold_code(ref), ref)


def _columns_of_refs(table: ReadTable) -> list[str]:
    """Return the columns of a table that hold the ref of a person."""
    names = ["ref"] if table.sheet.name == "people" else []
    names += [name for name, named in table.sheet.refers_anywhere.items() if named == "people"]
    return [name for name in names if name in table.given]
