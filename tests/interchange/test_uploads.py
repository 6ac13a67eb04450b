"""An admin brings a service in: uploads, looks, says yes; the worker does it once, whatever happens on the way."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from caseload.models import Client, Contact, Reminder
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.interchange import actions, files, tasks, text_tables, uploads
from peerload.interchange.comparison.rows import ALIKE
from peerload.interchange.models import Upload
from peerload.interchange.row_words import stored_words_of
from peerload.interchange.sheets import SHEET, WORDS_ABOUT_PEOPLE
from peerload.notices.models import Message, Notice
from peerload.staff.models import Organisation, User
from tests import factories

from .ods import ods
from .sheets import ANA, MERE, SERVICE, TOM, small, text, zipped

pytestmark = pytest.mark.django_db
State = Upload.State


def brought_in():
    return actions.bring_in(files.open_bytes(content())).organisation


MADE_ONCE = {"service": (brought_in, date(2026, 11, 12))}


@pytest.fixture
def service(made_once, on):
    """The small service, brought in; its admin looks after it."""
    on(date(2026, 11, 12))
    return made_once


def content(**changes) -> bytes:
    return zipped({f"{name}.csv": text(rows) for name, rows in small(**changes).items()})


def with_somebody_new() -> bytes:
    return content(people=[*small()["people"], {"ref": "H3", "name": "Isa Kumar"}])


def upload(browser, file: bytes, name: str = "service.zip"):
    return browser.post(reverse("import"), {"file": SimpleUploadedFile(name, file)})


def test_a_file_is_looked_at_confirmed_and_brought_in(service, sam, signed_in, django_capture_on_commit_callbacks):
    browser = signed_in(sam)

    answer = upload(browser, with_somebody_new())
    looked_at = Upload.objects.get()
    preview = browser.get(answer.url)
    assert "ref H3, name Isa Kumar" in preview.content.decode()
    assert not Client.objects.filter(ref="H3").exists()

    waiting = browser.post(reverse("import_confirm", args=[looked_at.uid]))
    assert "Waiting for its turn" in browser.get(waiting.url).content.decode()
    tasks.bring_in()

    assert "1 row new or changed" in browser.get(waiting.url).content.decode()
    assert Client.objects.get(ref="H3").name == "Isa Kumar"
    brought_in = Upload.objects.get()
    assert (brought_in.state, brought_in.content, brought_in.preview) == (State.DONE, None, None)
    assert brought_in.counts["people"] == {"new": 1, "changed": 0, "unchanged": 2, "refused": 0}


def test_each_look_at_names_is_recorded(service, sam, signed_in):
    browser = signed_in(sam)
    url = upload(browser, with_somebody_new()).url

    browser.get(url)

    entry = Entry.objects.get(what=Entry.What.PREVIEWED)
    assert (entry.member, entry.subject, entry.counts) == (sam, str(Upload.objects.get().uid), {"people": 1})


def test_a_refused_file_says_what_to_mend_and_is_not_kept(service, sam, signed_in):
    browser = signed_in(sam)
    rows = [{"ref": "H1", "on": "2026-11-13", "reached": "no"}]

    page = browser.get(upload(browser, content(contacts=rows)).url).content.decode()

    assert "Nothing was saved" in page and "2026-11-13 is in the future" in page
    refused = Upload.objects.get()
    assert (refused.state, refused.content, refused.preview) == (State.REFUSED, None, None)
    assert browser.post(reverse("import_confirm", args=[refused.uid])).status_code == 302
    assert uploads.bring_in_next() is None


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"\x89PNG\r\n", "neither a workbook"),
        (b"\xd0\xcf\x11\xe0", "old Excel"),
        (zipped({"x.exe": b"MZ"}), "CSV files only"),
    ],
    ids=["a picture", "xls", "a program"],
)
def test_what_is_no_such_file_is_refused_in_words(service, sam, signed_in, file, words):
    browser = signed_in(sam)

    assert words in browser.get(upload(browser, file).url).content.decode()


def test_a_file_too_large_is_told_so_before_it_is_read(service, sam, signed_in):
    answer = upload(signed_in(sam), b"x" * (uploads.MOST_BYTES + uploads.MOST_BYTES // 2))

    assert answer.status_code == 413
    assert "larger than 10 MB" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "This file is empty"), (uploads.MOST_BYTES + 1, "larger than 10 MB")],
    ids=["empty", "a byte more"],
)
def test_a_file_of_another_size_is_refused_beside_its_field(service, sam, signed_in, size, words):
    assert words in upload(signed_in(sam), b"x" * size).content.decode()


def test_no_file_at_all_is_said(service, sam, signed_in):
    assert "Choose a file first" in signed_in(sam).post(reverse("import")).content.decode()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 300 + ".xlsx", "\u202excod.xlsx"], ids=["a path", "long", "backwards"]
)
def test_a_file_name_does_no_harm(service, sam, signed_in, name):
    browser = signed_in(sam)

    assert browser.get(upload(browser, with_somebody_new(), name).url).status_code == 200
    kept = Upload.objects.get().file_name
    assert "/" not in kept and len(kept) <= 120 and "\u202e" not in kept


def test_a_file_of_another_service_stays_out(service, sam, signed_in):
    rows = [{"key": key, "value": value} for key, value in (SERVICE | {"code": "northcote"}).items()]
    browser = signed_in(sam)

    page = browser.get(upload(browser, content(service=rows)).url).content.decode()

    assert "The file is for the service northcote, not for Harbourside" in page
    assert Organisation.objects.count() == 1


def test_yes_said_twice_is_one_import(service, sam, signed_in):
    browser = signed_in(sam)
    upload(browser, with_somebody_new())
    url = reverse("import_confirm", args=[Upload.objects.get().uid])

    for _ in range(2):
        assert browser.post(url).status_code == 302
        tasks.bring_in()
    assert browser.post(url).status_code == 302
    tasks.bring_in()

    assert Client.objects.count() == 3
    assert Entry.objects.filter(what=Entry.What.IMPORTED).count() == 2  # the service, and this


def test_a_preview_is_ones_own(service, sam, signed_in):
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=with_somebody_new())
    other = factories.MemberFactory(organisation=service, role="admin")
    browser = signed_in(other)

    for name in ("import_upload", "import_progress"):
        assert browser.get(reverse(name, args=[looked_at.uid])).status_code == 404
    assert browser.post(reverse("import_confirm", args=[looked_at.uid])).status_code == 404
    assert browser.post(reverse("import_let_go", args=[looked_at.uid])).status_code == 404
    looked_at.refresh_from_db()
    assert looked_at.state == State.LOOKED_AT


def test_a_preview_is_over_after_an_hour(service, sam, signed_in):
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=with_somebody_new())
    Upload.objects.update(created_at=clock.now() - timedelta(hours=1, seconds=1))

    answer = signed_in(sam).post(reverse("import_confirm", args=[looked_at.uid]), follow=True)

    assert "This preview is over" in answer.content.decode()
    tasks.bring_in()
    looked_at.refresh_from_db()
    assert (looked_at.state, looked_at.content, looked_at.preview) == (State.LET_GO, None, None)
    assert not Client.objects.filter(ref="H3").exists()


def test_a_preview_let_go_is_forgotten(service, sam, signed_in):
    browser = signed_in(sam)
    upload(browser, with_somebody_new())
    uid = Upload.objects.get().uid

    browser.post(reverse("import_let_go", args=[uid]))

    gone = Upload.objects.get()
    assert (gone.state, gone.content, gone.preview) == (State.LET_GO, None, None)
    assert "This preview is over" in browser.get(reverse("import_upload", args=[uid])).content.decode()


def test_what_has_changed_since_the_preview_is_looked_at_again(service, sam):
    contact = {"ref": "H2", "email": "", "on": "2026-11-02", "reached": "no"}
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=content(contacts=[contact]))
    uploads.confirm(uid=looked_at.uid, member=sam)
    Client.objects.filter(ref="H2").update(ref="H2-old")  # renumbered by somebody meanwhile

    tasks.bring_in()

    looked_at.refresh_from_db()
    assert looked_at.state == State.DONE  # H2 is in the file, so it comes in anew
    assert set(Client.objects.values_list("ref", flat=True)) == {"H1", "H2", "H2-old"}


def test_a_worker_that_was_killed_is_followed_by_another(service, sam, monkeypatch):
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=with_somebody_new())
    uploads.confirm(uid=looked_at.uid, member=sam)

    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(actions, "rebuild", die)
        with pytest.raises(SystemExit):
            tasks.bring_in()
    looked_at.refresh_from_db()
    assert looked_at.state == State.RUNNING
    assert not Client.objects.filter(ref="H3").exists()

    tasks.bring_in()

    looked_at.refresh_from_db()
    assert looked_at.state == State.DONE
    assert Client.objects.filter(ref="H3").count() == 1


def test_a_file_that_brings_its_worker_down_every_time_is_refused(service, sam, monkeypatch):
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=with_somebody_new())
    uploads.confirm(uid=looked_at.uid, member=sam)
    monkeypatch.setattr(actions, "rebuild", lambda organisation_id: 1 / 0)

    for _ in range(uploads.ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            tasks.bring_in()
    tasks.bring_in()

    looked_at.refresh_from_db()
    assert (looked_at.state, looked_at.content) == (State.REFUSED, None)
    assert "because of a fault in peerload" in looked_at.faults[0][3]


def test_nobody_is_told_anything_by_an_import(service, sam, mailoutbox):
    parked = [*small()["tiers"], {"ref": "H1", "tier": "parked", "from": "2026-02-02"}]
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=content(tiers=parked))
    uploads.confirm(uid=looked_at.uid, member=sam)

    tasks.bring_in()

    assert Client.objects.get(ref="H1").tier == "parked"
    assert not (Message.objects.exists() or Notice.objects.exists() or Reminder.objects.exists() or mailoutbox)


def test_the_empty_workbook_is_downloaded(service, sam, signed_in):
    answer = signed_in(sam).get(reverse("import_workbook"))

    assert answer["Content-Disposition"] == 'attachment; filename="peerload-sheets.xlsx"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert files.open_bytes(io.BytesIO(answer.content).getvalue()).faults == []


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_an_import_is_before_it_is_done(service, sam, monkeypatch):
    people = [{"ref": f"N{n}", "name": f"Somebody {n}"} for n in range(3)]
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=content(people=[*small()["people"], *people]))
    uploads.confirm(uid=looked_at.uid, member=sam)
    seen = []

    def look(organisation_id):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT state, done_rows, all_rows FROM interchange_upload")
            seen.extend(cursor.fetchall())
            cursor.execute("SELECT count(*) FROM caseload_client")
            seen.extend(cursor.fetchall())
        other.close()

    monkeypatch.setattr(actions, "rebuild", look)
    tasks.bring_in()

    assert seen == [("running", 3, 3), (2,)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_bring_an_upload_in_once(service, sam, monkeypatch):
    looked_at = uploads.take_in(member=sam, file_name="x.zip", content=with_somebody_new())
    uploads.confirm(uid=looked_at.uid, member=sam)
    second = []
    first_rebuild = actions.rebuild

    def meanwhile(organisation_id):
        from threading import Thread

        def other_worker():
            second.append(uploads.bring_in_next())
            connection.close()

        thread = Thread(target=other_worker)
        thread.start()
        thread.join()
        first_rebuild(organisation_id)

    monkeypatch.setattr(actions, "rebuild", meanwhile)
    tasks.bring_in()

    assert second == [None]
    assert Client.objects.filter(ref="H3").count() == 1


def test_an_admin_chooses_what_becomes_of_a_contact_like_one_that_is_there(service, sam, signed_in):
    contact = {"ref": "H1", "on": "2026-11-02", "reached": "yes", "outcome": "other", "note": "Talked of the summer"}
    actions.bring_in(files.open_bytes(content(contacts=[contact])))
    browser = signed_in(sam)
    answer = upload(browser, content(contacts=[contact | {"note": "Talked about the summer"}]))

    page = browser.get(answer.url).content.decode()
    assert "1 new row is like one that is there" in page
    assert "note other words" in page and "note Talked about the summer" in page
    looked_at = Upload.objects.get()
    unsaid = browser.post(reverse("import_confirm", args=[looked_at.uid]), follow=True)
    assert "Answer this first: 1 new row is like one" in unsaid.content.decode()
    assert Upload.objects.get().state == State.LOOKED_AT
    browser.post(reverse("import_confirm", args=[looked_at.uid]), {"alike": "replace"})
    uploads.bring_in_next()

    assert [row.note for row in Contact.objects.filter(voided_at=None)] == ["Talked about the summer"]
    replaced = Contact.objects.exclude(voided_at=None).get()
    assert (replaced.voided_by, replaced.void_reason) == (sam, "Corrected by an imported sheet.")


def test_an_admin_never_reads_the_notes_that_are_there_by_guessing_at_contacts(service, sam, signed_in):
    stored = {"ref": "H1", "on": "2026-11-02", "reached": "yes", "outcome": "other", "note": "Afraid of going home"}
    actions.bring_in(files.open_bytes(content(contacts=[stored])))
    browser = signed_in(sam)

    page = browser.get(upload(browser, content(contacts=[stored | {"note": "x"}])).url).content.decode()

    kept = Upload.objects.get()
    assert kept.alike["count"] == 1 and "note other words" in page and "In the file" in page
    assert "Afraid" not in f"{page} {kept.alike} {kept.questions} {kept.preview} {kept.faults}"


def test_no_sheet_with_rows_like_one_there_shows_its_words_about_people():
    shown = {
        (name, column.name): stored_words_of(name, [column], {column.name: "Afraid of going home"})
        for name in ALIKE
        for column in SHEET[name].columns
        if (name, column.name) in WORDS_ABOUT_PEOPLE
    }
    assert shown and set(shown.values()) == {f"{column} other words" for _, column in shown}


def with_staff(*changed: dict, **more) -> bytes:
    """Return the service with rows of its staff changed, or new at the end."""
    rows = {row["email"]: row | {"new_email": ""} for row in small()["staff"]}
    for row in changed:
        rows[row["email"]] = rows.get(row["email"], {}) | row
    return content(staff=list(rows.values()), **more)


def test_roles_emails_and_managers_that_change_stand_first_and_uncut(service, sam, signed_in, monkeypatch):
    monkeypatch.setattr(uploads, "ROWS_SHOWN", 0)
    rows = [
        {"email": MERE, "role": "manager"},
        {"email": TOM, "new_email": "mine@else.example"},
        {"email": "new@else.example", "name": "Lou New", "role": "admin", "team": "Harbourside"},
    ]
    file = with_staff(*rows, teams=[{"team": "Harbourside", "manager": ANA, "deputy": TOM}], allocations=[])

    page = signed_in(sam).get(upload(signed_in(sam), file).url).content.decode()

    assert Upload.objects.get().access == [
        f"Mere Paki ({MERE}) gets another role: Manager, until now Peer worker.",
        f"Tom Lealaiauloto ({TOM}) gets another email to sign in with: mine@else.example.",
        "Lou New (new@else.example) comes onto the staff. Their role: Admin.",
        f"Harbourside gets another deputy: {TOM}, until now no one.",
    ]
    assert "Roles and sign-in" in page and "Their role: Admin." in page


def test_a_file_that_changes_no_role_says_nothing_of_it(service, sam, signed_in):
    assert (
        "Roles and sign-in" not in signed_in(sam).get(upload(signed_in(sam), with_somebody_new()).url).content.decode()
    )


def test_a_sheet_neither_closes_nor_opens_a_sign_in(service, sam, signed_in):
    file = with_staff({"email": TOM, "closed": "yes"}, allocations=[])
    page = signed_in(sam).get(upload(signed_in(sam), file).url).content.decode()
    assert "Close or open a sign-in under Staff." in page

    service.members.filter(user__email=TOM).update(active=False)
    file = with_staff({"email": TOM, "closed": "no"}, allocations=[])
    page = signed_in(sam).get(upload(signed_in(sam), file).url).content.decode()
    assert "Close or open a sign-in under Staff." in page


@pytest.mark.parametrize(("closed", "may"), [("yes", False), ("no", True)])
def test_somebody_new_signs_in_as_their_row_says_also_if_another_service_knows_them(service, closed, may):
    other = factories.MemberFactory(user__email="lou@else.example", user__is_active=False, active=False)
    row = {"name": "Lou New", "role": "peer_worker", "team": "Harbourside", "closed": closed}
    file = with_staff({"email": "lou@else.example"} | row, {"email": "ida@else.example"} | row)
    actions.bring_in(files.open_bytes(file))
    assert set(User.objects.filter(email__endswith="@else.example").values_list("is_active", flat=True)) == {may}
    other.refresh_from_db()
    assert not other.active


@pytest.mark.parametrize("change", [{"role": "peer_worker"}, {"active": False}])
def test_a_file_whose_admin_is_none_any_more_does_not_come_in(service, sam, signed_in, change):
    browser = signed_in(sam)
    upload(browser, with_somebody_new())
    browser.post(reverse("import_confirm", args=[Upload.objects.get().uid]))
    service.members.filter(pk=sam.pk).update(**change)

    tasks.bring_in()

    refused = Upload.objects.get()
    assert refused.state == State.REFUSED and "You cannot import any more." in str(refused.faults)
    assert not Client.objects.filter(ref="H3").exists()


def test_each_look_at_the_words_of_faults_and_at_the_marked_file_is_recorded(service, sam, signed_in):
    browser = signed_in(sam)
    rows = [{"ref": "H1", "on": "2026-11-13", "reached": "no"}]
    url = upload(browser, content(contacts=rows)).url
    browser.get(url)
    browser.get(reverse("import_marked", args=[Upload.objects.get().uid]))

    looks = Entry.objects.filter(what=Entry.What.PREVIEWED).order_by("at", "pk")
    assert [entry.counts for entry in looks] == [{"faults": 1}, {"marked": 1}]


class TestALargeFile:
    """The worker looks at it, so that no page takes minutes; its progress is on the page of the import."""

    @pytest.fixture(autouse=True)
    def every_file_is_large(self, monkeypatch):
        monkeypatch.setattr(uploads, "READ_AT_ONCE", 0)

    def test_is_read_by_the_worker_and_then_confirmed_as_any_other(self, service, sam, signed_in):
        browser = signed_in(sam)
        waiting = browser.get(upload(browser, with_somebody_new()).url)
        assert waiting.status_code == 302
        assert "Waiting to be read" in browser.get(waiting.url).content.decode()
        assert Upload.objects.get().preview is None
        tasks.bring_in()

        assert Upload.objects.get().state == State.LOOKED_AT
        preview = browser.get(waiting.url)
        assert "ref H3, name Isa Kumar" in browser.get(preview.url).content.decode()
        moved_on = browser.get(waiting.url, headers={"HX-Request": "true"})
        assert moved_on.headers["HX-Redirect"] == preview.url and not moved_on.content
        browser.post(reverse("import_confirm", args=[Upload.objects.get().uid]))
        tasks.bring_in()
        assert Client.objects.filter(ref="H3").exists()

    @pytest.mark.parametrize("name", ["people.csv", "service.ods"])
    def test_of_any_kind_is_read_by_the_worker(self, service, sam, signed_in, name):
        people = [["ref", "name"], ["H1", "Jamie Leota"], ["H3", "Isa Kumar"]]
        made = ods({"people": people}) if name.endswith("ods") else "\n".join(map(",".join, people)).encode()
        browser = signed_in(sam)
        page = browser.get(upload(browser, made, name).url).url
        assert "Waiting to be read" in browser.get(page).content.decode()
        tasks.bring_in()
        browser.post(reverse("import_confirm", args=[Upload.objects.get().uid]))
        tasks.bring_in()
        assert Client.objects.get(ref="H3").name == "Isa Kumar"

    def test_says_how_many_rows_were_read(self, service, sam, signed_in):
        browser = signed_in(sam)
        page = browser.get(upload(browser, with_somebody_new()).url).url
        Upload.objects.update(state=State.READING, all_rows=30_000)
        assert "30,000 rows read" in browser.get(page).content.decode()

    def test_that_is_refused_says_why_on_the_same_page(self, service, sam, signed_in):
        browser = signed_in(sam)
        page = browser.get(
            upload(browser, content(contacts=[{"ref": "H1", "on": "2026-11-13", "reached": "no"}])).url
        ).url
        tasks.bring_in()
        refused = Upload.objects.get()
        assert (refused.state, refused.content) == (State.REFUSED, None)
        assert "2026-11-13 is in the future" in browser.get(page).content.decode()

    def test_whose_worker_was_killed_is_read_by_the_next(self, service, sam, signed_in, monkeypatch):
        upload(signed_in(sam), with_somebody_new())

        def die(*given):
            raise KeyboardInterrupt

        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(uploads, "_read", die)
            tasks.bring_in()
        assert Upload.objects.get().state == State.READING
        tasks.bring_in()
        assert Upload.objects.get().state == State.LOOKED_AT
        assert uploads.bring_in_next() is None, "nobody brings in what was not confirmed"

    def test_that_brings_down_its_worker_again_and_again_is_refused(self, service, sam, signed_in):
        upload(signed_in(sam), with_somebody_new())
        Upload.objects.update(state=State.READING, attempts=uploads.ATTEMPTS)
        assert uploads.bring_in_next() is None
        assert Upload.objects.get().state == State.REFUSED


def test_a_file_of_ordinary_size_is_looked_at_at_once(service, sam, signed_in):
    upload(signed_in(sam), with_somebody_new())
    assert Upload.objects.get().state == State.LOOKED_AT


def wide_workbook() -> bytes:
    """Return a workbook of which one row has a million cells, in a few kilobytes."""
    import zipfile

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "people"
    out = io.BytesIO()
    book.save(out)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as wide:
        for name in archive.namelist():
            said = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                said = said.replace(b"<sheetData>", b'<sheetData><row r="1">' + b"<c/>" * 1_000_000 + b"</row>")
            wide.writestr(name, said)
    return made.getvalue()


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        (lambda: zipped({"people.csv": b"," * 24_000_000}), 1, "longer than 200,000 characters"),
        (lambda: zipped({"people.csv": b"ref,name\n" + b"," * 300}), 2, "301 cells"),
        (lambda: zipped({"people.csv": b"ref,name\n" + b"\n" * 400_000}), text_tables.MOST_ROWS + 2, "300,000 rows"),
    ],
    ids=["24 million columns", "a wide row", "only empty rows"],
)
def test_a_small_file_that_unpacks_to_something_monstrous_is_refused_while_it_is_read(file, row, words):
    content = file()
    assert len(content) < 100_000
    (fault,) = files.open_bytes(content).faults
    assert (fault.sheet, fault.row) == ("people", row) and words in fault.says


def test_a_workbook_with_a_row_of_a_million_cells_is_refused_before_it_is_read():
    content = wide_workbook()
    assert len(content) < 100_000
    with pytest.raises(files.FileRefused, match="Row 1 of sheet1 has more than 200 cells"):
        files.open_bytes(content)
