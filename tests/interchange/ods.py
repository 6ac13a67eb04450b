"""OpenDocument spreadsheets as bytes, from rows or from XML of one's own."""

from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from .sheets import zipped

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def document(tables: str) -> bytes:
    """Return a spreadsheet whose tables are given as XML."""
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    xml = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}>{body}</office:document-content>'
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mime, "content.xml": xml.encode()})


def ods(sheets: dict[str, list[list]]) -> bytes:
    """Return a spreadsheet of rows; what begins with = is a formula that shows nothing but itself."""
    return document("".join(table(name, "".join(map(row, rows))) for name, rows in sheets.items()))


def table(name: str, rows: str) -> str:
    return f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"


def row(cells: list) -> str:
    return f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>"


def cell(value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, (date, datetime)):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    words = "".join(sign for sign in str(value) if sign >= " " or sign in "\t\n")
    formula = f" table:formula={quoteattr('of:' + words)}" if words.startswith("=") else ""
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in words.split("\n"))
    return f'<table:table-cell office:value-type="string"{formula}>{lines}</table:table-cell>'
