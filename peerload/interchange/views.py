"""A service from sheets, in the browser: upload, look, say yes, watch. For admins; every look at names is recorded."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.translation import LazyText
from peerload.staff import access
from peerload.staff.roles import Capability

from . import filling, questions, undoing, uploads
from .errors import FaultGroup
from .forms import TOO_LARGE, UploadForm
from .models import Upload
from .sheets import SHEET

FORM_OVERHEAD = 10_000  # bytes of a form beside its file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

admins = access.requires(Capability.IMPORT_SERVICE)


@admins
@require_http_methods(["GET", "POST"])
def import_page(request: access.MemberRequest) -> HttpResponse:
    """Show where to upload a file, and the member's recent uploads; a file may be too large to be a form, so no `FormPage`."""
    if int(request.headers.get("Content-Length") or 0) > uploads.MOST_BYTES + FORM_OVERHEAD:
        form = UploadForm()
        return _import_page(request, form, too_large=TOO_LARGE, status=413)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        upload = uploads.take_in(member=request.member, file_name=file.name, content=file.read())
        return redirect("import_upload", upload.uid)
    if request.method == "GET":
        return _import_page(request, form)
    return _import_page(request, UploadForm(request.POST, request.FILES), status=422)


def _import_page(
    request: access.MemberRequest, form: UploadForm, *, too_large: LazyText = "", status: int = 200
) -> HttpResponse:
    mine = (
        Upload.objects.filter(member=request.member).order_by("-created_at").defer("content", "preview", "marked")[:10]
    )
    last = undoing.last(request.organisation)
    context = {
        "form": form,
        "too_large": too_large,
        "uploads": mine,
        "last": last,
        "can_undo": last and not last.undone_at and not undoing.keeps(last),
    }
    return render(request, "interchange/import.html", context, status=status)


