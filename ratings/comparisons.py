"""What does the fitter see of votes? Index arrays, validated once. Read pair_sums.py next."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ratings.errors import InvalidVotes
from ratings.outcomes import N_OUTCOMES
from ratings.tensors import count_tensor

NO_VOTER = -1
WEIGHT_LIMIT = 1e9
"""Largest weight of a vote; beyond it sums and squares would leave the range of float64 precision."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparisons:
    """Votes as arrays: row k says that outcome[k] was voted for ids[a[k]] (side a) against ids[b[k]] (side b).

    ids : m distinct names of contestants; an order of your own, best sorted.
    a, b : (n,) integers in [0, m), a != b.
    outcome : (n,) integers, codes of Outcome.
    count : (n,) integers >= 1, equal votes that the row stands for; None if each row is one vote, in time order.
    weight : (n,) float64, 0 to WEIGHT_LIMIT, of each vote; None for 1.
    voter : (n,) integers in [0, n_voters), or -1 where the voter is unknown; None if all are.
    n_voters : size of the voter index.
    time : (n,) float64, seconds since 1970; None if unknown.
    pair_probability : (n,) float64 in (0, 1], probability with which the pair was drawn; None if unknown.
    covariates : (n, k) float64, finite, difference of side a minus side b; None for none.
    covariate_names : k names.
    Raises: InvalidVotes, naming the first row that breaks a rule. Cost: O(n); arrays are shared, read-only, not copied.
    """

    ids: tuple[str, ...]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    outcome: NDArray[np.int8]
    count: NDArray[np.int64] | None = None
    weight: NDArray[np.float64] | None = None
    voter: NDArray[np.int32] | None = None
    n_voters: int = 0
    time: NDArray[np.float64] | None = None
    pair_probability: NDArray[np.float64] | None = None
    covariates: NDArray[np.float64] | None = None
    covariate_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(self.ids))
        object.__setattr__(self, "covariate_names", tuple(self.covariate_names))
        for name, dtype in _DTYPES.items():
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _frozen(getattr(self, name), dtype, name))
        _check(self)

    @classmethod
    def from_labels(
        cls, model_a: Sequence[str], model_b: Sequence[str], outcome: ArrayLike, voter: Sequence[str] | None = None
    ) -> Self:
        """Comparisons of names; ids and voters get sorted order, an empty voter is unknown. Cost: O(n log n)."""
        ids, sides = np.unique(np.array([*model_a, *model_b], dtype=object), return_inverse=True)
        n = len(model_a)
        voters, index = _index_voters(voter)
        return cls(
            ids=tuple(ids),
            a=sides[:n].astype(np.int32),
            b=sides[n:].astype(np.int32),
            outcome=np.asarray(outcome),
            voter=index,
            n_voters=len(voters),
        )

    @classmethod
    def from_tally(
        cls, ids: Sequence[str], a: ArrayLike, b: ArrayLike, counts: ArrayLike, voter: ArrayLike | None = None
    ) -> Self:
        """Comparisons of tally rows: one row a (voter, a, b) with its four counts, so that no vote needs a row.

        a, b, voter : (r,) integers as in Comparisons.   counts : (r, 4) integers >= 0, by code of Outcome.
        The board is that of the single votes; what needs their order or time is not available. Cost: O(r).
        """
        counts = np.asarray(counts, dtype=np.int64).reshape(-1, N_OUTCOMES)
        if counts.size and counts.min() < 0:
            raise InvalidVotes("a tally has a negative count")
        row, outcome = np.nonzero(counts)
        voters = None if voter is None else np.asarray(voter)
        return cls(
            ids=tuple(ids),
            a=np.asarray(a)[row],
            b=np.asarray(b)[row],
            outcome=outcome.astype(np.int8),
            count=counts[row, outcome],
            voter=None if voters is None else voters[row],
            n_voters=0 if voters is None or not voters.size else int(voters.max()) + 1,
        )

    @property
    def n_contestants(self) -> int:
        return len(self.ids)

    @property
    def n_rows(self) -> int:
        return len(self.a)

    @cached_property
    def n_votes(self) -> int:
        return self.n_rows if self.count is None else int(self.count.sum())

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Votes by ordered pair and outcome: (m, m, 4) int64, [a, b, code]. Cost: O(n + m^2)."""
        return count_tensor(self.a, self.b, self.outcome, self.n_contestants, self.count)

    @cached_property
    def total_weight(self) -> NDArray[np.float64] | None:
        """(n,) float64: weight of all votes of each row, count times weight; None for 1."""
        return _times(self.count, self.weight)

    @cached_property
    def squared_weight(self) -> NDArray[np.float64] | None:
        """(n,) float64: sum of squared weights of the votes of each row; None for 1."""
        return _times(self.count, None if self.weight is None else np.square(self.weight))

    def take(self, rows: NDArray) -> Self:
        """The comparisons of these rows (mask or indices), same ids and voters."""
        picked = {name: getattr(self, name)[rows] for name in _DTYPES if getattr(self, name) is not None}
        return replace(self, **picked)

    def between(self, contestants: NDArray[np.intp]) -> Self:
        """The comparisons with both sides among these contestants, indexed by their position in the argument."""
        if len(contestants) == self.n_contestants and np.array_equal(contestants, np.arange(self.n_contestants)):
            return self
        position = np.full(self.n_contestants, -1, dtype=np.int32)
        position[contestants] = np.arange(len(contestants), dtype=np.int32)
        kept = self.take((position[self.a] >= 0) & (position[self.b] >= 0))
        return replace(kept, ids=tuple(self.ids[i] for i in contestants), a=position[kept.a], b=position[kept.b])


_DTYPES = {
    "a": np.int32,
    "b": np.int32,
    "outcome": np.int8,
    "count": np.int64,
    "weight": np.float64,
    "voter": np.int32,
    "time": np.float64,
    "pair_probability": np.float64,
    "covariates": np.float64,
}
assert set(_DTYPES) < {field.name for field in fields(Comparisons)}


def _frozen(values: ArrayLike, dtype: type, name: str) -> NDArray:
    array = np.asarray(values)
    if np.issubdtype(dtype, np.integer) and array.size and not np.issubdtype(array.dtype, np.integer):
        raise InvalidVotes(f"{name} holds {array.dtype}, not integers")
    if array.size and array.dtype.itemsize > np.dtype(dtype).itemsize and np.issubdtype(dtype, np.integer):
        limits = np.iinfo(dtype)
        if array.min() < limits.min or array.max() > limits.max:
            raise InvalidVotes(f"{name} holds a value outside its range")
    view: NDArray = array.astype(dtype, copy=False).view()
    view.flags.writeable = False
    return view


def _times(count: NDArray | None, weight: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    if count is None:
        return weight
    return count.astype(np.float64) if weight is None else count * weight


def _index_voters(voter: Sequence[str] | None) -> tuple[NDArray, NDArray[np.int32] | None]:
    if voter is None:
        return np.array([], dtype=object), None
    names = np.array(["" if name is None else name for name in voter], dtype=object)
    known = names != ""
    voters, index = np.unique(names[known], return_inverse=True)
    full = np.full(len(names), NO_VOTER, dtype=np.int32)
    full[known] = index
    return voters, full


def _check(votes: Comparisons) -> None:
    if len(set(votes.ids)) != len(votes.ids):
        raise InvalidVotes("a contestant is named twice in ids")
    for name in _DTYPES:
        array = getattr(votes, name)
        shape = (votes.n_rows, len(votes.covariate_names)) if name == "covariates" else (votes.n_rows,)
        if array is not None and array.shape != shape:
            raise InvalidVotes(f"{name} has shape {array.shape}, not {shape}")
    if votes.n_rows:
        _check_indices(votes)
        _check_numbers(votes)


def _check_indices(votes: Comparisons) -> None:
    for name, size in (("a", votes.n_contestants), ("b", votes.n_contestants), ("outcome", N_OUTCOMES)):
        array = getattr(votes, name)
        unsigned = array.view(np.dtype(f"u{array.dtype.itemsize}"))
        if unsigned.max() >= size:
            row = int(np.argmax(unsigned >= size))
            raise InvalidVotes(f"row {row}: {name} is {array[row]}, outside 0 to {size - 1}")
    same = votes.a == votes.b
    if same.any():
        row = int(np.argmax(same))
        raise InvalidVotes(f"row {row}: {votes.ids[votes.a[row]]!r} against itself")
    if votes.voter is not None and (votes.voter.min() < NO_VOTER or votes.voter.max() >= votes.n_voters):
        raise InvalidVotes(f"voter is outside -1 to {votes.n_voters - 1}")


def _check_numbers(votes: Comparisons) -> None:
    rules = (
        ("count", lambda x: x >= 1, "at least 1"),
        ("weight", lambda x: (x >= 0) & (x <= WEIGHT_LIMIT), f"from 0 to {WEIGHT_LIMIT:g}"),
        ("time", np.isfinite, "finite"),
        ("pair_probability", lambda x: (x > 0) & (x <= 1), "above 0 and at most 1"),
        ("covariates", lambda x: np.isfinite(x).all(axis=1), "finite"),
    )
    for name, holds, what in rules:
        array = getattr(votes, name)
        if array is None or (name == "covariates" and np.isfinite(array.sum())):
            continue
        good = holds(array)
        if not good.all():
            row = int(np.argmin(good))
            raise InvalidVotes(f"row {row}: {name} is {array[row]}, not {what}")
