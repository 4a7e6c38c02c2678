"""Which site do the fault tests break? One a database, kept from test to test, healed before each."""

from pathlib import Path

import pytest

from tests.services.deployment import Deployment
from tests.services.installation import Installation

LITELLM = pytest.StashKey[Installation]()


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


def pytest_collection_finish(session: pytest.Session) -> None:
    """LiteLLM is installed while the tests before it run."""
    if session.config.option.collectonly:
        return
    if any("litellm_programs" in getattr(item, "fixturenames", ()) for item in session.items):
        session.config.stash[LITELLM] = Installation(Path(__file__).with_name("litellm.txt"))


def pytest_unconfigure(config: pytest.Config) -> None:
    if installation := config.stash.get(LITELLM, None):
        installation.throw_away()


@pytest.fixture(scope="session")
def litellm_programs(pytestconfig: pytest.Config) -> Path:
    """The folder of LiteLLM's programs."""
    return pytestconfig.stash[LITELLM].finish()
