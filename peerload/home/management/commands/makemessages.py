"""Django's ``makemessages`` with files that change only where a text does; English is filled in from the code."""

import re
from pathlib import Path

from django.core.management.commands import makemessages
from django.core.management.utils import popen_wrapper

SORTED = ["--sort-output", "--no-wrap", "--no-location"]
WRITTEN_ON = re.compile(r'^"POT-Creation-Date: .*\n', re.MULTILINE)


class Command(makemessages.Command):
    # Without guesses: a text that was edited is a new one, and an old translation of another text would only look right.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", *SORTED]
    msguniq_options = [*makemessages.Command.msguniq_options, *SORTED]
    msgattrib_options = [*makemessages.Command.msgattrib_options, *SORTED]

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Write a catalogue; in English each text is translated by itself, unless the catalogue says it in other words."""
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        if locale == "en_GB":
            path.write_text("\n\n".join(map(_without_a_guess, path.read_text().split("\n\n"))))
            popen_wrapper(["msgen", *SORTED, "-o", str(path), str(path)])
        path.write_text(WRITTEN_ON.sub("", path.read_text()))


def _without_a_guess(entry: str) -> str:
    """Return an entry that is to be filled in again where gettext only guesses that it is still right, as of a new plural."""
    if "#, fuzzy" not in entry:
        return entry
    entry = re.sub(r"^#\|.*\n", "", entry, flags=re.MULTILINE)
    entry = re.sub(r"^#, fuzzy(\n|, )", lambda found: "" if found[1] == "\n" else "#, ", entry, flags=re.MULTILINE)
    said = entry.index("\nmsgstr")
    return entry[:said] + ('\nmsgstr[0] ""\nmsgstr[1] ""' if "\nmsgid_plural" in entry else '\nmsgstr ""')
