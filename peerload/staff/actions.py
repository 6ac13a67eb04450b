"""
Changes of staff, teams, posts, absences and the service. Each is atomic, says who did it, and refuses in a sentence.

What carries points (posts, region, closure days) rings `peerload.core.events` last.
"""

from collections.abc import Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pghistory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Min, Q
from django.template.loader import render_to_string

from peerload.audit import actions as audit
from peerload.core import clock, dates, events, locks
from peerload.core.folding import same_name
from peerload.core.formats import format_day
from peerload.core.periods import lasts_half_open
from peerload.notices import actions as notices
from peerload.notices.mail import can_send
from peerload.notices.models import Message

from . import queries, rules
from .enums import Role
from .models import Absence, ClosureDay, Member, Organisation, Post, Team, User
from .sign_in import email_tokens, email_url, invitation_url, open_memberships
from .signals import absence_saved, service_begun, settings_changed


class Refused(Exception):
    """Something cannot be done as asked; its text is a sentence for the user, beside ``field`` where a form has it."""

    field = ""


class AlreadyStaff(Refused):
    """The email belongs to somebody of the same service."""


class StillNeeded(Refused):
    """Somebody supports people, leads a team or is the last admin, so their role or sign-in must stay."""


class HasComeIn(Refused):
    """Somebody has a sign-in of their own already, so nobody else is shown a link to it."""


class TakenAddress(Refused):
    """The address cannot be the one somebody signs in with."""

    field = "email"


class Contradicts(Refused):
    """The dates contradict what is recorded."""


def history(by: Member | None, **why: str):
    """Write into the history who did it, and ``reason``, where it is given; a command has nobody."""
    return pghistory.context(member=by.pk if by else None, **why)


# Members ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_member(
    *, organisation: Organisation, by: Member | None, email: str, name: str, role: str, home_team: Team | None = None
) -> Member:
    """
    Add somebody to the staff; they cannot sign in before they have followed an invitation.

    :raises AlreadyStaff: if the email belongs to somebody of this service
    """
    email = email.strip().lower()
    locks.wait_for(locks.Lock.NAMING, 0)
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    member = Member.objects.filter(organisation=organisation, user=user).first()
    if member:
        raise AlreadyStaff(f"{email} belongs to {member.name}, who is among the staff already.")
    if not user.is_active:
        User.objects.filter(pk=user.pk).update(is_active=True)
    with history(by):
        return Member.objects.create(organisation=organisation, user=user, name=name, role=role, home_team=home_team)


@transaction.atomic
def edit_member(
    *, member_id: int, by: Member | None, on: date, name: str, role: str, home_team: Team | None, active: bool
) -> Member:
    """
    Change somebody's name, role, home team or sign-in; it holds from their next request on.

    With the sign-in closed their post ends that day, so that no later day counts them.

    :raises StillNeeded: if they support people, now or from a day ahead, lead a team or are the last admin, and would not any
        more (R81)
    """
    member = lock_with_admins(member_id)
    if by and member.pk == by.pk and member.active and not active:
        raise StillNeeded("You cannot close your own sign-in. Ask another admin.")
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
    return member


def end_posts(member: Member, last_day: date) -> None:
    """
    End a member's post with their last day, so that no later day counts them; a post that had not begun by then is deleted.

    Somebody listed without any post, because they had work, gets the post they were counted with written down.
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
    """Return the first day of the first person or responsibility somebody had; both are of apps that staff does not import."""
    held = (member.allocations, member.responsibilities)
    return dates.earliest(*(each.aggregate(first=Min("starts_on"))["first"] for each in held))


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


def refuse_change(member: Member, on: date, **changes) -> None:
    """
    Refuse what the rules of roles and sign-in refuse; the row is locked (`lock_with_admins`).

    :param changes: of `rules.Staffed`
    :raises StillNeeded: if somebody cannot be as they would be, or the service would have no admin
    """
    was = queries.staffed(member, on)
    will_be = was._replace(**changes)
    if "last_day" not in changes and (says := rules.not_as_they_are(will_be)):
        raise StillNeeded(says)
    admins = queries.admins(member.organisation_id)
    if rules.last_admins(admins, {**admins, member.pk: will_be}):
        raise StillNeeded(rules.only_admin(member.name))


def open_or_close_sign_in(user: User) -> None:
    """Let somebody sign in while any service counts them among its active staff and their last day there has not passed."""
    may = bool(open_memberships(Member.objects.filter(user=user)))
    User.objects.filter(pk=user.pk).exclude(is_active=may).update(is_active=may)


@transaction.atomic
def invite(*, member_id: int, by: Member | None, by_hand: bool = False) -> str:
    """
    Send somebody a link by which they choose a password; an earlier link dies. Return the link.

    :param by_hand: whether the person who invites hands it over, because no mail can be sent
    :raises StillNeeded: if their sign-in is closed
    :raises HasComeIn: if it would be handed over by somebody who could then sign in as they do
    """
    member = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member_id)
    if not member.active:
        raise StillNeeded(f"The sign-in of {member.name} is closed. Open it first.")
    if by_hand and (member.user.has_come_in or works_elsewhere(member)):
        raise HasComeIn(
            f"{member.name} has signed in before, so no one else may see their link. "
            f"The person who runs peerload can make one: manage.py invite {member.email}"
        )
    member.invited_at = clock.now()
    member.save(update_fields=["invited_at"])
    url = invitation_url(member)
    if by_hand:
        return url
    words = {"member": member, "organisation": member.organisation, "url": url, "by": by}
    notices.queue_message(
        to=member.email,
        kind=Message.Kind.INVITATION,
        subject="Your invitation to peerload",
        body=render_to_string("staff/email/invitation.txt", words).strip(),
        organisation=member.organisation,
        recipient=member,
    )
    return url


@transaction.atomic
def accept_invitation(*, member_id: int, password: str) -> None:
    """Set the password chosen; the link is dead from then on, because its token was made from the old one."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(members=member_id)
    user.set_password(password)
    user.save(update_fields=["password"])


