"""Does the first run make one operator, with a password that works and is told once?"""

import pytest
from django.contrib.auth import get_user_model

from arena.services.operators import create_first_operator

pytestmark = pytest.mark.django_db


def test_first_operator_can_sign_in():
    login, password = create_first_operator()

    user = get_user_model().objects.get()
    assert (user.username, user.is_superuser, user.is_staff) == (login, False, True)
    assert [group.name for group in user.groups.all()] == ["owner"]
    assert user.check_password(password)
    assert len(password) >= 12


def test_there_is_only_one_first():
    create_first_operator()

    assert create_first_operator() is None
    assert get_user_model().objects.count() == 1
