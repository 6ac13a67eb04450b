"""
Two saves of one thing: the second never undoes the first unseen, and the same save never counts twice.

A view that changes a stored row says what its form was filled from:

    @concurrency.changes(find=find_absence, describe=absence_days)
    def absence_edit(request, pk): ...

``{% form_state %}`` puts that description into the form as a hidden field. When the form comes back and the stored row
is described differently, nothing is saved: the answer is 409, with the row when the form was opened, the row now and
the row as the form would save it, and two ways on. A view that makes something new carries the id of its submission
instead:

    @concurrency.creates
    def absence_add(request): ...

Sent again, it leads to what was made the first time. Both hold a lock of their own for the whole of the view, before any row is
locked, so two forms about one thing are taken one after the other. See docs/decisions/0031-two-saves.md.
"""

import json
import uuid
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, overload

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import models, transaction
from django.forms.utils import pretty_name
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import clock, locks
from peerload.core.formats import format_day

from . import unsent_forms
from .access import MemberRequest, ViewFunction
from .models import SavedForm

FILLED_FROM = "filled_from"
SUBMISSION = "submission_id"
ONCE_MORE = "save_once_more"  # answers the question whether the same words are meant a second time
CARRIED = {FILLED_FROM, SUBMISSION, ONCE_MORE}
NUMBERS = {"version"}  # of a row as its page was read: a fresh page has another, and the words are the same
SALT = "peerload.staff.concurrency"
SOON = timedelta(hours=1)  # the same words sent again within it are asked about
REMEMBERED = timedelta(days=30)
NOTHING = gettext_lazy("Nothing")
DONE = {301, 302, 303}

V = TypeVar("V")
Description = dict[str, Any]  # values of a row, or the words for them, by label
Taps = Callable[[MemberRequest], bool]


# Describing stored rows ---------------------------------------------------------------------------------------------


def shown(value: object) -> str:
    """Return a stored value as a sentence of the comparison shows it."""
    if value is None or value == "":
        return str(NOTHING)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, models.Model):
        return getattr(value, "name", "") or str(value)
    return str(value)


def fields(row: models.Model, **labels: str) -> Description:
    """Return the named fields of a row under their labels: ``fields(post, fte="FTE")``."""
    return {label: _shown_field(row, name) for name, label in labels.items()}


def labels_of(form_class: type[forms.Form] | type[forms.ModelForm], row: models.Model) -> dict[str, str]:
    """Return the labels of a form's fields that a row has, so that no field is left out when a form gets a new one."""
    found = form_class.base_fields.items()
    return {name: str(field.label or pretty_name(name)) for name, field in found if hasattr(row, name)}