# The address somebody signs in with -------------------------------------------------------------------------------------


def works_elsewhere(member: Member) -> bool:
    """Return whether somebody is a member of another service, too: their sign-in is one for both."""
    return Member.objects.filter(user=member.user_id).exclude(pk=member.pk).exists()


@transaction.atomic
def change_email(*, member_id: int, email: str, by: Member | None) -> User:
    """
    Change the address somebody signs in with, for every service they work in.

    It holds at once where nobody has signed in with the old one yet, and for the command, whose user was recognised; otherwise
    once the member who signs in with it opens the link sent to the new one. Then `User.new_email` says what is asked for.

    :param by: the member themself or an admin; a command has nobody
    :raises TakenAddress: if it is theirs already or somebody else's, or if only they may change it
    """
    member = Member.objects.select_related("organisation").get(pk=member_id)
    user = User.objects.select_for_update(no_key=True).get(pk=member.user_id)
    email = email.strip().lower()
    if by and by.pk != member.pk and works_elsewhere(member):
        raise TakenAddress(
            f"{member.name} works in another service too, with the same sign-in. Only they can change it, under My account."
        )
    refuse_taken(user, email, member)
    if by is None or not user.has_come_in:
        take_email(user, email, by=by)
        return user
    user.new_email, user.new_email_asked_at = email, clock.now()
    user.save(update_fields=["new_email", "new_email_asked_at"])
    if can_send():
        words = {"member": member, "organisation": member.organisation, "url": email_url(user), "by": by}
        tell_by_mail(member, email, "Confirm your new address for peerload", "staff/email/new_email.txt", words)
    return user


