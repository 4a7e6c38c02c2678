"""Who of the staff may do what? Roles are groups of the database, written anew after every migration.

Next file to read: domain/roles.py, which says what each role may do.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from arena.domain.roles import Role, grants


@transaction.atomic
def write_roles() -> None:
    """Make the groups of all roles say exactly what domain/roles.py says; what was added by hand goes."""
    rows = tuple(model._meta.model_name or "" for model in apps.get_app_config("arena").get_models())
    known = {(p.content_type.app_label, p.codename): p for p in Permission.objects.select_related("content_type")}
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.value)
        # What has no table yet, because its migration is still to come, has no permission either.
        group.permissions.set(known[grant] for grant in grants(role, rows) if grant in known)


@transaction.atomic
def give_role(*, user: User, role: Role) -> None:
    """Make this account a member of the staff in this role, and in no other."""
    user.groups.remove(*user.groups.filter(name__in=list(Role)))
    user.groups.add(Group.objects.get(name=role.value))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
