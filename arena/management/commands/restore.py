"""`python3 manage.py restore FILE`: a site as it was when the backup was made; all or nothing."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import BackupFault
from arena.management.audited import AuditedCommand
from arena.services.backups.restoring import restore_backup


class Command(AuditedCommand):
    help = "Brings a backup back, all or nothing, and recounts the ledgers. Stop the site first. See docs/backups.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="put it in the place of all that is here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore_backup(file=options["file"], is_replacing=options["replace"])
        except BackupFault as fault:
            raise CommandError(f"{options['file']} was not restored, nothing has changed: {fault}.") from fault
        self.stdout.write(
            f"Restored the backup of {restored.made_at}: {restored.n_arenas} arenas, {restored.n_entries} ledger "
            f"entries, {restored.n_media} media files."
        )
        for note in restored.notes:
            self.stdout.write(note)
        for fault in restored.faults:
            self.stderr.write(fault)
        if restored.faults:
            sys.exit(1)
        self.stdout.write("All ledgers are sound.")