@transaction.atomic
def confirm_email(*, member: Member, token: str) -> User | None:
    """
    Let the new address hold, as its link says; None where the link does not work any more, or is somebody else's.

    :raises TakenAddress: if somebody else signs in with it by now
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
    """:raises TakenAddress: if the address cannot be that of a user"""
    if email == user.email:
        raise TakenAddress("That is the address they sign in with now. Write the new one.")
    other = User.objects.filter(email=email).exclude(pk=user.pk).first()
    if other:
        colleague = member and Member.objects.filter(user=other, organisation=member.organisation_id).first()
        whose = f"belongs to {colleague.name}, who is among the staff already" if colleague else "is in use already"
        raise TakenAddress(f"{email} {whose}. Write another address.")


def take_email(user: User, email: str, *, by: Member | None) -> None:
    """
    Let somebody sign in with another address from now on, and tell the old one.

    Every session, invitation and link made for the old one dies with it (`User`, `sign_in`); mail that waits goes to the new one,
    but for what holds a link.
    """
    old, members = user.email, list(Member.objects.filter(user=user).select_related("organisation").order_by("pk"))
    user.email, user.new_email, user.new_email_asked_at = email, "", None
    user.save(update_fields=["email", "new_email", "new_email_asked_at"])
    EmailAddress.objects.filter(user=user).delete()
    waiting = Message.objects.filter(recipient__in=members, to=old, state=Message.State.WAITING)
    waiting.with_link().update(
        state=Message.State.FAILED, error="Not sent: the address was changed, and the link in it is dead."
    )
    waiting.update(to=email)
    for member in members:
        audit.email_changed(member, by=by)
    if user.has_come_in and members:
        words = {"member": members[0], "organisation": members[0].organisation}
        tell_by_mail(members[0], old, "Your address for peerload was changed", "staff/email/email_changed.txt", words)


def tell_by_mail(member: Member, to: str, subject: str, template: str, words: dict) -> None:
    """Write somebody a mail about their sign-in, to one of their addresses."""
    notices.queue_message(
        to=to,
        kind=Message.Kind.ACCOUNT,
        subject=subject,
        body=render_to_string(template, words).strip(),
        organisation=member.organisation,
        recipient=member,
    )


@transaction.atomic
def take_off_second_step(*, member_id: int) -> None:
    """
    Take off the second step of somebody who has lost phone and codes; they set up another before any page.

    The person who asked for it must have been recognised; the user is told by mail. Written for the command, not for a page.
    """
    member = Member.objects.select_related("organisation", "user").get(pk=member_id)
    Authenticator.objects.filter(user=member.user).delete()
    tell_by_mail(
        member,
        member.email,
        "Your second step of signing in was taken off",
        "staff/email/second_step_off.txt",
        {"member": member},
    )


# Posts -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_post(
    *,
    worker_id: int,
    by: Member,
    starts_on: date,
    last_day: date | None,
    team: Team | None,
    fte: Decimal,
    weekly_hours: Decimal | None,
    day_hours: rules.DayHours | None = None,
    duty: bool,
) -> Post:
    """
    Add a post; the one that holds on its first day ends the day before.

    :param day_hours: of Monday to Sunday, which add up to ``weekly_hours``
    :raises Contradicts: if another post begins within it, or it begins after the last day of a notice
    """
    worker = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=worker_id)
    ends_before = dates.day_after(last_day)
    refuse_later_posts(worker, starts_on, ends_before)
    refuse_after_last_day(worker, starts_on)
    with history(by):
        worker.posts.on(starts_on).update(ends_before=starts_on)
        post = Post.objects.create(
            organisation_id=worker.organisation_id,
            worker=worker,
            team=team,
            starts_on=starts_on,
            ends_before=ends_before,
            fte=fte,
            weekly_hours=weekly_hours,
            day_hours=day_hours,
            duty=duty,
        )
        events.send_facts_changed(worker.organisation_id, workers=[worker.pk])
    return post


def refuse_later_posts(worker: Member, starts_on: date, ends_before: date | None, but: int | None = None) -> None:
    """:raises Contradicts: if a post of the worker begins on a day of the period"""
    within = worker.posts.filter(starts_on__gte=starts_on).exclude(pk=but)
    if ends_before:
        within = within.filter(starts_on__lt=ends_before)
    if other := within.order_by("starts_on").first():
        begins = format_day(other.starts_on)
        raise Contradicts(f"{worker.name} has another post from {begins}. Change that post, or end this one before it.")


def refuse_after_last_day(worker: Member, starts_on: date) -> None:
    """:raises Contradicts: if a post begins after the last day of the worker's notice"""
    leaving = worker.leavings.standing().filter(last_day__lt=starts_on).first()
    if leaving:
        raise Contradicts(
            f"The last day of {worker.name} is {format_day(leaving.last_day)}. "
            "Choose an earlier day, or change or withdraw the notice first."
        )


@transaction.atomic
def edit_post(*, post_id: int, by: Member, starts_on: date, last_day: date | None, **fields) -> Post:
    """
    Correct a post.

    :raises Contradicts: if it would run into another one, or begins after the last day of a notice
    """
    post = Post.objects.select_for_update(of=("self",), no_key=True).select_related("worker").get(pk=post_id)
    if starts_on > post.starts_on:
        refuse_after_last_day(post.worker, starts_on)
    for name, value in {**fields, "starts_on": starts_on, "ends_before": dates.day_after(last_day)}.items():
        setattr(post, name, value)
    with history(by):
        save_without_overlap(post, f"{post.worker.name} has another post in these days.")
        events.send_facts_changed(post.organisation_id, workers=[post.worker_id])
    return post


