"""Would these values bring a key into the database? Keys are named; their values stay outside.

Next file to read: parameters.py, providers/keys.py.
"""

import re
from typing import Any

SECRET_NAMES = re.compile(
    r"token|(.+[-_])?(api[-_]?key|(access|account|private|secret|subscription)[-_]?key|authorization|auth|bearer"
    r"|(access|api|auth|id|refresh|security|session)[-_]?token|secret|password|cookie|credentials?)",
    re.IGNORECASE,
)
# How keys of large providers begin, and what stands in their headers. With a digit, so that no prose is meant.
KEY_VALUES = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|rk|gsk|xai|hf|r8|pplx|nvapi|ghp|glpat)[-_]|AIza|AKIA|eyJ)(?=[\w.-]*\d)[\w.-]{8,}"
    r"|\bBearer\s+[\w.~+/-]{8,}"
)


def holds_secret(value: Any) -> bool:
    """Whether a name in these values is one that holds keys, or a text a key. Any: values of JSON, however deep."""
    match value:
        case dict():
            return any(
                SECRET_NAMES.fullmatch(str(name)) or holds_secret(str(name)) or holds_secret(item)
                for name, item in value.items()
            )
        case list():
            return any(map(holds_secret, value))
        case str():
            return KEY_VALUES.search(value) is not None
    return False