def _shown_field(row: models.Model, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    return shown(display() if display else getattr(row, name))


# A form that changes a stored row --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changes:
    """
    What a view changes.

    :param find: takes the request and the view's arguments; returns the row, or raises Http404 as the view does
    :param describe: takes the row and the request; returns what the form is filled from, in words by label
    :param page: takes the row; returns the address of the page that shows it, where the view itself shows none
    :param seen: takes the request and the row; writes down that the member read about it
    """

    find: Callable[..., Any]
    describe: Callable[[Any, MemberRequest], Description]
    page: Callable[[Any], str] | None = None
    seen: Callable[[MemberRequest, Any], object] | None = None

    def describe_now(self, row: models.Model, request: MemberRequest) -> Description:
        """Return the description of a row at this moment; nothing if it is deleted."""
        fresh = type(row)._base_manager.filter(pk=row.pk).first()
        return {str(label): shown(value) for label, value in self.describe(fresh, request).items()} if fresh else {}

    def token(self, row: models.Model, request: MemberRequest) -> str:
        """Return what a form about a row carries."""
        described = {str(label): shown(value) for label, value in self.describe(row, request).items()}
        return signing.dumps(described, salt=SALT, compress=True)

    def subject(self, row: models.Model) -> str:
        return f"{self.describe.__name__} {row._meta.label_lower} {row.pk}"


def changes(
    *,
    find: Callable[..., Any],
    describe: Callable[[Any, MemberRequest], Description],
    page: Callable[[Any], str] | None = None,
    seen: Callable[[MemberRequest, Any], object] | None = None,
) -> Callable[[V], V]:
    """Guard a view, or a class of views, that changes what is stored: see `Changes`."""
    rule = Changes(find, describe, page, seen)

    def decorate(view: Any) -> Any:
        if isinstance(view, type):
            return method_decorator(decorate, name="dispatch")(view)

        @wraps(view)
        def wrapper(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                _carries(request, FILLED_FROM, lambda: rule.token(rule.find(request, *args, **kwargs), request))
                return view(request, *args, **kwargs)
            _carries(request, FILLED_FROM, lambda: request.POST.get(FILLED_FROM, ""))
            return _change(rule, view, request, *args, **kwargs)

        wrapper.changes = rule  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _change(rule: Changes, view: ViewFunction, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Process forms about one row in turn, and refuse one that was filled from another state of it."""
    row = rule.find(request, *args, **kwargs)
    subject = rule.subject(row)
    with transaction.atomic():
        _one_after_another(f"{row._meta.label_lower} {row.pk}")
        before = rule.describe_now(row, request)
        opened_with = _carried(request)
        if opened_with is None or opened_with == before:
            response = view(request, *args, **kwargs)
            if saved(response) and (after := rule.describe_now(row, request)) != before:
                _remember(request, subject=subject, state=_digest(after))
            return response
        tried = transaction.savepoint()
        response = view(request, *args, **kwargs)
        after = rule.describe_now(row, request)
        if not saved(response) or after == before:  # refused for another reason, or it changes nothing of this
            transaction.savepoint_commit(tried)
            return response
        transaction.savepoint_rollback(tried)
    messages.get_messages(request)._queued_messages.clear()  # the view's messages about a save that is not made
    if rule.seen:
        rule.seen(request, row)
    return _changed_meanwhile(rule, request, row, opened_with, before, after)


def _carried(request: MemberRequest) -> Description | None:
    """Return what a form was filled from; None where it does not say so, as a page opened before a release."""
    token = request.POST.get(FILLED_FROM)
    if not token:
        return None
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return {}


def _changed_meanwhile(
    rule: Changes,
    request: MemberRequest,
    row: models.Model,
    opened: Description,
    now: Description,
    yours: Description,
) -> HttpResponse:
    labels = dict.fromkeys([*opened, *now, *yours])
    columns = [[label, *(found.get(label, NOTHING) for found in (opened, now, yours))] for label in labels]
    earlier = SavedForm.objects.filter(subject=rule.subject(row), state=_digest(now)).select_related("member").last()
    context = {
        "differences": [column for column in columns if len(set(column[1:])) > 1],
        "by": earlier and earlier.member.name,
        "at": earlier and clock.local_time(request.organisation, earlier.at),
        "keep_url": rule.page(row) if rule.page else request.get_full_path(),
        "carried": [(FILLED_FROM, signing.dumps(now, salt=SALT, compress=True))],
    }
    return _ask(request, "staff/changed_meanwhile.html", context)


# A form that makes something new ---------------------------------------------------------------------------------------


@overload
def creates(view: V, *, taps: Taps | None = None, keeps_id: bool = False) -> V: ...


@overload
def creates(*, taps: Taps | None = None, keeps_id: bool = False) -> Callable[[V], V]: ...


def creates(view: Any = None, *, taps: Taps | None = None, keeps_id: bool = False) -> Any:
    """
    Guard a view that makes something new: the same submission makes it once.

    :param taps: takes the request; whether the same words are meant to be sent several times, as a button that is pressed again
    :param keeps_id: the new row keeps the id of its submission, so the view knows it again and compares the words itself
    """
    if view is None:
        return lambda found: creates(found, taps=taps, keeps_id=keeps_id)
    if isinstance(view, type):
        return method_decorator(creates(taps=taps, keeps_id=keeps_id), name="dispatch")(view)

    @wraps(view)
    def wrapper(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            _carries(request, SUBMISSION, new_submission)
            return view(request, *args, **kwargs)
        _carries(request, SUBMISSION, lambda: request.POST.get(SUBMISSION, ""))
        return _create(view, taps, keeps_id, request, *args, **kwargs)

    wrapper.creates = True  # type: ignore[attr-defined]
    return wrapper


def new_submission() -> str:
    """Return what a form that makes something new carries."""
    return str(uuid.uuid4())


def _create(
    view: ViewFunction, taps: Taps | None, keeps_id: bool, request: MemberRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Take one form of a member after another, and make what it asks for unless it is made already."""
    submission, words = _submission(request), _digest(_words(request))
    if submission is None:
        return view(request, *args, **kwargs)
    with transaction.atomic():
        _one_after_another(f"member {request.member.pk}")
        mine = SavedForm.objects.filter(member=request.member, path=request.path[:200])
        first = mine.filter(submission=submission).first()
        if first and keeps_id:
            return view(request, *args, **kwargs)
        if first:
            return _made_already(request, first) if first.words == words else _ask_again(request, first, other=True)
        soon = mine.filter(words=words, at__gt=clock.now() - SOON)
        repeats = ONCE_MORE not in request.POST and not (taps and taps(request))
        if repeats and (first := soon.last()):
            return _ask_again(request, first, other=False)
        response = view(request, *args, **kwargs)
        if saved(response) and not _was_refused(request):
            _remember(request, submission=submission, words=words, url=_leads_to(response)[:500])
        return response


def _words(request: MemberRequest) -> list[tuple[str, str]]:
    """Return the typed words, without a password: not even a fingerprint of one is kept."""
    typed = unsent_forms.posted(request, besides=CARRIED | NUMBERS)
    return [(name, value) for name, value in typed if "password" not in name.lower()]


def _submission(request: MemberRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(SUBMISSION, ""))
    except ValueError:
        return None


def _made_already(request: MemberRequest, first: SavedForm) -> HttpResponse:
    at = clock.local_time(request.organisation, first.at)
    messages.info(
        request, _("You saved this at %(time)s already. Nothing was saved a second time.") % {"time": f"{at:%H:%M}"}
    )
    return see_other(request, first.url)


def _ask_again(request: MemberRequest, first: SavedForm, *, other: bool) -> HttpResponse:
    context = {
        "other": other,
        "at": clock.local_time(request.organisation, first.at),
        "first_url": first.url,
        "carried": [(SUBMISSION, new_submission()), (ONCE_MORE, "yes")],
    }
    return _ask(request, "staff/saved_already.html", context)


# What both share -------------------------------------------------------------------------------------------------------


class SeeOther(HttpResponseRedirect):
    """The form is processed; the result is at this address."""

    status_code = 303


def see_other(request: MemberRequest, url: str) -> HttpResponse:
    """Redirect to the page that shows what was saved; `KeepsWordsMiddleware` tells a page that kept its words."""
    return SeeOther(url)


def _carries(request: MemberRequest, name: str, value: Callable[[], str]) -> None:
    """Add a hidden field to the page's form, whose value is computed only where a page shows it."""
    request.form_state = {**getattr(request, "form_state", {}), name: value}


def saved(response: HttpResponseBase) -> bool:
    """Return whether a view did what it was asked for: it leads on."""
    return response.status_code in DONE


def _was_refused(request: MemberRequest) -> bool:
    """Return whether a view leads on only to say that nothing could be done."""
    levels = {message.level for message in messages.get_messages(request)._queued_messages}
    return bool(levels & {messages.WARNING, messages.ERROR}) and messages.SUCCESS not in levels


def _leads_to(response: Any) -> str:
    return response.url


def _ask(request: MemberRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Ask with 409 what to do with a form; the page has all that was typed."""
    fields = unsent_forms.posted(request, besides=CARRIED)
    return render(
        request,
        template,
        {"path": request.get_full_path(), "fields": unsent_forms.shown(fields), **context},
        status=409,
    )


def _one_after_another(what: str) -> None:
    """Wait until no other form about something is being taken; held until the end of the transaction."""
    locks.wait_for(locks.Lock.FORM, zlib.crc32(what.encode()) - 2**31)


def _digest(described: Description | Iterable[object]) -> str:
    """Return a fingerprint that reveals nothing of the words, which may be private."""
    return salted_hmac(SALT, json.dumps(described), algorithm="sha256").hexdigest()


def _remember(request: MemberRequest, **what: Any) -> None:
    now, mine = clock.now(), SavedForm.objects.filter(member=request.member)
    mine.filter(at__lt=now - REMEMBERED).delete()
    SavedForm.objects.create(member=request.member, path=request.path[:200], at=now, **what)
