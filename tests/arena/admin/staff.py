"""Who of the staff is signed in?"""

from django.contrib.auth.models import User
from django.test import Client

from arena.domain.roles import Role
from arena.services.roles import give_role
from tests.arena.admin.conftest import BACKEND


def signed_in(login: str, role: Role) -> Client:
    user = User.objects.create_user(login)
    give_role(user=user, role=role)
    client = Client()
    client.force_login(user, BACKEND)
    return client
