"""Style features of texts."""

import pytest

from ratings.features import FEATURE_NAMES, StyleFeatures, count_features, relative_differences

ANSWER = """# Title

Some **bold** and __also bold__ words, `inline` code \U0001f600.

- one
* two
1. three
   - nested

```python
# no header
- no item **not bold**
```

## Second
"""


def test_features_of_a_markdown_answer() -> None:
    assert count_features(ANSWER) == StyleFeatures(length=len(ANSWER), headers=2, lists=4, bold=2, code=2, emoji=1)
    assert FEATURE_NAMES == ("length", "headers", "lists", "bold", "code", "emoji")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0, 0, 0, 0, 0)),
        ("plain words - no list, 3. no item", (33, 0, 0, 0, 0, 0)),
        ("####### seven is no header\n#hash", (32, 0, 0, 0, 0, 0)),
        ("** not bold ** 2 ** 3", (21, 0, 0, 0, 0, 0)),
        ("```\nnever closed\n# x", (20, 0, 0, 0, 1, 0)),
        ("e\u0301", (1, 0, 0, 0, 0, 0)),
        ("a\r\n- b\r\n", (6, 0, 1, 0, 0, 0)),
        ("`" * 5000, (5000, 0, 0, 0, 1, 0)),
        ("*" * 5000, (5000, 0, 0, 0, 0, 0)),
    ],
)
def test_features_of_awkward_texts(text: str, expected: tuple[int, ...]) -> None:
    assert tuple(count_features(text)) == expected


def test_relative_differences_are_bounded_and_antisymmetric() -> None:
    a, b = [[0, 9, 4]], [[0, 0, 5]]

    assert relative_differences(a, b).tolist() == [[0, 0.9, -0.1]]
    assert (relative_differences(a, b) == -relative_differences(b, a)).all()
