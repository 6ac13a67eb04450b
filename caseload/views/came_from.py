"""The list a member came from and the contact they just logged, for the links back."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.staff import access

from .. import actions
from ..models import Client, Contact

NEWS = timedelta(minutes=1)  # in which a page says in full what was logged


def remember_list(request: access.MemberRequest) -> None:
    """Keep the address of the list a member looks at, with its filter, order and page; it is never part of another address."""
    if request.session.get("list") != request.get_full_path():
        request.session["list"] = request.get_full_path()


def list_url(request: access.MemberRequest) -> str:
    """Return the address of the list the member came from, as they left it."""
    return request.session.get("list") or reverse("people")


def list_label(request: access.MemberRequest) -> str:
    """Name the list the member came from."""
    labels = {
        reverse("people"): _("People"),
        reverse("waiting"): _("Waiting"),
        reverse("log_pick"): _("Log a contact"),
        reverse("search"): _("Search"),
    }
    return next((label for url, label in labels.items() if list_url(request).startswith(url)), _("My day"))


def back_from(request: access.MemberRequest, person: Client) -> str:
    """Return where a form about a contact leads: to its place on the person's page, otherwise to the list."""
    return person.get_absolute_url() if request.POST.get("back") == "person" else list_url(request)


def remember_logged(request: access.MemberRequest, logged: actions.LoggedContact) -> None:
    """Keep the contact just logged, so that the next page offers to undo it."""
    request.session["logged"] = {"uid": str(logged.contact.uid), "back_to": logged.back_to}


def just_logged(request: access.MemberRequest, person: Client | None = None) -> Contact | None:
    """
    Return what the member logged last, for as long as it can be undone.

    :param person: only if it was with them
    """
    kept = request.session.get("logged")
    if not kept:
        return None
    since = clock.now() - actions.SECOND_THOUGHTS
    found = Contact.objects.standing().filter(uid=kept["uid"], author=request.member, recorded_at__gt=since)
    contact = found.select_related("client").first()
    if contact is None or (person and contact.client_id != person.pk):
        return None
    contact.back_to = kept["back_to"]
    contact.is_news = contact.recorded_at > clock.now() - NEWS
    return contact
