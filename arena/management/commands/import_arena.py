"""`python3 manage.py import_arena DIR --arena SLUG`: models, prompts, outputs and votes of a folder; all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import ImportFault, InvalidInput
from arena.management.audited import AuditedCommand
from arena.services.importing import FOLDER_FORMATS, import_arena


class Command(AuditedCommand):
    help = "Imports an arena from a folder. All or nothing; once more changes nothing. See docs/importing.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--arena", required=True, metavar="SLUG", help="made if there is none")
        parser.add_argument("--format", choices=sorted(FOLDER_FORMATS), default="fairground")
        parser.add_argument(
            "--update", action="store_true", help="take the folder's word where known metadata says something else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_arena(
                path=options["folder"],
                arena_slug=options["arena"],
                folder_format=options["format"],
                is_update=options["update"],
                progress=self.stderr.write,
            )
        except ImportFault as fault:
            raise CommandError(f"Nothing was imported. {fault}") from fault
        except InvalidInput as error:
            raise CommandError(f"Nothing was imported. {'; '.join(error.fields['arena'])}") from error
        for line in report.lines():
            self.stdout.write(line)
