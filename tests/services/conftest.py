"""Which site do the fault tests break? One a database, kept from test to test, healed before each."""

import pytest

from tests.services.deployment import Deployment


@pytest.fixture(scope="session")
def deployment(vendor):
    with Deployment(vendor) as running:
        yield running


@pytest.fixture
def site(deployment):
    """A site in which everything runs."""
    deployment.heal()
    yield deployment
    deployment.heal()
