"""
Forms whose sign-in had expired: the typed data is kept in the session and handed back after signing in again.

It belongs to the user who was signed in on this browser before, to one address, and to this browser's session; it ends
with the session. It is sealed for that user, since it may be private words; passwords and files are never kept.
"""

import json
import uuid
from collections.abc import Callable, Container, Iterable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator

from peerload.core import clock, sealing

from .models import User

SESSION_KEY = "kept"
FIELD = "kept_key"
MOST = 4  # forms at once
LONGEST = 100_000  # characters of one form
V = TypeVar("V", bound=Callable[..., Any])
HIDDEN = {"csrfmiddlewaretoken", FIELD}


def posted(request: HttpRequest, besides: Container[str] = ()) -> list[tuple[str, str]]:
    """Return the posted fields in order, without the token of the page and those in ``besides``."""
    names = [name for name in request.POST if name not in HIDDEN and name not in besides]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the posted fields in order, without token; nothing where a password is among them."""
    found = posted(request)
    secret = any("password" in name.lower() for name, _ in found)
    long = sum(len(name) + len(value) for name, value in found) > LONGEST
    return [] if secret or long else found


def never_kept(view: V) -> V:
    """Mark a view, or a class of views, whose forms stay on their page alone: no session holds them for a user."""
    if isinstance(view, type):
        return method_decorator(never_kept, name="dispatch")(view)

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    wrapper.never_kept = True  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def keep(request: HttpRequest, user_id: int) -> str | None:
    """Keep a refused POST for a user in the session; return its key, None where there is nothing to keep, or it may not."""
    fields = fields_of(request)
    if not fields or _is_never_kept(request.path):
        return None
    key = uuid.uuid4().hex
    entry = {
        "user": user_id,
        "path": request.get_full_path(),
        "sealed": sealing.seal(json.dumps(fields), owner=_owner(user_id)).decode("ascii"),
        "at": clock.now().timestamp(),
    }
    all_kept = request.session.get(SESSION_KEY, {})
    newest = sorted(all_kept.items(), key=lambda item: item[1]["at"])[-(MOST - 1) :]
    request.session[SESSION_KEY] = {**dict(newest), key: entry}
    return key


def _is_never_kept(path: str) -> bool:
    try:
        return hasattr(resolve(path).func, "never_kept")
    except Resolver404:
        return False


def find(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return the form kept under a key for the user now signed in: ``path`` and ``fields``; None where no key opens it."""
    entry = request.session.get(SESSION_KEY, {}).get(key)
    if not entry or entry["user"] != request.user.pk:
        return None
    try:
        fields = json.loads(sealing.unseal(entry.get("sealed", "").encode(), owner=_owner(request.user.pk)))
    except sealing.Unreadable:
        return None
    return {"path": entry["path"], "fields": fields}


def _owner(user_id: int) -> str:
    return f"user {user_id}"


def forget(request: HttpRequest, key: str) -> None:
    """Forget an unsent form, because it was sent or is not wanted."""
    all_kept = request.session.get(SESSION_KEY, {})
    if key in all_kept:
        request.session[SESSION_KEY] = {other: entry for other, entry in all_kept.items() if other != key}


def forget_others(request: HttpRequest, user: User) -> None:
    """Forget forms of other users: a browser may be shared."""
    if all_kept := request.session.get(SESSION_KEY):
        request.session[SESSION_KEY] = {key: entry for key, entry in all_kept.items() if entry["user"] == user.pk}


def address(key: str) -> str:
    return reverse("kept", args=[key])


def shown(fields: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the fields for a form that posts them again: sentences to be read and changed, the rest hidden."""
    return [
        {"name": name, "value": value, "label": name.replace("_", " ").capitalize(), "words": is_words(value)}
        for name, value in fields
    ]


def is_words(value: str) -> bool:
    return " " in value.strip() or "\n" in value.strip()
