"""`python3 manage.py fsck`: recount everything; exit 1 names what does not hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from arena.queries.audit import faults
from arena.queries.catalog import all_arenas


class Command(BaseCommand):
    help = "Checks every invariant of the ledgers. Exit 1 if one does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        n_faults = 0
        for arena in all_arenas():
            for fault in faults(arena):
                self.stderr.write(f"{arena.slug}: {fault}")
                n_faults += 1
        if n_faults:
            sys.exit(1)
        self.stdout.write("All ledgers are sound.")