@admins
@require_GET
def import_workbook(request: access.MemberRequest) -> HttpResponse:
    """Send the empty workbook, with a line of help for every column."""
    response = HttpResponse(filling.empty_workbook(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="peerload-sheets.xlsx"'
    return response


@admins
@require_GET
def import_example(request: access.MemberRequest) -> HttpResponse:
    """Send the workbook filled with an invented service."""
    response = HttpResponse(filling.example_workbook(request.on), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="peerload-example.xlsx"'
    return response


@admins
@require_GET
def import_upload(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show what a file would change, or why it is refused."""
    upload = _mine(request, uid)
    if upload.state in (*uploads.GOING, Upload.State.DONE):
        return redirect("import_progress", uid)
    _note_look(request, upload)
    return render(
        request,
        "interchange/preview.html",
        {"upload": upload, "sheets": _sheets(upload), **_faults(request, upload), **_asked(upload)},
    )


def _note_look(request: access.MemberRequest, upload: Upload) -> None:
    """Write down that an admin saw names: of rows, or in the words of faults and questions."""
    seen = {name: len(rows) for name, rows in (upload.preview or {}).items()}
    seen |= {"faults": len(upload.faults)} if upload.faults else {}
    seen |= {"questions": len(upload.questions)} if upload.questions else {}
    if seen:
        audit.previewed(request, upload.uid, **seen)


def _asked(upload: Upload) -> dict:
    """Return what the preview asks, and what may be done with it."""
    is_refused = upload.state == Upload.State.REFUSED
    over = upload.state == Upload.State.LET_GO or uploads.is_over(upload, clock.now())
    something = any(counts["new"] or counts["changed"] for counts in upload.counts.values())
    asks_first = bool(upload.faults) and not is_refused and not over
    forgotten = uploads.is_forgotten(upload)
    return {
        "refused": is_refused,
        "forgotten": forgotten,
        "over": over or forgotten,
        "something": something,
        "asks_first": asks_first,
        "can_confirm": not over and not is_refused and (something or asks_first),
        "questions": [
            question | {"answer": upload.answers.get(question["kind"]), "shown": question["places"][:PLACES_SHOWN]}
            for question in upload.questions or ()
        ],
    }


PLACES_SHOWN = 30  # of a question on a page
FAULTS_SHOWN = 100  # groups of faults on a page, before all are asked for


def _faults(request: access.MemberRequest, upload: Upload) -> dict:
    """Return what the table of faults shows; beyond the first hundred groups all of them when they are asked for."""
    most = None if request.GET.get("all") else FAULTS_SHOWN
    return {
        "faults": [FaultGroup(*group) for group in upload.faults[:most]],
        "all_faults": len(upload.faults),
        "can_be_marked": uploads.is_marked(upload),
    }


def _sheets(upload: Upload) -> list[dict]:
    preview = upload.preview or {}
    return [
        {
            "name": name,
            "help": SHEET[name].help,
            **counts,
            "rows": preview.get(name, []),
            "more": _more(counts, preview.get(name, [])),
        }
        for name, counts in ((name, upload.counts[name]) for name in SHEET if name in upload.counts)
    ]


def _more(counts: dict, rows: list) -> int:
    """Return how many new and changed rows are not shown."""
    return max(counts["new"] + counts["changed"] - len(rows), 0)


@admins
@require_GET
def import_marked(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Send a refused file as a workbook with its faults marked, to the admin who uploaded it, for an hour."""
    upload = get_object_or_404(Upload.objects.defer("content"), uid=uid, member=request.member)
    if not upload.marked or not uploads.is_marked(upload):
        messages.info(request, _("The marked workbook was kept for an hour. Upload the file again to get a new one."))
        return redirect("import_upload", uid)
    audit.previewed(request, upload.uid, marked=1)
    response = HttpResponse(bytes(upload.marked), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, uploads.marked_name(upload))
    return response


@admins
@require_POST
def import_confirm(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Bring in the file that was confirmed."""
    try:
        answers = questions.given(request.POST)
        upload = uploads.confirm(uid=uid, member=request.member, answers=answers)
    except Upload.DoesNotExist:
        raise Http404 from None
    except uploads.NotAnswered as error:
        messages.error(request, str(error))
        return redirect("import_upload", uid)
    except uploads.PreviewTooOld as error:
        messages.warning(request, str(error))
        return redirect("import")
    if upload.state == Upload.State.LOOKED_AT:
        messages.info(request, _("The preview now uses your answers. Nothing is saved yet."))
        return redirect("import_upload", uid)
    return redirect("import_progress", uid)


@admins
@require_POST
def import_let_go(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Forget the file."""
    _mine(request, uid)
    uploads.let_go(uid=uid, member=request.member)
    messages.success(request, _("The file was discarded. Nothing was saved."))
    return redirect("import")


@admins
@require_GET
def import_progress(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show how far an import is; the page asks again by itself until it is done."""
    upload = _mine(request, uid)
    if upload.state in (Upload.State.LOOKED_AT, Upload.State.LET_GO) or uploads.is_forgotten(upload):
        preview = reverse("import_upload", args=[uid])
        return HttpResponse(headers={"HX-Redirect": preview}) if request.htmx else redirect(preview)
    if upload.faults and upload.state not in uploads.GOING and not request.htmx:
        _note_look(request, upload)
    template = "interchange/progress_card.html" if request.htmx else "interchange/progress.html"
    return render(
        request,
        template,
        {
            "upload": upload,
            "going": upload.state in uploads.GOING,
            "reading": upload.state in uploads.TO_LOOK_AT,
            "sheets": _sheets(upload),
            **_faults(request, upload),
        },
    )


@admins
@require_http_methods(["GET", "POST"])
def import_undo(request: access.MemberRequest) -> HttpResponse:
    """Show the last import, a button that takes it back while nothing was built on it, and how far that is."""
    run = undoing.last(request.organisation)
    if run is None:
        raise Http404
    if request.method == "POST":
        given = request.POST.get("run", "")
        try:
            undoing.ask(run_id=int(given) if given.isdecimal() else 0, by=request.member)
        except undoing.CannotUndo as error:
            messages.error(request, _("Nothing was undone. %(error)s") % {"error": error})
        return redirect("import_undo")
    found = {"run": run, "keeps": undoing.keeps(run)}
    found["sheets"] = [{"name": name, **run.counts[name]} for name in SHEET if name in run.counts]
    return render(request, "interchange/undo.html", found)


def _mine(request: access.MemberRequest, uid: UUID) -> Upload:
    return get_object_or_404(Upload.objects.defer("content", "marked"), uid=uid, member=request.member)
