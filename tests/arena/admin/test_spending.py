"""Caps are set in the admin; what was spent is only read, and tells of no voter."""

import pytest
from django.urls import reverse

from arena.domain.spending import CapScope
from arena.models import SpendingCap, SpendingTotal
from arena.queries.clock import database_now
from arena.queries.spending import current_caps, total_key
from tests.factories import make_contestant, make_voter

pytestmark = pytest.mark.django_db

ADD = reverse("admin:arena_spendingcap_add")


def test_an_operator_sets_a_cap(operator):
    page = operator.post(ADD, {"scope": "day", "contestant": "", "limit_usd": "12.50"})

    assert page.status_code == 302
    assert current_caps().limit(CapScope.DAY) == 12_500_000_000


@pytest.mark.parametrize("limit", ["-1", "NaN", "1e308", "Infinity", "x", "0.00001"])
def test_an_amount_that_is_none_is_refused(operator, limit):
    page = operator.post(ADD, {"scope": "day", "contestant": "", "limit_usd": limit})

    assert (page.status_code, SpendingCap.objects.count()) == (200, 0)


def test_only_the_cap_of_a_model_names_one_and_each_cap_is_there_once(operator):
    model = make_contestant("own")
    assert b"Only a cap of one model" in operator.post(ADD, {"scope": "day", "contestant": model.pk}).content
    operator.post(ADD, {"scope": "day", "contestant": "", "limit_usd": "5"})

    page = operator.post(ADD, {"scope": "day", "contestant": "", "limit_usd": "6"})

    assert b"There is a cap of this kind already." in page.content
    assert SpendingCap.objects.get().limit_usd == 5


def test_totals_are_read_in_usd_and_name_no_voter(operator):
    voter, day = make_voter(), database_now().date()
    total = SpendingTotal.objects.create(
        key=total_key(CapScope.VOTER_DAY, day, voter_id=voter.id),
        scope=CapScope.VOTER_DAY,
        begins=day,
        voter=voter,
        spent_nano=1_234_567_890,
    )

    pages = [
        operator.get(reverse("admin:arena_spendingtotal_changelist")),
        operator.get(reverse("admin:arena_spendingtotal_change", args=[total.pk])),
    ]

    for page in pages:
        assert "1.23456789" in page.content.decode()
    assert str(voter.id) not in pages[0].content.decode()
