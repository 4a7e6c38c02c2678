"""Would these values bring a key into the database? Keys are named; their values stay outside.

Next file to read: providers/keys.py.
"""

import re
from typing import Any

SECRET_NAMES = re.compile(
    r"(api[-_]?key|x[-_]api[-_]key|authorization|auth|bearer|secret|password|access[-_]?token)", re.IGNORECASE
)


def holds_secret(value: Any) -> bool:
    """Whether a name somewhere in these values is one that holds keys. Any: values of JSON, however deep."""
    match value:
        case dict():
            return any(SECRET_NAMES.fullmatch(str(name)) or holds_secret(item) for name, item in value.items())
        case list():
            return any(map(holds_secret, value))
    return False
