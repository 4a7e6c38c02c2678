"""A spec is frozen, complete in JSON, and refuses what it does not know."""

import json
from dataclasses import FrozenInstanceError

import pytest

from ratings.errors import InvalidSpec
from ratings.spec import RatingSpec

EVERY_FIELD_CHANGED = RatingSpec(
    method="davidson",
    partial=False,
    min_votes=30,
    confidence=0.9,
    clusters="none",
    weighting="pair",
    pair_floor=20,
    max_votes_per_voter=100,
    since=1.5,
    until=2.5,
    half_life_days=7.0,
    preliminary_sigma=0.5,
    rank_draws=100,
    seed=7,
    anchor="a",
    anchor_rating=1114.0,
    elo_reference=True,
    elo_k=8.0,
    bootstrap_rounds=10,
    sequence_votes=1000,
    shrinkage="none",
)


@pytest.mark.parametrize("spec", [RatingSpec(), EVERY_FIELD_CHANGED, RatingSpec(style=("length", "bold"))])
def test_spec_comes_back_from_json(spec: RatingSpec) -> None:
    text = spec.to_json()

    assert RatingSpec.from_json(text) == spec
    assert json.loads(text) == spec.to_dict()


def test_json_holds_every_default_so_that_later_defaults_change_nothing() -> None:
    assert RatingSpec().to_dict() == {
        "version": 1,
        "method": "bradley-terry",
        "ties": "half",
        "partial": True,
        "min_votes": 0,
        "confidence": 0.95,
        "clusters": "voter",
        "weighting": "none",
        "pair_floor": 50,
        "max_votes_per_voter": None,
        "influence_clip": None,
        "ridge": 0.0,
        "since": None,
        "until": None,
        "half_life_days": None,
        "style": [],
        "preliminary_sigma": 1.0,
        "rank_draws": None,
        "seed": 0,
        "anchor": None,
        "anchor_rating": None,
        "elo_reference": False,
        "elo_k": 4.0,
        "bootstrap_rounds": 0,
        "sequence_votes": None,
        "shrinkage": "auto",
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"colour": 1}, "unknown key in spec: colour"),
        ({"version": 2}, "version 2 is unknown"),
        ({"method": "elo"}, "method is one of bradley-terry, davidson"),
        ({"min_votes": True}, "min_votes is an integer"),
        ({"min_votes": -1}, "not negative"),
        ({"min_votes": None}, "min_votes is an integer"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"confidence": float("nan")}, "finite number"),
        ({"partial": 1}, "true or false"),
        ({"style": "length"}, "list of feature names"),
        ({"style": ["length", "length"]}, "once each"),
        ({"anchor": "a"}, "come together"),
        ({"since": 2.0, "until": 1.0}, "before until"),
        ({"style": ["length"], "method": "davidson"}, "style control is Bradley-Terry"),
        ({"ties": "drop", "method": "davidson"}, "needs its ties"),
        ({"ridge": 1.0, "method": "davidson"}, "plain Bradley-Terry"),
        ({"half_life_days": 0}, "limits are positive"),
        ({"pair_floor": 0}, "pair_floor"),
        ({"preliminary_sigma": 0}, "preliminary_sigma"),
        ([], "a spec is a JSON object"),
    ],
)
def test_wrong_spec_is_refused(values: object, message: str) -> None:
    with pytest.raises(InvalidSpec, match=message):
        RatingSpec.from_dict(values)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "NaN"])
def test_text_that_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(InvalidSpec):
        RatingSpec.from_json(text)


def test_spec_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RatingSpec().seed = 1
