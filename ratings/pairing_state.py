"""What does the choice of the next pair depend on? The state of an arena as arrays, and the operator's settings.

Read next: pairing_rules.py (how a state becomes a table of probabilities).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.errors import RatingsError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEFAULT_EXPLORATION = 0.10  # share of battles drawn evenly over all eligible pairs (PAIRING, section 9)
DEFAULT_CAP = 0.25  # largest share of battles that one contestant takes part in
DEFAULT_CLASS_SHARE = 0.90  # the other tenth are bridges, without which classes have no common scale


class InvalidPairing(RatingsError, ValueError):
    """A state or a setting that no table of probabilities can be made from."""


class NoEligiblePair(RatingsError):
    """No two contestants may meet now: none are eligible, or too few are available."""


class DisconnectedPairs(RatingsError):
    """Eligible pairs and past battles leave islands: one board over them would have no common scale."""


@dataclass(frozen=True)
class PairingSettings:
    """The operator's choices; kept with every snapshot of a table.

    rule : a name of pairing_rules.RULES.   exploration : 0 .. 1, share drawn evenly.   cap : 0 .. 1, largest share of
    battles of one contestant before exploration (2 / m where that is more, since every battle has two sides).
    top_focus : 0, or the number of top places that need_var shall settle first.
    class_share : share of battles inside a weight class where the state has classes.
    Raises InvalidPairing for a value outside these ranges.
    """

    rule: str = "need_var"
    exploration: float = DEFAULT_EXPLORATION
    cap: float = DEFAULT_CAP
    top_focus: int = 0
    class_share: float = DEFAULT_CLASS_SHARE

    def __post_init__(self) -> None:
        for name in ("exploration", "cap", "class_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidPairing(f"{name} is a share from 0 to 1, not {getattr(self, name)!r}")
        if self.top_focus < 0:
            raise InvalidPairing(f"top_focus is a number of places, not {self.top_focus!r}")

    def to_json(self) -> str:
        """The settings as one JSON line with sorted keys; equal settings give equal text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "PairingSettings":
        """The inverse of to_json. Raises InvalidPairing for unknown keys or values outside their range."""
        try:
            return cls(**json.loads(text))
        except (TypeError, json.JSONDecodeError) as error:
            raise InvalidPairing(f"no pairing settings: {text[:200]}") from error


def _by_default() -> NDArray[Any]:
    """An empty array: stands for the default, whose size only the state knows."""
    return np.empty(0)


def _or_default(array: NDArray[Any] | None, default: NDArray[Any]) -> NDArray[Any]:
    """A copy of the array in the type of the default, or the default where none was given."""
    if array is None or not np.size(array):
        return default
    copy = np.array(array, dtype=default.dtype)
    if copy.shape != default.shape:
        raise InvalidPairing(f"an array has shape {copy.shape}, not {default.shape}")
    return copy


@dataclass(frozen=True, eq=False)
class PairingState:
    """Everything that a rule may look at, for m contestants of one arena.

    ids       : (m,) slugs, all different; the order of every array.
    theta     : (m,) nats, strengths (pairing_strengths.estimate_strengths).
    variance  : (m,) nats^2, > 0, of the centred strengths, from the ridge Hessian x dispersion. Never the sandwich: it
                is 0 for a contestant without votes, who would then never be drawn.
    counts    : (m, m) >= 0, symmetric, battles so far of each pair (zeros by default).
    eligible  : (m, m) bool, symmetric, who may meet whom; a paused contestant has an empty row (all by default).
    available : (m,) bool, who can answer just now; masked after the table is made (all by default).
    classes   : (m,) labels of weight classes, or None where classes do not matter.
    exposure  : (m,) >= 0, the operator's weights (1 by default).
    Raises InvalidPairing where shapes or values do not fit. Cost: O(m^2).
    """

    ids: tuple[str, ...]
    theta: Floats
    variance: Floats
    counts: Floats = field(default_factory=_by_default)
    eligible: Bools = field(default_factory=_by_default)
    available: Bools = field(default_factory=_by_default)
    classes: Sequence[str] | None = None
    exposure: Floats = field(default_factory=_by_default)
    settings: PairingSettings = field(default_factory=PairingSettings)

    def __post_init__(self) -> None:
        m = len(self.ids)
        if len(set(self.ids)) != m:
            raise InvalidPairing("two contestants have the same id")
        self._keep("theta", np.array(self.theta, dtype=float), (m,))
        self._keep("variance", np.array(self.variance, dtype=float), (m,))
        self._keep("counts", _or_default(self.counts, np.zeros((m, m))), (m, m))
        self._keep("eligible", _or_default(self.eligible, np.ones((m, m), bool)) & ~np.eye(m, dtype=bool), (m, m))
        self._keep("available", _or_default(self.available, np.ones(m, bool)), (m,))
        self._keep("exposure", _or_default(self.exposure, np.ones(m)), (m,))
        if self.classes is not None and len(self.classes) != m:
            raise InvalidPairing(f"{m} contestants need {m} classes")
        is_known = (self.variance > 0).all() or m == 1  # a lone contestant is its own mean, without any variance
        if not (np.isfinite(self.theta).all() and np.isfinite(self.variance).all() and is_known):
            raise InvalidPairing("strengths are finite, variances finite and above 0")
        if not (np.isfinite(self.exposure).all() and (self.exposure >= 0).all() and (self.counts >= 0).all()):
            raise InvalidPairing("exposure and counts are 0 or more")
        if not (np.array_equal(self.eligible, self.eligible.T) and np.array_equal(self.counts, self.counts.T)):
            raise InvalidPairing("eligible pairs and counts have no direction: both are symmetric")

    @property
    def n_contestants(self) -> int:
        return len(self.ids)

    def same_class(self) -> Bools:
        """(m, m) bool, pairs inside one class. Raises InvalidPairing if the state has no classes."""
        if self.classes is None:
            raise InvalidPairing("this state has no classes")
        codes = np.unique(np.asarray(self.classes, dtype=str), return_inverse=True)[1]
        return codes[:, None] == codes[None, :]

    def _keep(self, name: str, array: Floats | Bools, shape: tuple[int, ...]) -> None:
        """Keep the array read-only, under its name, if it has the right shape."""
        if array.shape != shape:
            raise InvalidPairing(f"{name} has shape {array.shape}, not {shape}")
        array.flags.writeable = False
        object.__setattr__(self, name, array)


def check_connected(state: PairingState) -> None:
    """Whether eligible pairs and past battles join all contestants who may meet anybody.

    Returns None. Raises DisconnectedPairs naming the smaller side. Cost: O(m^2) for each step of the search.
    """
    links = state.eligible | (state.counts > 0)
    active = state.eligible.any(axis=1)
    reached = np.zeros(state.n_contestants, dtype=bool)
    border = np.zeros(state.n_contestants, dtype=bool)
    border[np.argmax(active)] = True
    while border.any():
        reached |= border
        border = links[border].any(axis=0) & ~reached
    islands = [state.ids[k] for k in np.flatnonzero(active & ~reached)]
    if islands:
        raise DisconnectedPairs(f"no eligible pair or past battle joins {', '.join(islands)} to the others")
