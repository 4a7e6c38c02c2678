"""`python3 manage.py bench`: the benchmarks, each a program of its own beside the tests."""

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

BENCHMARKS = settings.BASE_DIR / "tests" / "benchmarks"


class Command(BaseCommand):
    help = "Runs the benchmarks and writes their tables to docs/benchmarks.md. Never part of the tests."

    def add_arguments(self, parser: CommandParser) -> None:
        names = sorted(path.stem for path in BENCHMARKS.glob("[a-z]*.py"))
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(names)} (all by default)")
        parser.set_defaults(known=names)

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = set(options["names"]) - set(options["known"])
        if unknown:
            raise CommandError(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {options['known']}.")
        for name in options["names"] or options["known"]:
            self.stdout.write(f"--- {name}")
            self.stdout.flush()
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], cwd=settings.BASE_DIR, check=True)
