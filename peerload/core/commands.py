"""What every command of manage.py has."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class TranslatedCommand(BaseCommand):
    """A command whose ``help`` is marked for translation: argparse folds lines of a plain text only."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:  # type: ignore[override]
        """Return the parser of the command's words, with its help in the language of now."""
        self.help = str(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)
