"""What may an operator have sent along with every call of a model? Nothing that is a key, nothing that costs unseen.

Next file to read: secrets.py, providers/openai_compatible.py, which sends them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from arena.domain.secrets import holds_secret

SYSTEM_PROMPT = "system_prompt"  # ours, not the API's
EXTRA_BODY, EXTRA_HEADERS, EXTRA_QUERY = "extra_body", "extra_headers", "extra_query"  # the client's own
TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
ANSWER_COUNTS = ("n", "best_of")
# All others are refused: every provider invents a header for keys, so that no list of those is ever whole.
HARMLESS = {
    EXTRA_HEADERS: (
        "accept-language",
        "anthropic-beta",
        "anthropic-version",
        "http-referer",
        "openai-beta",
        "openai-organization",
        "openai-project",
        "user-agent",
        "x-title",
    ),
    EXTRA_QUERY: ("api-version",),
}


def complaint_about(parameters: object) -> str:
    """Why these cannot be; empty if they can. Never a word of them: it may be a key."""
    if not isinstance(parameters, dict):
        return 'This is an object, such as {"temperature": 0.7}.'
    if holds_secret(parameters):
        return "Keys do not belong here: name one above, and keep it outside of the database."
    return next((said for said in (*_of_extras(parameters), *_of_costs(parameters)) if said), "")


def token_limits(parameters: Mapping[str, Any]) -> list[int]:
    """The longest answers that these ask for, wherever they say it."""
    stated = (place.get(name) for place in _places(parameters) for name in TOKEN_LIMITS)
    return [limit for limit in stated if _is_whole(limit)]


def _of_extras(parameters: Mapping[str, Any]) -> Iterator[str]:
    for place in (EXTRA_BODY, EXTRA_HEADERS, EXTRA_QUERY):
        if not isinstance(parameters.get(place, {}), dict):
            yield f"{place} is an object."
    for place, names in HARMLESS.items():
        said = parameters.get(place)
        if isinstance(said, dict) and not {name.lower() for name in said} <= set(names):
            yield f"In {place} only these are sent: {', '.join(names)}. Any other may hold a key; name it above."


def _of_costs(parameters: Mapping[str, Any]) -> Iterator[str]:
    """What a call can cost at most is set aside before it, by these numbers."""
    for place in _places(parameters):
        for name in TOKEN_LIMITS:
            if name in place and not (_is_whole(place[name]) and place[name] > 0):
                yield f"{name} is a whole number of tokens, 1 or more."
        for name in ANSWER_COUNTS:
            if name in place and not (_is_whole(place[name]) and place[name] == 1):
                yield f"A model answers once: {name} is 1, or not said."


def _places(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    extra = parameters.get(EXTRA_BODY)
    return [parameters, extra] if isinstance(extra, dict) else [parameters]


def _is_whole(value: Any) -> TypeGuard[int]:
    """Any: a value of JSON."""
    return isinstance(value, int) and not isinstance(value, bool)
