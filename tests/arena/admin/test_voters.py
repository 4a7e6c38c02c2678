"""Do operators see voters without ever coming near a secret?"""

import pytest
from django.urls import reverse

from arena.models import Voter
from tests.factories import make_voter

pytestmark = pytest.mark.django_db

LIST = reverse("admin:arena_voter_changelist")


@pytest.mark.parametrize("lookup", ["secret", "secret__startswith", "secret__gt", "secret__isnull"])
def test_secret_is_no_filter(operator, lookup):
    make_voter()

    page = operator.get(LIST, {lookup: "a"})

    assert page.status_code == 400


@pytest.mark.parametrize(
    ("model", "way"),
    [
        ("battle", "voter"),
        ("vote", "battle__voter"),
        ("votenote", "vote__battle__voter"),
        ("exclusion", "vote__battle__voter"),
    ],
)
def test_secret_is_no_filter_from_afar(operator, model, way):
    page = operator.get(reverse(f"admin:arena_{model}_changelist"), {f"{way}__secret__startswith": "a"})

    assert page.status_code == 400


@pytest.mark.parametrize("name", ["kind", "is_flagged", "origin"])
def test_filters_of_the_page_work(operator, name):
    voter = make_voter(is_flagged=True)

    page = operator.get(LIST, {name: getattr(voter, name)})

    assert (page.status_code, page.context["cl"].result_count) == (200, 1)


def test_flag_is_all_that_can_be_set(operator):
    voter = make_voter()
    secret = bytes(voter.secret)

    operator.post(
        reverse("admin:arena_voter_change", args=[voter.pk]), {"is_flagged": "on", "kind": "judge", "secret": "x" * 32}
    )

    stored = Voter.objects.get()
    assert (stored.is_flagged, stored.kind, bytes(stored.secret)) == (True, "human", secret)
