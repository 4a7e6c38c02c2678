"""Which shares of battles does the operator ask for, of kinds of prompts and of kinds of models?

Next file to read: queries/pairing.py, which draws by the first; queries/shares.py, which watches the second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from arena.domain.words import Word


class InvalidShares(ValueError):
    """Shares that no draw and no watch can keep; the sentence is for the operator."""


class ModelGroup(Word):
    """By what models are put together when shares are watched."""

    MODEL = "model", "Model"
    ORGANISATION = "organisation", "Organisation"
    LICENCE = "licence", "Licence"
    WEIGHT_CLASS = "weight-class", "Weight class"


@dataclass(frozen=True)
class PromptShares:
    """Wanted share of battles by category and by language; "unknown" is a value. What is not named shares the rest."""

    category: Mapping[str, float] = field(default_factory=dict)
    language: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_values(cls, values: Any) -> Self:
        """Of {"category": {"code": 0.4}, "language": {"de": 0.2}}. Raises InvalidShares."""
        named = _named(values, ("category", "language"))
        shares = cls(**{name: _shares(name, part) for name, part in named.items()})
        for name, part in (("category", shares.category), ("language", shares.language)):
            if sum(part.values()) > 1:
                raise InvalidShares(f"The shares of {name} add up to more than 1.")
        return shares


def share_caps_from(values: Any) -> dict[ModelGroup, float]:
    """Of {"organisation": 0.4}: largest share of battles of any one organisation, licence, weight class.

    The cap of a single model is a choice of the pairing rule. Raises InvalidShares.
    """
    groups = [group for group in ModelGroup if group is not ModelGroup.MODEL]
    return {ModelGroup(name): cap for name, cap in _shares("caps", _named(values, groups)).items()}


def _named(values: Any, known: Sequence[str]) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise InvalidShares("This is an object with names and shares.")
    if unknown := sorted(values.keys() - set(known)):
        raise InvalidShares(f"Unknown: {', '.join(unknown)}. Known: {', '.join(known)}.")
    return values


def _shares(name: str, values: Any) -> dict[str, float]:
    if not isinstance(values, dict):
        raise InvalidShares(f"{name} is an object with names and shares.")
    for key, share in values.items():
        if type(share) not in (int, float) or not 0 <= share <= 1:
            raise InvalidShares(f"The share of {key} in {name} is a number from 0 to 1, not {share!r}.")
    return {key: float(share) for key, share in values.items()}
