"""Who competes in the demo arena? Six classical extractive summarisers, run here and now, without any network.

Next file to read: summarisers/sentences.py, then one algorithm beside it; demo_passages.py for what they are asked.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from arena.providers.base import Chunk, ProviderError, Request
from arena.providers.demo_passages import find_passage
from arena.providers.summarisers.centroid import choose_centroid
from arena.providers.summarisers.frequency import choose_frequency
from arena.providers.summarisers.hashpick import choose_hashpick
from arena.providers.summarisers.lead import choose_lead
from arena.providers.summarisers.lexrank import choose_lexrank
from arena.providers.summarisers.sentences import join_sentences, split_sentences
from arena.providers.summarisers.textrank import choose_textrank

N_SENTENCES = 3  # what the instructions of demo_passages.py ask for
_MAX_SHARE = 3  # at most every third sentence is chosen (rounded up), else a short text would come back whole
_MAX_CHARACTERS = 20_000  # later text is not read: a pasted book must not keep the process busy
_MAX_SENTENCES = 300  # the graphs grow with the square of it
_CHUNK_LENGTH = 24  # characters


@dataclass(frozen=True)
class DemoContestant:
    """One summariser and what the catalogue says about it."""

    slug: str
    name: str
    version: str
    description: str
    choose: Callable[[Sequence[str], int], list[int]]

    def summarise(self, text: str, n_sentences: int = N_SENTENCES) -> str:
        """The chosen sentences in their original order; empty only for a text without a sentence."""
        sentences = split_sentences(text[:_MAX_CHARACTERS])[:_MAX_SENTENCES]
        n_wanted = min(n_sentences, -(-len(sentences) // _MAX_SHARE))
        return join_sentences([sentences[position] for position in self.choose(sentences, n_wanted)])


# The names are no words of any language, so that searching a battle for them proves something.
CONTESTANTS = {
    contestant.slug: contestant
    for contestant in (
        DemoContestant("lead-k3", "Lead-K3", "1.0", "The first three sentences of the text.", choose_lead),
        DemoContestant(
            "sumbasic-q",
            "SumBasic-Q",
            "1.0",
            "Sentences made of the text's most frequent words (Nenkova & Vanderwende 2005).",
            choose_frequency,
        ),
        DemoContestant(
            "centroid-t",
            "Centroid-T",
            "1.0",
            "Sentences nearest to the middle of the text, by TF-IDF (Radev et al. 2004).",
            choose_centroid,
        ),
        DemoContestant(
            "textrank-g",
            "TextRank-G",
            "1.0",
            "Sentences that share words with many others, by PageRank (Mihalcea & Tarau 2004).",
            choose_textrank,
        ),
        DemoContestant(
            "lexrank-r",
            "LexRank-R",
            "1.0",
            "Central sentences that do not repeat each other (Erkan & Radev 2004; Carbonell & Goldstein 1998).",
            choose_lexrank,
        ),
        DemoContestant(
            "hashpick-9",
            "Hashpick-9",
            "1.0",
            "Three sentences picked by chance, the same ones each time: what the others should beat.",
            choose_hashpick,
        ),
    )
}


class DemoProvider:
    """Runs the contestant named in the request on the text that the voter gave."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The summary, a few characters at a time. Raises ProviderError for an unknown contestant or an empty text."""
        slug = request.model_name or request.contestant
        if slug not in CONTESTANTS:
            raise ProviderError(f"no demo contestant is called {slug!r}")
        summary = await asyncio.to_thread(CONTESTANTS[slug].summarise, _find_text(request))
        if not summary:
            raise ProviderError("the prompt holds no sentence")
        for start in range(0, len(summary), _CHUNK_LENGTH):
            yield Chunk(text=summary[start : start + _CHUNK_LENGTH])
        yield Chunk(finish_reason="stop")


def _find_text(request: Request) -> str:
    """The passage of the last user message that has more than one sentence, else of the last one."""
    passages = [find_passage(message.text) for message in request.messages if message.role == "user"]
    texts = [passage for passage in passages if len(split_sentences(passage[:_MAX_CHARACTERS])) > 1]
    return (texts or passages or [""])[-1]
