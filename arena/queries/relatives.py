"""Does a fine-tune beat its base, and what does a lower precision cost? Next file to read: comparison.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from arena.domain.visibility import OUTSIDER, Viewer
from arena.domain.words import Word
from arena.models import Contestant, Snapshot
from arena.queries.catalog import public_contestants
from arena.queries.comparison import BoardPairs
from ratings.predictions import PairPrediction


class Kinship(Word):
    BASE = "base", "trained from it"
    DERIVED = "derived", "trained from this model"
    FAMILY = "family", "of the same family"


@dataclass(frozen=True)
class Relative:
    """prediction : the contestant minus the relative."""

    contestant: Contestant
    kinship: Kinship
    prediction: PairPrediction


def relatives_of(contestant: Contestant, viewer: Viewer = OUTSIDER) -> list[tuple[Contestant, Kinship]]:
    """Public ones, each once: bases, then what was trained from it, then versions and precisions of its family."""
    public = public_contestants(viewer).exclude(pk=contestant.pk)
    found = [(base, Kinship.BASE) for base in public.filter(derived_models=contestant)]
    found += [(derived, Kinship.DERIVED) for derived in public.filter(base_models=contestant)]
    if contestant.family:
        known = {relative.pk for relative, _ in found}
        family = public.filter(family=contestant.family).exclude(pk__in=known)
        found += [(relative, Kinship.FAMILY) for relative in family]
    return found


def relatives_on(
    snapshot: Snapshot, contestant: Contestant, relatives: Iterable[tuple[Contestant, Kinship]]
) -> list[Relative]:
    """Those that this board ranks besides the contestant."""
    pairs = BoardPairs(snapshot)
    return [
        Relative(relative, kinship, prediction)
        for relative, kinship in relatives
        if (prediction := pairs.predict(contestant.slug, relative.slug)) is not None
    ]


def differences_to_bases(
    snapshot: Snapshot, contestants: Iterable[Contestant]
) -> dict[int, list[tuple[Contestant, PairPrediction]]]:
    """By contestant, its ranked bases with the difference to each."""
    pairs = BoardPairs(snapshot)
    bases: dict[int, list[tuple[Contestant, PairPrediction]]] = {}
    ids = [contestant.pk for contestant in contestants]
    for contestant in (
        Contestant.objects.filter(pk__in=ids, base_models__isnull=False).distinct().prefetch_related("base_models")
    ):
        for base in contestant.base_models.all():
            if (prediction := pairs.predict(contestant.slug, base.slug)) is not None:
                bases.setdefault(contestant.pk, []).append((base, prediction))
    return bases
