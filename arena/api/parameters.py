"""What does the query string of a request say? Unknown, repeated and bad parameters are refused, nothing is guessed."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from arena.api.errors import BadParameter
from arena.api.serializers.strict import StrictSerializer


def read_parameters(request: Request, serializer_class: type[StrictSerializer]) -> dict[str, Any]:
    """The checked values by name; lists where the serializer has a list. Raises BadParameter (400)."""
    fields = serializer_class().fields
    several = {name for name, field in fields.items() if isinstance(field, serializers.ListField)}
    said = dict(request.query_params.lists())
    repeated = [name for name, values in said.items() if len(values) > 1 and name not in several]
    if repeated:
        raise BadParameter(f"Given more than once: {_listed(repeated)}.")
    serializer = serializer_class(data={name: v if name in several else v[-1] for name, v in said.items()})
    try:
        serializer.is_valid(raise_exception=True)
    except ValidationError as error:
        raise BadParameter(f"Bad or unknown parameter: {_listed(error.detail)}.") from None
    return serializer.validated_data


def _listed(names: Any) -> str:
    return ", ".join(sorted(ascii(name)[1:-1] for name in names))
