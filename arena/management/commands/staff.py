"""`python3 manage.py staff LOGIN --role owner`: let somebody in from the command line, or back in after a loss."""

import secrets
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from arena.domain.roles import Role
from arena.management.audited import AuditedCommand
from arena.services.operators import PASSWORD_BYTES
from arena.services.roles import give_role
from arena.services.second_factor import end_sessions, forget_second_factor


class Command(AuditedCommand):
    help = "Makes an account of the staff, or gives one another role; with --reset a new password and second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument(
            "--role", choices=[role.value for role in Role], help="what it may do; owner for a new account"
        )
        parser.add_argument("--reset", action="store_true", help="a new password; the second factor is set up anew")

    def handle(self, *args: Any, **options: Any) -> None:
        user, is_new = User.objects.get_or_create(username=options["login"])
        if is_new or options["role"]:
            give_role(user=user, role=Role(options["role"] or Role.OWNER))
        if is_new or options["reset"]:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(password)
            user.save(update_fields=["password"])
            forget_second_factor(user_id=user.pk)
            self.stdout.write(f"{user} signs in with the password {password} (shown this once).")
        else:
            end_sessions(user_id=user.pk)
        self.stdout.write(f"{user} is {', '.join(group.name for group in user.groups.order_by('name'))}.")
