"""What the database says of itself: whether it can be written, and if not, why."""

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PROBE = "INSERT INTO notices_tick (job, slot) VALUES ('probe', 'epoch')"
# A sort that does not fit into so little memory is written to the disk, which fails as soon as there is no room. By two columns:
# PostgreSQL 18 does not count the memory of a sort by one.
LITTLE_MEMORY = "SET LOCAL work_mem = '64kB'"
SPILL = """
SELECT count(*) FROM (
    SELECT n, repeat(md5(n::text), 32) AS filler FROM generate_series(1, 512) AS n ORDER BY n % 7, filler OFFSET 0
) AS spilled
"""
REASONS = {
    "53100": gettext_lazy("its disk is full"),
    "25006": gettext_lazy("it can only be read"),
    "42501": gettext_lazy("its user may not write"),
}


def fault() -> str:
    """Write something that is taken back; return why that cannot be done, in a few words without addresses, or ``""``."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LITTLE_MEMORY)
            cursor.execute(SPILL)
            cursor.execute(PROBE)
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError) as error:
        code: str = getattr(error.__cause__, "pgcode", None) or ""
        if code in REASONS:
            return str(REASONS[code])
        return _("it refuses to write (%(code)s)") % {"code": code} if code else _("it does not answer")
    return ""
