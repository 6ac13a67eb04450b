"""Compare a file with the stored service, row by row: new, changed or unchanged; rows not in the file stay. Pure."""

from collections.abc import Mapping, Sequence

from ..parse import Read
from ..rows import PackedValues
from ..sheets import SHEETS
from .empty_cells import date_wishes, fill_posts, fill_sessions, keep_ends
from .matching import find_alike, match_by_key, match_equal
from .names import CALLED, name_as_called, with_addresses_as_known, with_kinds_by_code
from .passing_over import (
    forget_why_it_was,
    pass_over_absorbed,
    pass_over_asked,
    pass_over_begun_since,
    pass_over_months,
)
from .periods import set_ends
from .rows import Merged, NewRow, ServiceRows, StoredRow


def merge(read: Read, known: Mapping[str, Sequence[StoredRow]]) -> ServiceRows:
    """
    Return the service as it will be after the import. The file's rows are freed, as there may be hundreds of
    thousands.
    """
    service = ServiceRows()
    read = with_addresses_as_known(read, known.get("staff", ()))
    read = with_kinds_by_code(read, known.get("scheme_rows", ()))
    for sheet in SHEETS:
        table = read.tables.get(sheet.name)
        before = known.get(sheet.name, ())
        if table is None:
            service.rows[sheet.name] = [Merged(row.values, known=row) for row in before]
            continue
        if isinstance(table.rows, PackedValues) and not any(row.known for row in service.of("people")):
            service.rows[sheet.name] = table.rows.made_by(NewRow)  # nothing is stored that they could equal
        else:
            service.rows[sheet.name] = (match_by_key if sheet.key else match_equal)(table, before)
        service.refused[sheet.name] = table.refused
        table.rows.clear()
    for what, named in CALLED.items():
        name_as_called(service, what, named.names(service), named.folded)
    for step in (pass_over_months, pass_over_absorbed, pass_over_begun_since, fill_sessions, fill_posts, date_wishes):
        step(service)
    for step in (keep_ends, forget_why_it_was, pass_over_asked, find_alike, set_ends):
        step(service)
    return service
