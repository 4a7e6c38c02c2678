"""Which site do the fault tests break? One a database, kept from test to test, healed before each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.deployment import Deployment
from tests.services.installation import installed


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


@pytest.fixture(scope="session")
def litellm_programs() -> Iterator[Path]:
    """The folder of LiteLLM's programs."""
    with installed(Path(__file__).with_name("litellm.txt")) as programs:
        yield programs
