"""Which choices make a fit? All of them, as one frozen value stored with every snapshot. Read pipeline.py next."""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from ratings.errors import InvalidSpec

VERSION = 1
METHODS = ("bradley-terry", "davidson")
TIES = ("half", "drop")
CLUSTERS = ("voter", "none")
WEIGHTINGS = ("none", "pair", "propensity")
SHRINKAGES = ("auto", "none")


@dataclass(frozen=True, kw_only=True)
class RatingSpec:
    """Every choice of a fit. The defaults are the board of ratings/README.md; each field says what it changes.

    version : format of this value.
    method : "bradley-terry" (a tie is half a win) or "davidson" (ties have their own parameter).
    ties : "half", or "drop" to fit on decisive votes only.
    partial : fit the largest strongly connected part; False refuses instead.
    min_votes : votes a contestant needs among the ranked; fewer makes it preliminary.
    confidence : probability of every interval, in (0, 1).
    clusters : "voter" for intervals that let votes of one voter agree; "none" takes votes as independent.
    weighting : "pair" divides by max(votes of the pair, pair_floor), "propensity" by the probability of the pair.
    pair_floor : votes below which a pair's weight grows no more.
    max_votes_per_voter : a voter with n > cap votes gets weight cap/n on each; None caps nobody.
    influence_clip : points that one voter may move one rating; None clips nobody.
    ridge : penalty ridge/2 * sum theta^2 on the log-likelihood; 0 is maximum likelihood.
    since, until : only votes with since <= time < until, seconds since 1970; None leaves the side open.
    half_life_days : a vote loses half its weight in this time before `until` (or the newest vote); None keeps it.
    style : names of style features whose effect is taken out; a side effect is then always fitted too.
    preliminary_sigma : nats, standard deviation of the prior of preliminary contestants.
    rank_draws : draws of the rank intervals; None takes 20,000 up to 100 contestants and 4,000 above.
    seed : of every random draw.
    anchor, anchor_rating : display shift that puts this contestant at this rating; intervals do not change.
    elo_reference, elo_k : add the online Elo rating as a column (needs votes in order); its step in points.
    bootstrap_rounds : percentile intervals over resampled clusters beside the formula, as a check; 0 for none.
    sequence_votes : votes at which always-valid intervals are narrowest; None makes none.
    shrinkage : "auto" shrinks a slice to the whole board, "none" is the slice's own maximum likelihood.
    """

    version: int = VERSION
    method: str = "bradley-terry"
    ties: str = "half"
    partial: bool = True
    min_votes: int = 0
    confidence: float = 0.95
    clusters: str = "voter"
    weighting: str = "none"
    pair_floor: int = 50
    max_votes_per_voter: int | None = None
    influence_clip: float | None = None
    ridge: float = 0.0
    since: float | None = None
    until: float | None = None
    half_life_days: float | None = None
    style: tuple[str, ...] = ()
    preliminary_sigma: float = 1.0
    rank_draws: int | None = None
    seed: int = 0
    anchor: str | None = None
    anchor_rating: float | None = None
    elo_reference: bool = False
    elo_k: float = 4.0
    bootstrap_rounds: int = 0
    sequence_votes: int | None = None
    shrinkage: str = "auto"

    def __post_init__(self) -> None:
        object.__setattr__(self, "style", _names(self.style))
        _check_types(self)
        _check_values(self)

    @property
    def needs_time(self) -> bool:
        return self.since is not None or self.until is not None or self.half_life_days is not None

    def to_dict(self) -> dict[str, Any]:
        """All fields as JSON values, defaults included, so that a stored spec never depends on later defaults."""
        return asdict(self) | {"style": list(self.style)}

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """The spec of a dict; absent keys take their default.

        Raises: InvalidSpec if `values` is no dict, has an unknown key, or a value is impossible.
        """
        if not isinstance(values, dict):
            raise InvalidSpec(f"a spec is a JSON object, not {type(values).__name__}")
        known = {field.name for field in fields(cls)}
        unknown = sorted(str(key) for key in values.keys() - known)
        if unknown:
            raise InvalidSpec(f"unknown key in spec: {', '.join(unknown)}")
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The spec of a JSON text. Raises: InvalidSpec if the text is no JSON or no spec."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidSpec(f"the spec is not JSON: {error}") from error
        return cls.from_dict(values)


