"""What the static scripts say: their words, marked for translation here, in a page by ``{% script_words %}``."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

WORDS: dict[str, Promise | str] = {
    # unsent.js
    "no_signal": _("No signal. Your words are still on this page; they are sent once when the signal is back."),
    "sending": _("Sending."),
    "sign_in": _(
        "You are signed out. Your words are still on this page. Sign in in another window, come back, then send them."
    ),
    "someone_else": _(
        "Someone else is signed in on this device now. Your words are still on this page; they are not sent as theirs."
    ),
    "trouble": _("That did not work just now. Your words are still on this page; they are tried again."),
    "not_taken": _(
        "This could not be saved; the person may be with another worker by now. Your words are still on this page."
    ),
    "saved": _("Saved."),
    "send_now": _("Send now"),
    "sign_in_elsewhere": _("Sign in in another window"),
    # figures.js
    "figures_slow": _("Counting. Until then these figures are from before your last choice."),
    "figures_no_signal": _("No signal: these figures are from before your last choice."),
    "figures_old": _("These figures are from before your last choice. Press the button to try again."),
    "figures_signed_out": _(
        "You are signed out: these figures are from before your last choice. Sign in in another window."
    ),
    "figures_people": _("The list has changed meanwhile. Press the button to see it as it is now."),
    # answers.js
    "show_again": _("Show this page again"),
    "refused": _("An answer that waited could not be saved. Log the contact again, or delete the answer."),
    "log": _("Log the contact"),
    "delete": _("Delete the answer"),
    "stay": _("Stay signed in"),
    "delete_and_sign_out": _("Delete and sign out"),
    "still_signed_in": _("No signal: you are still signed in here, and nothing is deleted."),
}


def script_words() -> dict[str, str]:
    """Return every text of the scripts in the language of the moment; those that count come for one and for several."""
    found = {name: str(words) for name, words in WORDS.items()}
    for form, number in (("one", 1), ("several", 2)):
        found[f"waits_{form}"] = ngettext(
            "%(count)s answer waits for a signal on this phone.",
            "%(count)s answers wait for a signal on this phone.",
            number,
        ) % {"count": "{count}"}
        found[f"sent_{form}"] = ngettext(
            "%(count)s answer that waited is saved.", "%(count)s answers that waited are saved.", number
        ) % {"count": "{count}"}
        found[f"before_{form}"] = ngettext(
            "%(count)s answer waits on this phone and is not saved yet. Signing out deletes it.",
            "%(count)s answers wait on this phone and are not saved yet. Signing out deletes them.",
            number,
        ) % {"count": "{count}"}
    return found
