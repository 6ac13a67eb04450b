"""A session of a member who has just confirmed that it is them."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str


def confirm(session, member, *, at: float | None = None) -> None:
    """Write into a session that its member gave their second factor once more, now or at a moment in seconds."""
    record = {"method": "mfa", "at": at or time.time(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(member.user)
    session.save()
