"""Does a failpoint end the process only where it was asked for?"""

import os

import pytest

from arena.failpoints import KILLED, failpoint


@pytest.fixture
def ends(monkeypatch):
    codes = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


@pytest.mark.parametrize("asked", ["", "seq:before_insert", "seq:after_insert "])
def test_nothing_happens_in_normal_life(settings, ends, asked):
    settings.FAILPOINT = asked

    failpoint("seq:after_insert")

    assert ends == []


def test_process_ends_where_it_was_asked(settings, ends):
    settings.FAILPOINT = "seq:after_insert"

    failpoint("seq:after_insert")

    assert ends == [KILLED]
