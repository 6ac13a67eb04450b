"""
Pages that a step opens, and the page of each kind of checklist. A package registers what it has at start, so that nothing
here knows of those above it.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse

from peerload.staff.roles import Capability

from ..enums import StepPage
from .models import ChecklistRun


class RegisteredPage(NamedTuple):
    """
    A page that a step opens.

    :param url: its address, for a checklist
    :param needs: what a member has to be allowed to open it
    """

    page: StepPage
    url: Callable[[ChecklistRun], str]
    needs: Capability


_pages: dict[str, RegisteredPage] = {}
_of_subject: dict[str, Callable[[ChecklistRun], str]] = {}


def register(*pages: RegisteredPage) -> None:
    """Register pages that steps open."""
    _pages.update({page.page: page for page in pages})


def register_subject(subject: str, url: Callable[[ChecklistRun], str]) -> None:
    """Register the page of checklists about a subject, where it is not that of `checklist`."""
    _of_subject[subject] = url


def page_of(run: ChecklistRun) -> str:
    """Return the address of a checklist."""
    url = _of_subject.get(run.subject)
    return url(run) if url else reverse("checklist", args=[run.uid])


def opened_by(code: str, run: ChecklistRun, may: frozenset[Capability]) -> tuple[str, str] | None:
    """Return the address and the words of a page that a step opens, None where there is none or it is not theirs."""
    page = _pages.get(code)
    return (page.url(run), str(page.page.label)) if page and page.needs in may else None


def at(route: str, *args: str) -> Callable[[ChecklistRun], str]:
    """Return a function that gives the address of a page, the same for every checklist."""
    return lambda run: reverse(route, args=args)


def _about_worker(code: str) -> Callable[[ChecklistRun], str]:
    def url(run: ChecklistRun) -> str:
        whose = f"?worker={run.about.uid}" if run.about else ""
        return reverse("guide_begin", args=[code]) + whose

    return url


OF_GUIDES = (
    RegisteredPage(StepPage.BASICS, _about_worker("basics"), Capability.SEE_OWN_POINTS),
    RegisteredPage(StepPage.WORK_REVIEW, _about_worker("work_review"), Capability.LEAD_TEAM),
    RegisteredPage(StepPage.STAFF, at("staff"), Capability.LOOK_AFTER_STAFF),
    RegisteredPage(StepPage.TEAMS, at("teams"), Capability.LOOK_AFTER_STAFF),
)
