"""
One search for everything: people, groups, staff, and pages by what they do.

It looks only among what its reader may see, so what is not theirs answers as what is not there.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload.groups.queries import groups_like
from caseload.models import Client, Group
from caseload.queries.people import found_for
from caseload.views.base import search_words
from caseload.views.came_from import just_logged, remember_list
from peerload.audit import actions as audit
from peerload.core.folding import fold, loosen
from peerload.core.formats import format_list
from peerload.core.phones import is_number
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.queries import members_like
from peerload.staff.roles import Capability

from .context import A_YEAR, NO_KEY_COOKIE
from .pages import PAGES, FoundPage

PEOPLE = 20  # shown; more letters find fewer
SHOWN = 6  # pages among what was found
FEWEST_LETTERS = 2


class FoundPerson(NamedTuple):
    """A person, with what helps to tell them from others."""

    person: Client
    worker: str  # who supports them, where that is not the reader
    phone: str  # shown where digits were typed, to compare with the call that was missed


class Found(NamedTuple):
    """What a search found; ``more`` says that further people match."""

    people: list[FoundPerson]
    more: bool
    groups: list[Group]
    staff: list[Member]
    pages: list[FoundPage]

    def __bool__(self) -> bool:
        return bool(self.people or self.groups or self.staff or self.pages)

    def says(self) -> str:
        """Say how much was found, for a screen reader."""
        parts = []
        if self.people:
            words = ngettext("%(count)s person", "%(count)s people", len(self.people))
            parts.append(words % {"count": f"{PEOPLE}+" if self.more else len(self.people)})
        if self.groups:
            parts.append(
                ngettext("%(count)s group", "%(count)s groups", len(self.groups)) % {"count": len(self.groups)}
            )
        if self.staff:
            words = ngettext("%(count)s member of staff", "%(count)s members of staff", len(self.staff))
            parts.append(words % {"count": len(self.staff)})
        if self.pages:
            parts.append(ngettext("%(count)s page", "%(count)s pages", len(self.pages)) % {"count": len(self.pages)})
        return _("Found: %(what)s.") % {"what": format_list(parts)} if parts else ""


def find(member: Member, on: date, words: str) -> Found:
    """Return what a member finds by some words, among what they may see that day."""
    people: list[Client] = []
    groups: list[Group] = []
    if access.may(member, Capability.SUPPORT_PEOPLE):
        people = found_for(member, on, words, most=PEOPLE + 1)
        groups = groups_like(member, on, words)
    staff = members_like(member.organisation, words) if access.may(member, Capability.LOOK_AFTER_STAFF) else []
    by_number = is_number(words)
    shown = [
        FoundPerson(
            person,
            (person.worker_name or "") if person.worker_id != member.pk else "",
            person.phone if by_number and not person.please_dont else "",
        )
        for person in people[:PEOPLE]
    ]
    return Found(shown, len(people) > PEOPLE, groups, staff, found_among(offered_to(member), words))


@access.requires()
@access.form_view
def search(request: access.MemberRequest) -> HttpResponse:
    """Show what a member finds; without words, the pages they may open. A POST turns the key "/" off or on."""
    if request.method == "POST":
        return _choose_key(request)
    words = search_words(request)
    sees_people = access.may(request.member, Capability.SUPPORT_PEOPLE)
    context = {
        "q": words,
        "on": request.on,
        "may_find_people": sees_people,
        "may_find_staff": access.may(request.member, Capability.LOOK_AFTER_STAFF),
    }
    if words:
        found = find(request.member, request.on, words)
        if sees_people:
            audit.listed(request, "search", len(found.people))
            remember_list(request)
        context["found"] = found
    else:
        context["pages"] = offered_to(request.member)
    if request.htmx:
        return render(request, "home/search/results.html", context)
    return render(request, "home/search.html", context | {"finding": True, "just_logged": just_logged(request)})


def _choose_key(request: access.MemberRequest) -> HttpResponse:
    """Turn the key off, for those whose speech software or hands type it by mistake, or on again."""
    response = redirect(reverse("search"))
    if request.POST.get("key") == "off":
        response.set_cookie(
            NO_KEY_COOKIE, "1", max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(NO_KEY_COOKIE)
    return response


# Pages ---------------------------------------------------------------------------------------------------------------------


def offered(may: Callable[..., bool]) -> list[FoundPage]:
    """Return the pages that somebody may open, each route once."""
    found: dict[str, FoundPage] = {}
    for page in PAGES:
        if not page.capabilities or may(*page.capabilities):
            found.setdefault(page.route, page)
    return list(found.values())


def offered_to(member: Member) -> list[FoundPage]:
    """Return the pages a member may open."""
    return offered(lambda *any_of: access.may(member, *any_of))


def found_among(pages: list[FoundPage], words: str) -> list[FoundPage]:
    """Return the pages of which every typed word begins a word, those with more of them in the title first."""
    terms = fold(words).split()
    if len("".join(terms)) < FEWEST_LETTERS:
        return []
    ranked = []
    for number, page in enumerate(pages):
        title = set(_words(str(page.title)))
        every = title | set(_words(str(page.does))) | set(_words(str(page.also)))
        if all(_begins(term, every) for term in terms):
            ranked.append((-sum(_begins(term, title) for term in terms), number, page))
    return [page for *_order, page in sorted(ranked)[:SHOWN]]


def _words(text: str) -> Iterator[str]:
    for word in fold(str(text)).split():
        yield from (word, loosen(word))


def _begins(term: str, words: set[str]) -> bool:
    return any(word.startswith((term, loosen(term))) for word in words)