def _names(style: Any) -> tuple[str, ...]:
    if isinstance(style, (list, tuple)) and all(isinstance(name, str) and name for name in style):
        return tuple(style)
    raise InvalidSpec(f"style is a list of feature names, not {style!r}")


_INTEGERS = ("version", "min_votes", "pair_floor", "seed", "bootstrap_rounds")
_INTEGERS_OR_NONE = ("max_votes_per_voter", "rank_draws", "sequence_votes")
_NUMBERS = ("confidence", "ridge", "preliminary_sigma", "elo_k")
_NUMBERS_OR_NONE = ("influence_clip", "since", "until", "half_life_days", "anchor_rating")
_BOOLEANS = ("partial", "elo_reference")
_CHOICES = {"method": METHODS, "ties": TIES, "clusters": CLUSTERS, "weighting": WEIGHTINGS, "shrinkage": SHRINKAGES}


def _check_types(spec: RatingSpec) -> None:
    for name in _INTEGERS + _INTEGERS_OR_NONE:
        _require(spec, name, lambda value: type(value) is int, name in _INTEGERS_OR_NONE, "an integer")
    for name in _NUMBERS + _NUMBERS_OR_NONE:
        _require(spec, name, _is_number, name in _NUMBERS_OR_NONE, "a finite number")
    for name in _BOOLEANS:
        _require(spec, name, lambda value: type(value) is bool, False, "true or false")
    for name, choices in _CHOICES.items():
        _require(spec, name, lambda value, choices=choices: value in choices, False, f"one of {', '.join(choices)}")
    _require(spec, "anchor", lambda value: isinstance(value, str) and bool(value), True, "a contestant")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _require(spec: RatingSpec, name: str, holds: Any, may_be_none: bool, what: str) -> None:
    value = getattr(spec, name)
    if value is None and may_be_none:
        return
    if value is None or not holds(value):
        raise InvalidSpec(f"{name} is {what}, not {value!r}")


def _check_values(spec: RatingSpec) -> None:
    rules = {
        f"version {spec.version} is unknown; this program knows {VERSION}": spec.version == VERSION,
        "confidence lies between 0 and 1": 0 < spec.confidence < 1,
        "min_votes, ridge, seed and bootstrap_rounds are not negative": min(
            spec.min_votes, spec.ridge, spec.seed, spec.bootstrap_rounds
        )
        >= 0,
        "pair_floor is at least 1": spec.pair_floor >= 1,
        "preliminary_sigma and elo_k are positive": min(spec.preliminary_sigma, spec.elo_k) > 0,
        "optional limits are positive": all(
            value is None or value > 0
            for value in (
                spec.max_votes_per_voter,
                spec.influence_clip,
                spec.half_life_days,
                spec.rank_draws,
                spec.sequence_votes,
            )
        ),
        "anchor and anchor_rating come together": (spec.anchor is None) == (spec.anchor_rating is None),
        "style features are named once each": len(set(spec.style)) == len(spec.style),
        "style control is Bradley-Terry with ties as half wins": not spec.style
        or (spec.method == "bradley-terry" and spec.ties == "half"),
        "ridge and influence_clip go with plain Bradley-Terry": (spec.ridge == 0 and spec.influence_clip is None)
        or (spec.method == "bradley-terry" and not spec.style),
        "davidson needs its ties": spec.method != "davidson" or spec.ties == "half",
        "since lies before until": spec.since is None or spec.until is None or spec.since < spec.until,
    }
    for rule, holds in rules.items():
        if not holds:
            raise InvalidSpec(rule)
