"""What peerload uses of a library without being promised it is still there, and does what it is used for."""

import smtplib
import socket
import threading
from inspect import signature

import openpyxl
import pytest
from django.contrib.messages.storage.base import BaseStorage
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.db.migrations.operations import RunPython
from django.db.migrations.state import ProjectState
from django.test import RequestFactory

from tests import factories


def must(holds: bool, what: str, where: str) -> None:
    """Fail with what a library does differently now, and where peerload relies on it."""
    assert holds, f"{what} Change {where}, which relies on it."


def test_django_keeps_new_messages_in_a_list_that_can_be_read_and_cleared():
    storage = BaseStorage(RequestFactory().get("/"))
    storage.add(20, "Saved.")
    queued = getattr(storage, "_queued_messages", None)
    must(
        isinstance(queued, list) and [str(message) for message in queued] == ["Saved."],
        "Django's message storage does not list new messages in `_queued_messages` any more.",
        "peerload/staff/concurrency.py",
    )


def test_openpyxl_says_from_which_part_of_a_workbook_a_sheet_is_read(tmp_path):
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    [sheet] = openpyxl.load_workbook(path, read_only=True).worksheets
    must(
        getattr(sheet, "_worksheet_path", "").lstrip("/") == "xl/worksheets/sheet1.xml",
        "openpyxl does not say in `_worksheet_path` which part of the file a sheet is read from any more.",
        "peerload/interchange/workbooks.py",
    )


def test_openpyxl_keeps_the_cells_of_a_sheet_that_have_something_in_them():
    sheet = openpyxl.Workbook().active
    sheet["A1"], sheet["C900000"] = "ref", "x"
    cells = getattr(sheet, "_cells", {})
    must(
        [cell.coordinate for cell in cells.values()] == ["A1", "C900000"],
        "openpyxl does not keep a sheet's cells, and only those, in `_cells` any more.",
        "peerload/interchange/marking.py",
    )


def test_django_keeps_the_connection_of_a_mail_server_that_refuses_starttls():
    backend = EmailBackend(host="127.0.0.1", port=_server_without_starttls(), use_tls=True, timeout=5)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        backend.open()
    begun = getattr(backend, "_partial_connection", None)
    must(
        isinstance(begun, smtplib.SMTP) and isinstance(begun.sock, socket.socket),
        "Django's mail backend does not keep a connection that could not be encrypted in `_partial_connection` any more.",
        "peerload/notices/mail.py",
    )
    backend.close()


def _server_without_starttls() -> int:
    """Return the port of a mail server that answers one client, and offers no encryption."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        talk, _ = server.accept()
        with server, talk, talk.makefile("rb") as lines:
            talk.sendall(b"220 mail.example\r\n")
            for line in lines:
                talk.sendall(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 mail.example\r\n")

    threading.Thread(target=answer, daemon=True).start()
    return server.getsockname()[1]


@pytest.mark.django_db
def test_django_deletes_rows_in_one_statement_without_looking_at_what_refers_to_them(django_assert_num_queries):
    contact = factories.ContactFactory()
    rows = type(contact).objects.filter(pk=contact.pk)
    raw_delete = getattr(rows, "_raw_delete", None)
    must(
        callable(raw_delete),
        "Django's querysets have no `_raw_delete` any more.",
        "peerload/interchange/removal.py and undoing.py",
    )
    with django_assert_num_queries(1):
        deleted = raw_delete(using=connection.alias)
    must(
        deleted == 1 and not rows.exists(),
        "Django's `_raw_delete` does not delete rows in one statement any more.",
        "peerload/interchange/removal.py and undoing.py",
    )


def test_django_asks_which_models_a_change_makes_anew():
    asked = ("app_label", "model_name", "delay")
    must(
        tuple(signature(getattr(ProjectState, "_find_reload_model", lambda self: None)).parameters)[1:] == asked
        and hasattr(RunPython, "database_backwards"),
        "Django does not ask `ProjectState._find_reload_model` which models are made anew any more.",
        "peerload/core/fresh_tables.py",
    )


def test_django_asks_a_query_for_its_compiler_and_that_for_the_sql(organisation):
    found, asked = type(organisation).objects.all(), []
    compiler = found.query.get_compiler(found.db)
    sql = compiler.as_sql()
    compiler.as_sql = lambda *args, **kwargs: asked.append(args) or sql
    found.query.get_compiler = lambda *args, **kwargs: compiler
    must(
        list(found) == [organisation] and bool(asked),
        "Django does not ask `get_compiler` of a query, and its `as_sql`, for the SQL any more.",
        "peerload/core/compile_once.py",
    )
