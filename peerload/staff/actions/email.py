"""The address a member signs in with."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.notices import actions as notices
from peerload.notices.mail import can_send
from peerload.notices.models import Message

from ..models import Member, User
from ..sign_in import email_tokens, email_url
from .recording import Refused


class TakenAddress(Refused):
    """The address cannot be used to sign in with."""

    field = "email"


def works_elsewhere(member: Member) -> bool:
    """Return whether a user is a member of another service, too: they sign in to both in one place."""
    return Member.objects.filter(user=member.user_id).exclude(pk=member.pk).exists()


@transaction.atomic
def change_email(*, member_id: int, email: str, by: Member | None) -> User:
    """
    Change the address a member signs in with, for every service they work in.

    It changes at once where no one has signed in with the old one yet, and for the command, whose user was recognised;
    otherwise once the member who signs in with it opens the link sent to the new one. Until then it is in
    `User.new_email`.

    :param by: the member or an admin; None for a command
    :raises TakenAddress: if it is theirs already or another user's, or if only they may change it
    """
    member = Member.objects.select_related("organisation").get(pk=member_id)
    user = User.objects.select_for_update(no_key=True).get(pk=member.user_id)
    email = email.strip().lower()
    if by and by.pk != member.pk and works_elsewhere(member):
        raise TakenAddress(
            _(
                "%(member)s works in another service too, with the same sign-in. "
                "Only they can change it, under My account."
            )
            % {"member": member.name}
        )
    refuse_taken(user, email, member)
    if by is None or not user.has_come_in:
        take_email(user, email, by=by)
        return user
    user.new_email, user.new_email_asked_at = email, clock.now()
    user.save(update_fields=["new_email", "new_email_asked_at"])
    if can_send():
        words = {"member": member, "organisation": member.organisation, "url": email_url(user), "by": by}
        words["asked_by_another"] = by.pk != member.pk
        tell_by_mail(member, email, _("Confirm your new address for peerload"), "staff/email/new_email.txt", words)
    return user


@transaction.atomic
def confirm_email(*, member: Member, token: str) -> User | None:
    """
    Make the new address theirs, as its link asks; None where the link does not work any more, or is another user's.

    :raises TakenAddress: if another user signs in with it by now
    """
    user = User.objects.select_for_update(no_key=True).get(pk=member.user_id)
    if not user.new_email or not email_tokens.check_token(user, token):
        return None
    refuse_taken(user, user.new_email, None)
    take_email(user, user.new_email, by=member)
    return user


@transaction.atomic
def forget_new_email(*, member_id: int) -> None:
    """Leave the address as it is; the link sent to the new one dies."""
    User.objects.filter(members=member_id).update(new_email="", new_email_asked_at=None)


def refuse_taken(user: User, email: str, member: Member | None) -> None:
    """
    Refuse an address that cannot be that of a user.

    :raises TakenAddress: if the address cannot be that of a user
    """
    if email == user.email:
        raise TakenAddress(_("They sign in with this address already. Write the new one."))
    other = User.objects.filter(email=email).exclude(pk=user.pk).first()
    if other:
        colleague = member and Member.objects.filter(user=other, organisation=member.organisation_id).first()
        words = (
            _("%(email)s belongs to %(name)s, who is among the staff already. Write another address.")
            if colleague
            else _("%(email)s is in use already. Write another address.")
        )
        raise TakenAddress(words % {"email": email, "name": colleague.name if colleague else ""})


def take_email(user: User, email: str, *, by: Member | None) -> None:
    """
    Change a user's address to sign in with, and tell the old one.

    Every session, invitation and link made for the old one dies with it (`User`, `sign_in`); mail that waits goes to the new one,
    but for what holds a link.
    """
    old, members = user.email, list(Member.objects.filter(user=user).select_related("organisation").order_by("pk"))
    user.email, user.new_email, user.new_email_asked_at = email, "", None
    user.save(update_fields=["email", "new_email", "new_email_asked_at"])
    EmailAddress.objects.filter(user=user).delete()
    waiting = Message.objects.filter(recipient__in=members, to=old, state=Message.State.WAITING)
    waiting.with_link().update(
        state=Message.State.FAILED,
        error=_("Not sent: the address was changed, so the link in it does not work any more."),
    )
    waiting.update(to=email)
    for member in members:
        audit.email_changed(member, by=by)
    if user.has_come_in and members:
        words = {"member": members[0], "organisation": members[0].organisation}
        tell_by_mail(
            members[0], old, _("Your address for peerload was changed"), "staff/email/email_changed.txt", words
        )


def tell_by_mail(
    member: Member, to: str, subject: str, template: str, words: dict, *, kind: Message.Kind = Message.Kind.ACCOUNT
) -> None:
    """Send a user a mail about their sign-in, to one of their addresses."""
    notices.queue_message(
        to=to,
        kind=kind,
        subject=subject,
        body=render_to_string(template, words).strip(),
        organisation=member.organisation,
        recipient=member,
    )
