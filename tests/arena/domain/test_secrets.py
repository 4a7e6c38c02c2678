"""Are names that hold keys found however deep, and others left alone?"""

import pytest

from arena.domain.secrets import holds_secret


@pytest.mark.parametrize(
    "values", [{"api_key": 1}, {"extra_body": {"Authorization": "x"}}, [{"a": [{"password": ""}]}], {"X-Api-Key": None}]
)
def test_key_is_found(values):
    assert holds_secret(values)


@pytest.mark.parametrize("values", [{}, {"max_tokens": 5, "key_name": "ARENA_KEY_X"}, [1, "api_key"], None, "secret"])
def test_others_are_left_alone(values):
    assert not holds_secret(values)
