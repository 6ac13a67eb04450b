"""List the templates that come with peerload, with their counts."""

import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.guides import shipped


class Command(TranslatedCommand):
    help = gettext_lazy("List the templates that come with peerload, with their counts.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text", help=_("how to write the list"))

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            {
                "code": code,
                "shape": str(content.shape),
                "title": content.title,
                "source": content.source,
                "sections": len(content.sections),
                "items": content.items,
            }
            for code, content in shipped.contents().items()
        ]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write("{code}: {shape}, {title}, {sections} sections, {items} items. {source}".format(**row))
