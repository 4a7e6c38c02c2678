"""Which prompts are offered in an arena, and who has a stored output for which? Cheap to ask for every battle.

The one big part, who has what, is kept by each process for as long as the database says that nothing changed.
Next file to read: pairing.py.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, QuerySet, Sum

from arena.domain.filter_values import UNKNOWN
from arena.models import Arena, Output, Prompt

MAX_KEPT = 32  # arenas, or states of an arena, a process remembers; 60 models x 100 prompts are 6 kB
Mask = np.ndarray  # of booleans


@dataclass(frozen=True, eq=False)
class Pool:
    """n prompts by key.

    ids, keys, categories, languages : (n,); an empty category or language is "unknown".
    stored : (m, n), read-only, whether contestant i has a stored output for prompt k.
    """

    ids: np.ndarray
    keys: np.ndarray
    categories: np.ndarray
    languages: np.ndarray
    stored: Mask


def read_pool(arena: Arena, contestant_ids: tuple[int, ...]) -> Pool:
    """The pool as it is now, with the outputs of these contestants in their order."""
    offered = Prompt.objects.filter(arena=arena, is_in_pool=True)
    rows = list(offered.order_by("key").values_list("id", "key", "category", "language"))
    ids, keys, categories, languages = zip(*rows, strict=True) if rows else ((), (), (), ())
    outputs = Output.objects.filter(
        prompt__in=offered.order_by().values("id"), contestant__in=contestant_ids, is_redacted=False
    )
    return Pool(
        ids=np.array(ids, dtype=np.int64),
        keys=np.array(keys, dtype=str),
        categories=np.array([category or UNKNOWN for category in categories], dtype=str),
        languages=np.array([language or UNKNOWN for language in languages], dtype=str),
        stored=_kept.of(outputs, contestant_ids, ids),
    )


class _Kept:
    """Who has what, by the contestants, the prompts and a fingerprint of the outputs; for all threads of a process."""

    def __init__(self) -> None:
        self._masks: OrderedDict[tuple[Any, ...], Mask] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, outputs: QuerySet[Output], contestant_ids: tuple[int, ...], prompt_ids: tuple[int, ...]) -> Mask:
        mark = outputs.aggregate(n=Count("id"), newest=Max("id"), which=Sum(F("prompt_id") * F("contestant_id")))
        key = (contestant_ids, prompt_ids, *mark.values())
        with self._lock:
            if key in self._masks:
                self._masks.move_to_end(key)
                return self._masks[key]
        mask = _read(outputs, contestant_ids, prompt_ids)
        with self._lock:
            self._masks[key] = mask
            while len(self._masks) > MAX_KEPT:
                self._masks.popitem(last=False)
        return mask


def _read(outputs: QuerySet[Output], contestant_ids: tuple[int, ...], prompt_ids: tuple[int, ...]) -> Mask:
    row = {contestant_id: i for i, contestant_id in enumerate(contestant_ids)}
    column = {prompt_id: k for k, prompt_id in enumerate(prompt_ids)}
    mask = np.zeros((len(row), len(column)), dtype=bool)
    for contestant_id, prompt_id in outputs.values_list("contestant_id", "prompt_id"):
        if prompt_id in column:  # the pool may have grown since its prompts were read
            mask[row[contestant_id], column[prompt_id]] = True
    mask.flags.writeable = False
    return mask


_kept = _Kept()
