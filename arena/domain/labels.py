"""What can be said of a prompt, by whom, and whose word holds? Next file to read: services/labels.py."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol, Self

from arena.domain.prompt_length import PromptLength
from arena.domain.words import Word


class LabelSource(Word):
    """From the weakest to the strongest word."""

    RULE = "rule", "offline rules"
    CLASSIFIER = "classifier", "a classifier"
    VOTER = "voter", "the voter"
    IMPORT = "import", "an imported file"
    OPERATOR = "operator", "an operator"


STRENGTH = {source: k for k, source in enumerate(LabelSource)}


@dataclass(frozen=True, kw_only=True)
class Labels:
    """None where nothing is said. language : ISO 639-1.   category : a slug of the arena."""

    language: str | None = None
    category: str | None = None
    is_code: bool | None = None
    is_math: bool | None = None
    length: PromptLength | None = None

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        return cls(**{field.name: values.get(field.name) for field in fields(cls)})

    def to_values(self) -> dict[str, Any]:
        """What is said, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class Classifier(Protocol):
    """Anything that labels texts, such as a call of a model. version : changes when its answers may."""

    version: str

    def label(self, texts: Sequence[str]) -> Sequence[Labels]:
        """Labels of each text, in order."""


@dataclass(frozen=True)
class Said:
    """Labels by one source; `order` grows with time."""

    source: LabelSource
    order: int
    labels: Labels


def labels_that_hold(said: Iterable[Said]) -> Labels:
    """Of each label the word of the strongest source, and of one source the last."""
    values: dict[str, Any] = {}
    for each in sorted(said, key=lambda one: (STRENGTH[one.source], one.order)):
        values |= each.labels.to_values()
    return Labels.from_values(values)
