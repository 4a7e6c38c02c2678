"""What do commands that change the site have in common? A line in the trail of the staff: who, what, why.

Nobody is signed in on a command line: who it was is what --actor says, or the word command.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from arena.domain.audit import COMMAND, Actor, Door
from arena.services.audit import note_step

OF_EVERY_COMMAND = {
    "actor", "why", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks", "verbosity",
    "stdout", "stderr",
}  # fmt: skip


class AuditedCommand(BaseCommand):
    """A command whose work is noted once it is done; a command that failed did nothing."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        self.name = subcommand
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--actor", default=COMMAND, metavar="LOGIN", help="who does this, for the staff's trail")
        parser.add_argument("--why", default="", help="why, for the staff's trail")
        return parser

    def execute(self, *args: Any, **options: Any) -> Any:
        done = super().execute(*args, **options)
        said = {name: value for name, value in options.items() if name not in OF_EVERY_COMMAND and value is not None}
        actor = Actor(options.get("actor", COMMAND), Door.COMMAND)
        note_step(
            actor=actor,
            action=getattr(self, "name", type(self).__module__.split(".")[-1]),
            after=said,
            why=options.get("why", ""),
        )
        return done
