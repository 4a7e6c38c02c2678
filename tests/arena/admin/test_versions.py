"""Can an operator put a new version in the place of a model, once, and with a name of its own?"""

import pytest
from django.urls import reverse

from arena.models import Contestant, Entry
from tests.factories import enter, make_arena, make_contestant

pytestmark = pytest.mark.django_db
SAID = {"name": "Quillon 2", "slug": "quillon-2", "version": "2026-11", "reason": "its maker says so"}


@pytest.fixture
def old():
    return enter(make_arena(), "quillon-1")


def address(contestant):
    return reverse("admin:new_version", args=[contestant.pk])


def test_new_version_takes_the_place(operator, old):
    link = f'href="{address(old)}"'
    assert link in operator.get(reverse("admin:arena_contestant_change", args=[old.pk])).text
    assert operator.get(address(old)).status_code == 200

    page = operator.post(address(old), SAID, follow=True)

    new = Contestant.objects.get(slug="quillon-2")
    assert (new.replaces, new.family, new.version) == (old, "Quillon-1", "2026-11")
    assert dict(Entry.objects.values_list("contestant__slug", "status")) == {
        "quillon-1": "retired",
        "quillon-2": "active",
    }
    assert "Quillon 2 takes the place of Quillon-1, whose votes stay its own." in page.text
    assert link not in operator.get(reverse("admin:arena_contestant_change", args=[old.pk])).text


@pytest.mark.parametrize(
    ("values", "field"), [({"slug": "taken-1"}, "slug"), ({"slug": "A b"}, "slug"), ({"name": ""}, "name")]
)
def test_what_makes_no_sense_is_refused(operator, old, values, field):
    make_contestant("taken-1")

    page = operator.post(address(old), SAID | values)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert Contestant.objects.count() == 2


def test_model_that_has_a_successor_gets_no_other(operator, old):
    operator.post(address(old), SAID)

    page = operator.post(address(old), SAID | {"slug": "quillon-3"})

    assert page.context["form"].errors["version"] == [
        "Quillon-1 already has a successor; make a new version of that one."
    ]


def test_staff_without_permission_makes_none(staff, old):
    assert staff.post(address(old), SAID).status_code == 403
    assert Contestant.objects.count() == 1