def save_without_overlap(row: Post | Absence, sentence: str) -> None:
    """
    Save a period; the database's exclusion constraint says whether it overlaps another, also one saved this moment.

    :raises Contradicts: with the sentence, if it does
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "one_at_a_time" not in str(error):
            raise
        raise Contradicts(sentence) from error


# Teams, closure days, the service --------------------------------------------------------------------------------------


@transaction.atomic
def save_team(
    *,
    organisation: Organisation,
    by: Member,
    name: str,
    manager: Member | None,
    deputy: Member | None,
    team_id: int | None = None,
) -> Team:
    """
    Add or change a team.

    :raises Contradicts: if another team of the service has the name, manager and deputy are one person, or one cannot lead
    """
    if manager and manager == deputy:
        raise Contradicts(rules.SAME_DEPUTY)
    refuse_leaders(manager, deputy)
    locks.wait_for(locks.Lock.NAMING, organisation.pk)
    team = Team.objects.get(pk=team_id, organisation=organisation) if team_id else Team(organisation=organisation)
    others = Team.objects.filter(organisation=organisation).exclude(pk=team_id).values_list("name", flat=True)
    if name != team.name and (there := same_name(name, others)):
        raise Contradicts(rules.team_there(there))
    team.name, team.manager, team.deputy = name, manager, deputy
    with history(by):
        team.save()
    return team


def refuse_leaders(manager: Member | None, deputy: Member | None) -> None:
    """:raises Contradicts: if one of them cannot lead a team; both stay as they are until the transaction ends"""
    keys = [member.pk for member in (manager, deputy) if member]
    rows = Member.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True)
    found = {row.pk: rules.Staffed(row.name, row.role, row.active) for row in rows}
    wrong = rules.cannot_lead(manager and found[manager.pk], deputy and found[deputy.pk])
    if wrong:
        raise Contradicts(" ".join(wrong.values()))


@transaction.atomic
def add_closure(*, organisation: Organisation, by: Member, on: date, label: str) -> ClosureDay:
    """
    Close the service on a day; windows of working days are counted again.

    :raises Contradicts: if it is closed that day already
    """
    with history(by):
        day, created = ClosureDay.objects.get_or_create(organisation=organisation, on=on, defaults={"label": label})
        if not created:
            raise Contradicts(f"The service is closed on {format_day(on)} already.")
        events.send_everything_changed(organisation.pk)
    return day


@transaction.atomic
def remove_closure(*, closure_id: int, by: Member) -> None:
    """Open the service on a day again."""
    day = ClosureDay.objects.get(pk=closure_id)
    with history(by):
        day.delete()
        events.send_everything_changed(day.organisation_id)


@transaction.atomic
def edit_service(*, organisation: Organisation, by: Member, fields: dict) -> Organisation:
    """Change settings of the service; another region has other public holidays, so points are counted again."""
    row = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    region = row.region
    for name, value in fields.items():
        setattr(row, name, value)
    with history(by):
        row.save(update_fields=list(fields))
        if row.region != region:
            events.send_everything_changed(row.pk)
        settings_changed.send(Organisation, organisation=row)
    return row


# Absences --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_absence(*, worker_id: int, by: Member, **fields) -> Absence:
    """
    Record that somebody is or will be away.

    :raises Contradicts: if they are away on some of these days already
    """
    worker = Member.objects.select_related("organisation").get(pk=worker_id)
    absence = Absence(organisation=worker.organisation, worker=worker)
    return write_absence(absence, by, fields)


@transaction.atomic
def edit_absence(*, absence_id: int, by: Member | None, **fields) -> Absence:
    """
    Change an absence: the expected return, the day they are back.

    :raises Contradicts: if they are away on some of these days already
    """
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker", "organisation")
    return write_absence(absences.get(pk=absence_id), by, fields)


def write_absence(absence: Absence, by: Member | None, fields: dict) -> Absence:
    before = copy(absence)
    for name, value in fields.items():
        setattr(absence, name, value)
    if rules.band_expected(absence.starts_on, absence.expected_back) != rules.band_expected(
        before.starts_on, before.expected_back
    ):
        absence.expected_since = clock.today(absence.organisation) if absence.expected_back else None
    with history(by):
        save_without_overlap(absence, f"{absence.worker.name} is recorded as away on some of these days already.")
        absence_saved.send(Absence, before=before, after=absence, by=by)
    return absence


# Back in steps ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_return(
    *, absence_id: int, steps: Sequence[rules.Step], full_from: date | None, by: Member, today: date
) -> list[Post]:
    """
    Agree how somebody comes back to work in steps, each a post of its own until the next; the last is the full post (R80).

    Steps agreed earlier that have not begun are replaced, those that have stay. No step takes the plan back.

    :param full_from: from when they work the full post again
    :raises Contradicts: if a step lies in the past or within the absence, is not after the one before, is as much as the full
        post, or if another post begins after the first
    """
    absence = Absence.objects.select_related("worker").get(pk=absence_id)
    worker = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=absence.worker_id)
    agreed = worker.posts.filter(phased_return=absence).order_by("starts_on")
    begun = list(agreed.filter(starts_on__lt=today))
    own = worker.posts.exclude(pk__in=agreed.values("pk"))
    first = begun[0].starts_on if begun else steps[0].starts_on if steps else today
    full = full_post(absence, first)
    _must_follow(steps, full_from, full, after=begun[-1] if begun else None, absence=absence, today=today)
    ends_before = agreed.last().ends_before if agreed else (full.ends_before if full.pk else None)
    if later := own.filter(starts_on__gt=first).order_by("starts_on").first():
        if ends_before is None or later.starts_on < ends_before:
            raise Contradicts(
                f"{worker.name} has another post from {format_day(later.starts_on)}. Change that one first."
            )
    days = [*steps, *([rules.Step(full_from, full.fte)] if full_from else [])]
    posts = _posts_of_steps(days, full, absence, ends_before)
    ahead, last = list(agreed.filter(starts_on__gte=today)), begun[-1] if begun else full
    last_ends = steps[0].starts_on if steps else full_from or ends_before
    if ahead and last.ends_before == last_ends and [*map(_step_of, ahead)] == [*map(_step_of, posts)]:
        return ahead  # the same form sent again: the history is not to say that these days changed
    with history(by):
        agreed.filter(starts_on__gte=today).delete()
        if last.pk:
            last.ends_before = last_ends
            last.save(update_fields=["ends_before"])
        Post.objects.bulk_create(posts)
        events.send_facts_changed(worker.organisation_id, workers=[worker.pk])
    return posts


def _posts_of_steps(days: list[rules.Step], full: Post, absence: Absence, ends_before: date | None) -> list[Post]:
    """Return a post for each step, unsaved, which lasts until the next one."""
    ends = [*(step.starts_on for step in days[1:]), ends_before][: len(days)]
    day_hours = [rules.part_of_days(full.day_hours, step.fte, full.fte) for step in days]
    return [
        Post(
            organisation_id=absence.worker.organisation_id,
            worker=absence.worker,
            team=full.team,
            starts_on=step.starts_on,
            ends_before=end,
            fte=step.fte,
            weekly_hours=sum(by_day) if by_day else rules.hours_of(full.weekly_hours, step.fte, full.fte),
            day_hours=by_day,
            duty=full.duty,
            phased_return=absence,
        )
        for step, end, by_day in zip(days, ends, day_hours, strict=True)
    ]


def _step_of(post: Post) -> tuple:
    """Return what makes two posts the same step."""
    hours = post.weekly_hours, [*(post.day_hours or ())], post.duty
    return post.team_id, post.starts_on, post.ends_before, post.fte, *hours


def full_post(absence: Absence, on: date) -> Post:
    """Return the post somebody had before the steps of an absence, or would have; unsaved where none is written down."""
    own = absence.worker.posts.exclude(phased_return=absence).filter(starts_on__lte=on).select_related("team")
    return own.order_by("starts_on").last() or Post(worker_id=absence.worker_id, starts_on=on, fte=rules.FULL_TIME)


def _must_follow(
    steps: Sequence[rules.Step],
    full_from: date | None,
    full: Post,
    *,
    after: Post | None,
    absence: Absence,
    today: date,
) -> None:
    """:raises Contradicts: if the steps cannot be followed one after the other"""
    if (steps or after) and not full_from:
        raise Contradicts("Say when the full post begins again.")
    if full_from and not (steps or after):
        raise Contradicts("Add at least one step.")
    days = [step.starts_on for step in steps] + ([full_from] if full_from else [])
    if days and days[0] < today:
        raise Contradicts(f"{format_day(days[0])} has passed. Choose today or a later day.")
    if days and absence.ends_before and days[0] < absence.ends_before:
        raise Contradicts(
            f"{absence.worker.name} is back on {format_day(absence.ends_before)}. Choose that day or a later one."
        )
    if days and days[0] <= absence.starts_on:
        raise Contradicts("A step has to begin after the first day of the absence.")
    for before, day in pairwise([*([after.starts_on] if after else []), *days]):
        if day <= before:
            raise Contradicts(f"{format_day(day)} is not after {format_day(before)}. Each step follows the one before.")
    for step in steps:
        if step.fte >= full.fte:
            raise Contradicts(f"A step has to be less than the full post, which is {full.fte.normalize():f}.")


# The first admin -------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_service(*, code: str, name: str, timezone: str, region: str) -> Organisation:
    """
    Make an empty service.

    :raises ValidationError: if a value is none
    """
    organisation = Organisation(code=code, name=name, timezone=timezone, region=region)
    organisation.full_clean()
    organisation.save()
    service_begun.send(Organisation, organisation=organisation)
    return organisation
