"""`python3 manage.py alarms`: what is wrong now; exit 1 if something is. For cron and other watchers."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from arena.queries.alarms import current_alarms
from arena.services.alarms import watch_alarms


class Command(BaseCommand):
    help = "Says what is wrong now. Exit 1 if something is. With --send it also tells, as the worker does when it runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--send", action="store_true", help="by e-mail and webhook, what was not told yet")

    def handle(self, *args: Any, **options: Any) -> None:
        alarms = watch_alarms() if options["send"] else current_alarms()
        for alarm in alarms:
            self.stdout.write(f"{alarm.name}  {alarm.sentence}")
        if alarms:
            sys.exit(1)
        self.stdout.write("Nothing is wrong.")
