"""Has the type that outsiders get no field that could name a contestant?"""

from dataclasses import fields, is_dataclass

from arena.domain import blinding

NAMING = ("contestant", "model", "slug", "name", "organisation", "endpoint", "provider", "output", "price", "nonce")
TIMING = ("latency", "first_token", "tokens", "cost", "finish")


def test_no_field_could_name_or_time_a_contestant():
    types = [value for value in vars(blinding).values() if is_dataclass(value)]
    names = {field.name for type_ in types for field in fields(type_)}

    assert {type_.__name__ for type_ in types} >= {"BlindBattle", "BlindSide", "BlindTurn", "BlindMedia"}
    assert not [name for name in names if any(word in name for word in NAMING + TIMING)]


def test_values_are_frozen():
    types = [value for value in vars(blinding).values() if is_dataclass(value)]

    assert all(type_.__dataclass_params__.frozen for type_ in types)
