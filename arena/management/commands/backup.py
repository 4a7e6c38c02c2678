"""`python3 manage.py backup`: the whole site in one file, while it runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import BackupFault
from arena.management.audited import AuditedCommand
from arena.services.backups.making import make_backup


class Command(AuditedCommand):
    help = "Writes database, media and hashes into one file, of one moment, while the site runs. See docs/backups.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="a new .tar or .tar.gz; else in the data folder"
        )
        parser.add_argument("--with-keys", action="store_true", help="also the secret key and the keys of providers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = make_backup(output=options["output"], with_keys=options["with_keys"], now=datetime.now(UTC))
        except BackupFault as fault:
            raise CommandError(f"No backup was made: {fault}.") from fault
        self.stdout.write(
            f"{backup.file}: {backup.n_arenas} arenas, {backup.n_entries} ledger entries, "
            f"{backup.n_media} media files, {backup.n_bytes} bytes."
        )
        if backup.has_keys:
            self.stdout.write("It holds the keys of this site: who reads it can sign in its name and spend its money.")
