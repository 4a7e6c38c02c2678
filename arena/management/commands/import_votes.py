"""`python3 manage.py import_votes FILE --arena SLUG --format F`: votes of a file in a known format; all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import ImportFault, InvalidInput
from arena.domain.metadata import VoterKind
from arena.management.audited import AuditedCommand
from arena.services.importing import VOTE_FORMATS, import_votes


class Command(AuditedCommand):
    help = "Imports votes from a file. All or nothing; once more changes nothing. See docs/importing.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--arena", required=True, metavar="SLUG", help="made if there is none")
        parser.add_argument("--format", choices=sorted(VOTE_FORMATS), required=True)
        parser.add_argument("--kind", choices=[str(kind) for kind in VoterKind], help="of all voters of the file")
        parser.add_argument("--skip-bad", action="store_true", help="leave out bad rows, and say which")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_votes(
                path=options["file"],
                arena_slug=options["arena"],
                vote_format=options["format"],
                voter_kind=VoterKind(options["kind"]) if options["kind"] else None,
                is_skipping=options["skip_bad"],
                progress=self.stderr.write,
            )
        except ImportFault as fault:
            raise CommandError(f"Nothing was imported. {fault}") from fault
        except InvalidInput as error:
            raise CommandError(f"Nothing was imported. {'; '.join(error.fields['arena'])}") from error
        for line in report.lines():
            self.stdout.write(line)
