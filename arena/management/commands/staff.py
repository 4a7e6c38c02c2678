"""`python3 manage.py staff LOGIN --role owner`: let somebody in from the command line, or back in after a loss."""

from typing import Any

from django.core.management.base import CommandParser

from arena.domain.roles import Role
from arena.management.audited import AuditedCommand
from arena.services.operators import admit_staff


class Command(AuditedCommand):
    help = "Makes an account of the staff, or gives one another role; with --reset a new password and second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument(
            "--role", choices=[role.value for role in Role], help="what it may do; owner for a new account"
        )
        parser.add_argument("--reset", action="store_true", help="a new password; the second factor is set up anew")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role(options["role"]) if options["role"] else None
        user, password = admit_staff(login=options["login"], role=role, is_reset=options["reset"])
        if password:
            self.stdout.write(f"{user} signs in with the password {password} (shown this once).")
        self.stdout.write(f"{user} is {', '.join(group.name for group in user.groups.order_by('name'))}.")
