"""Who works in the service: added, changed, invited; their role and whether they can sign in."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from peerload.core import clock, dates, events, locks
from peerload.core.periods import lasts_half_open
from peerload.notices.models import Message

from .. import queries, rules
from ..enums import Role
from ..models import Member, Organisation, Post, Team, User
from ..sign_in import invitation_url, open_memberships
from ..signals import first_work_asked
from .calendar import end_link
from .email import tell_by_mail, works_elsewhere
from .recording import Refused, history


class AlreadyStaff(Refused):
    """Another member of the service has the email."""


class StillNeeded(Refused):
    """The member supports people, leads a team or is the last admin, so their role or sign-in must stay."""


class HasComeIn(Refused):
    """The member has a sign-in of their own already, so no one else is shown a link to it."""


@transaction.atomic
def add_member(
    *, organisation: Organisation, by: Member | None, email: str, name: str, role: str, home_team: Team | None = None
) -> Member:
    """
    Add a member to the staff; they cannot sign in before they have followed an invitation.

    :raises AlreadyStaff: if another member of this service has the email
    """
    email = email.strip().lower()
    locks.wait_for(locks.Lock.NAMING, 0)
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    member = Member.objects.filter(organisation=organisation, user=user).first()
    if member:
        raise AlreadyStaff(
            _("%(email)s belongs to %(member)s, who is among the staff already.")
            % {"email": email, "member": member.name}
        )
    if not user.is_active:
        User.objects.filter(pk=user.pk).update(is_active=True)
    with history(by):
        return Member.objects.create(organisation=organisation, user=user, name=name, role=role, home_team=home_team)


@transaction.atomic
def edit_member(
    *, member_id: int, by: Member | None, on: date, name: str, role: str, home_team: Team | None, active: bool
) -> Member:
    """
    Change a member's name, role, home team or sign-in; it takes effect with their next request.

    With the sign-in closed their post ends that day, so that no later day counts them.

    :raises StillNeeded: if they support people, now or from a day ahead, lead a team or are the last admin, and would not any
        more (R81)
    """
    member = lock_with_admins(member_id)
    if by and member.pk == by.pk and member.active and not active:
        raise StillNeeded(_("You cannot close your own sign-in. Ask another admin."))
    if (role, active) != (member.role, member.active):
        refuse_change(member, on, role=role, active=active)
    closes = member.active and not active
    if role != member.role:
        member.role_given_at = clock.now()
    if active != member.active:
        member.closed_on = on if closes else None
    with history(by):
        member.name, member.role, member.home_team, member.active = name, role, home_team, active
        member.save(update_fields=["name", "name_key", "role", "home_team", "active", "closed_on", "role_given_at"])
        open_or_close_sign_in(member.user)
        if closes:
            end_posts(member, on)
            end_link(member=member)
    return member


def end_posts(member: Member, last_day: date) -> None:
    """
    End a member's post with their last day, so that no later day counts them; a post that had not begun by then is deleted.

    A member listed without any post, because they had work, gets the post they were counted with.
    """
    after = last_day + dates.DAY
    member.posts.filter(starts_on__gt=last_day).delete()
    member.posts.filter(lasts_half_open(after)).update(ends_before=after)
    began_on = _first_work_on(member)
    if began_on and began_on <= last_day and not member.posts.exists():
        Post.objects.create(
            organisation_id=member.organisation_id,
            worker=member,
            starts_on=began_on,
            ends_before=after,
            fte=rules.FULL_TIME,
        )
    events.send_facts_changed(member.organisation_id, workers=[member.pk])


def _first_work_on(member: Member) -> date | None:
    """Return the first day of a member's first person or responsibility."""
    answers = first_work_asked.send(Member, worker_id=member.pk)
    return dates.earliest(*(first for __, first in answers))


def lock_with_admins(member_id: int) -> Member:
    """
    Lock one of the staff together with the admins of the service, and return them.

    So two admins who step down at the same moment do not both see the other.
    """
    service = Member.objects.filter(pk=member_id).values("organisation")
    theirs = Member.objects.filter(Q(pk=member_id) | Q(organisation__in=service, role=Role.ADMIN))
    found = theirs.order_by("pk").select_for_update(of=("self",), no_key=True).select_related("user", "organisation")
    return next(each for each in found if each.pk == member_id)


def lock_admins(organisation_id: int) -> None:
    """Lock the admins of a service, for a change to many of the staff at once."""
    admins = Member.objects.filter(organisation=organisation_id, role=Role.ADMIN).order_by("pk")
    list(admins.select_for_update(of=("self",), no_key=True).values_list("pk"))


def refuse_change(member: Member, on: date, **changes: Any) -> None:
    """
    Refuse a change that the rules of roles and sign-in forbid; the row is locked (`lock_with_admins`).

    :param changes: of `rules.Staffed`
    :raises StillNeeded: if a member's people, teams or posts do not allow it, or the service would have no admin
    """
    was = queries.staffed(member, on)
    will_be = was._replace(**changes)
    if "last_day" not in changes and (says := rules.not_as_they_are(will_be)):
        raise StillNeeded(says)
    admins = queries.admins(member.organisation_id)
    if rules.last_admins(admins, {**admins, member.pk: will_be}):
        raise StillNeeded(rules.only_admin(member.name))


def open_or_close_sign_in(user: User) -> None:
    """Let a user sign in while any service has them as active staff and their last day there has not passed."""
    may = bool(open_memberships(Member.objects.filter(user=user)))
    User.objects.filter(pk=user.pk).exclude(is_active=may).update(is_active=may)


@transaction.atomic
def invite(*, member_id: int, by: Member | None, by_hand: bool = False) -> str:
    """
    Send a member a link to choose a password; an earlier link stops working. Return the link.

    :param by_hand: whether the person who invites hands it over, because no mail can be sent
    :raises StillNeeded: if their sign-in is closed
    :raises HasComeIn: if the one who hands it over could then sign in as the member
    """
    member = Member.objects.locked().get(pk=member_id)
    if not member.active:
        raise StillNeeded(_("The sign-in of %(member)s is closed. Open it first.") % {"member": member.name})
    if by_hand and (member.user.has_come_in or works_elsewhere(member)):
        raise HasComeIn(
            _(
                "%(member)s has signed in before, so no one else may see their link. "
                "The person who runs peerload can make one: manage.py invite %(email)s"
            )
            % {"member": member.name, "email": member.email}
        )
    member.invited_at = clock.now()
    member.save(update_fields=["invited_at"])
    url = invitation_url(member)
    if by_hand:
        return url
    words = {"member": member, "organisation": member.organisation, "url": url, "by": by}
    subject, template = _("Your invitation to peerload"), "staff/email/invitation.txt"
    tell_by_mail(member, member.email, subject, template, words, kind=Message.Kind.INVITATION)
    return url


@transaction.atomic
def accept_invitation(*, member_id: int, password: str) -> User:
    """Set the password chosen and return its user; the link is dead from then on, because its token was made from the old one."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(members=member_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def take_off_second_step(*, member_id: int) -> None:
    """
    Remove the second step of a user who has lost phone and codes; they set up another before any page.

    The person who asked for it must have been recognised; the user is told by mail. Written for the command, not for a page.
    """
    member = Member.objects.select_related("organisation", "user").get(pk=member_id)
    Authenticator.objects.filter(user=member.user).delete()
    tell_by_mail(
        member,
        member.email,
        _("Your second step of signing in was taken off"),
        "staff/email/second_step_off.txt",
        {"member": member},
    )
