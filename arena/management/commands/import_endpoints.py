"""`python3 manage.py import_endpoints FILE [--arena SLUG]`: models of FastChat's api_endpoints.json; all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import ImportFault
from arena.management.audited import AuditedCommand
from arena.services.importing.endpoint_list import import_endpoint_list, read_endpoint_list


class Command(AuditedCommand):
    help = "Adds the models of an api_endpoints.json as drafts. Keys in the file are not taken. See docs/models.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--arena", metavar="SLUG", help="enter them there, as drafts")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = import_endpoint_list(values=read_endpoint_list(path), file=path.name, arena_slug=options["arena"])
        except ImportFault as fault:
            raise CommandError(f"Nothing was imported. {fault}") from fault
        for line in report.lines():
            self.stdout.write(line)
