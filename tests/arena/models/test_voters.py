"""Has every voter a secret of its own, and is an imported one known by its label?"""

import pytest
from django.db import IntegrityError, transaction

from arena.models import Voter
from tests.factories import make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_secrets_are_long_and_different():
    for _ in range(3):
        make_voter()

    secrets = {bytes(voter.secret) for voter in Voter.objects.all()}

    assert [len(secret) for secret in secrets] == [32, 32, 32]


def test_label_is_used_once_an_origin_and_kind():
    make_voter(origin="llmfao", label="w1")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_voter(origin="llmfao", label="w1")

    make_voter(origin="other", label="w1")
    make_voter(kind="judge", origin="llmfao", label="w1")
    make_voter()
    make_voter()
    assert Voter.objects.count() == 5


def test_kind_is_known():
    with pytest.raises(IntegrityError, match="voter_kind_known"), transaction.atomic():
        make_voter(kind="robot")
