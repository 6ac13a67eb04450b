"""What the database is asked about itself."""

from django.db import DatabaseError, InterfaceError, connection, transaction

PROBE = "INSERT INTO notices_tick (job, slot) VALUES ('probe', 'epoch')"
# A sort that does not fit into so little memory is written to the disk, which fails as soon as there is no room.
LITTLE_MEMORY = "SET LOCAL work_mem = '64kB'"
SPILL = """
SELECT count(*) FROM (
    SELECT repeat(md5(n::text), 32) AS filler FROM generate_series(1, 512) AS n ORDER BY filler OFFSET 0
) AS spilled
"""
REASONS = {"53100": "its disk is full", "25006": "it can only be read", "42501": "its user may not write"}


def fault() -> str:
    """Write something that is taken back; return why that cannot be done, in a few words without addresses, or ``""``."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LITTLE_MEMORY)
            cursor.execute(SPILL)
            cursor.execute(PROBE)
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError) as error:
        code = getattr(error.__cause__, "pgcode", None)
        return REASONS.get(code) or (f"it refuses to write ({code})" if code else "it does not answer")
    return ""
