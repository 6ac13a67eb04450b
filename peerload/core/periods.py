"""
What holds on a day, for the ORM and as text of SQL: written once.

Periods are half-open: they begin on ``starts_on`` and end before ``ends_before``; without an end they last.
"""

from datetime import date

from django.db.models import OuterRef, Q


def lasts_half_open(day: date | OuterRef, *, of: str = "", ends: str = "ends_before") -> Q:
    """
    Return the condition that a period does not end by a day, whether or not it has begun.

    :param day: a day, or the column of the outer query that has it
    :param of: the way to the period, such as ``allocation``
    """
    end = f"{of}__{ends}" if of else ends
    return Q(**{end: None}) | Q(**{f"{end}__gt": day})


def holds_half_open(day: date, *, of: str = "", starts: str = "starts_on", ends: str = "ends_before") -> Q:
    """
    Return the condition that a period holds on a day.

    :param of: the way to the period, such as ``allocation``
    """
    start = f"{of}__{starts}" if of else starts
    return lasts_half_open(day, of=of, ends=ends) & Q(**{f"{start}__lte": day})


def sql_lasts_half_open(of: str = "", day: str = "%(on)s", *, ends: str = "ends_before") -> str:
    """
    Return the condition that a period does not end by a day, whether or not it has begun, as SQL.

    :param of: the name of the table in the statement
    :param day: what says the day there: a parameter or a column
    """
    end = f"{of}.{ends}" if of else ends
    return f"({end} IS NULL OR {end} > {day})"


def sql_holds_half_open(
    of: str = "", day: str = "%(on)s", *, starts: str = "starts_on", ends: str = "ends_before"
) -> str:
    """
    Return the condition that a period holds on a day, as SQL.

    :param of: the name of the table in the statement
    :param day: what says the day there: a parameter or a column
    """
    start = f"{of}.{starts}" if of else starts
    return f"{start} <= {day} AND {sql_lasts_half_open(of, day, ends=ends)}"
