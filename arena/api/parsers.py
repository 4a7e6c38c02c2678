"""What is a JSON document? RFC 8259 to the letter, without the leniencies of Python's reader.

Next file to read: bodies.py, which reads the bytes.
"""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from arena.api.errors import Malformed

JSON_TYPE = "application/json"


class StrictJSONParser(BaseParser):
    media_type = JSON_TYPE

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return parse_json(stream.read())


def parse_json(document: bytes) -> Any:
    """Raises Malformed for what is not exactly one document in UTF-8, or names a field twice."""
    try:
        return json.loads(document.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_fields_once)
    except RecursionError:
        raise Malformed("The JSON is nested too deeply.") from None
    except ValueError as error:  # of the decoder, of the JSON reader, of a number with thousands of digits
        raise Malformed(_reason(error)) from None


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The body is not JSON: {error.msg} at character {error.pos}."
    if isinstance(error, UnicodeDecodeError):
        return f"The body is not UTF-8: byte {error.start}."
    return "The body is not JSON."


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _fields_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is named twice")
    return fields
