"""`python3 manage.py publish --arena SLUG`: sequence, fit and publish now."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from arena.domain.errors import NotFound
from arena.domain.visibility import STAFF
from arena.management.audited import AuditedCommand
from arena.queries.catalog import arena_by_slug
from arena.services.leaderboards import publish_arena


class Command(AuditedCommand):
    help = "Takes waiting votes into the ledger, fits, and publishes a snapshot of each board that changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--arena", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            arena = arena_by_slug(options["arena"], STAFF)
        except NotFound:
            raise CommandError(f"There is no arena called {options['arena']!r}.") from None
        snapshot_ids = publish_arena(arena_id=arena.pk)
        if not snapshot_ids:
            self.stdout.write("Nothing new: the published boards are up to date.")
        for snapshot_id in snapshot_ids:
            self.stdout.write(f"Published snapshot {snapshot_id}.")
