"""A first name is kept for seven days, for its author alone (R89)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection

from caseload.drop_ins import actions
from caseload.models import DropIn
from peerload.core import clock
from peerload.home.sweep import sweep
from peerload.interchange import export, queries
from tests.factories import DropInFactory

TODAY = date(2026, 11, 12)
NAME = "Waimarie-Quillfeather"


pytestmark = pytest.mark.usefixtures("today")  # Thursday 12 November 2026


def test_the_sweep_removes_it_after_a_week_and_only_then(organisation, worker):
    drop_ins = [DropInFactory(author=worker, on=TODAY - timedelta(days=days), first_name=NAME) for days in (6, 7, 30)]
    sweep(organisation, TODAY)
    assert [DropIn.objects.get(pk=each.pk).first_name for each in drop_ins] == [NAME, "", ""]
    assert actions.forget_first_names(organisation, TODAY) == 0
    assert actions.forget_first_names(organisation, TODAY + timedelta(days=1)) == 1


def test_one_of_longer_ago_is_not_taken(worker):
    asked = {"by": worker, "on": TODAY - timedelta(days=7), "today": TODAY, "minutes": 10, "submission_id": uuid4()}
    with pytest.raises(actions.NameOfLongAgo):
        actions.log_drop_in(**asked, first_name=NAME)
    assert actions.log_drop_in(**asked).first_name == ""


@pytest.mark.parametrize("end", ["undone", "voided"])
def test_it_goes_with_what_is_taken_back(worker, end):
    drop_in = DropInFactory(author=worker, first_name=NAME, recorded_at=clock.now())
    if end == "undone":
        actions.undo_drop_in(drop_in_id=drop_in.pk, by=worker, now=clock.now())
    else:
        actions.void_drop_in(drop_in_id=drop_in.pk, by=worker, reason="Counted twice", now=clock.now())
    assert DropIn.objects.get().first_name == ""


def test_it_is_nowhere_else(signed_in, organisation, worker, teammate, manager, service_manager):
    mine = signed_in(worker)
    words = {"people": "2", "minutes": "20", "first_name": NAME, "on": "2026-11-12", "submission_id": str(uuid4())}
    assert mine.post("/drop-ins/", words).status_code == 303
    actions.void_drop_in(drop_in_id=DropInFactory(author=worker).pk, by=worker, reason="Counted twice", now=clock.now())
    assert NAME in mine.get("/drop-ins/").content.decode()
    for who in (teammate, manager, service_manager):
        browser = signed_in(who)
        for where in ("/", "/drop-ins/", "/log/?q=Waimarie", "/people/?q=Waimarie", "/team/"):
            assert NAME not in browser.get(where, follow=True).content.decode(), (who.name, where)
    sheets = export.zipped(queries.to_write(organisation))
    assert NAME.encode() not in sheets and not mail.outbox
    assert [table for table in tables() if holds(table)] == ["caseload_dropin"]


def tables():
    return sorted(connection.introspection.table_names())


def holds(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text LIKE %s', [f"%{NAME}%"])
        return cursor.fetchone()[0]
