"""Do vote files of the wild come in, in the shapes in which LMArena, LMSYS, FastChat and AlpacaEval publish them?"""

from collections import Counter
from pathlib import Path

import pytest

from arena.models import Arena, Battle, Contestant, Output, Prompt, Response, Vote, Voter
from arena.queries.audit import faults
from arena.services.leaderboards import publish_arena
from tests.arena.services.importing.colours import rows_of_everything, run_votes

pytestmark = [pytest.mark.django_db, pytest.mark.needs_data]

# file, format, votes by outcome, unranked, voters, contestants, prompts, outputs, whether times are known
FILES = [
    (
        "lmarena_140k.reencoded.jsonl",
        "lmarena-140k",
        *({"a": 61, "b": 48, "tie": 43, "both_bad": 47}, 0, 53, 59, 13, 238, True),
    ),
    (
        "chatbot_arena_conversations.reencoded.jsonl",
        "chatbot-arena-33k",
        *({"a": 61, "b": 48, "tie": 43, "both_bad": 47}, 0, 53, 59, 13, 238, True),
    ),
    ("lmsys_kaggle_55k.reencoded.csv", "kaggle-55k", {"a": 61, "b": 48, "tie": 90}, 0, 0, 59, 13, 238, False),
    (
        "genai_arena_clean_battle.first300.json",
        "clean-battle",
        *({"a": 131, "b": 104, "tie": 11, "both_bad": 54}, 37, 1, 13, 1, 0, True),
    ),
    ("alpaca_eval_annotations.reencoded.json", "alpaca-eval", {"a": 22, "b": 17}, 0, 1, 20, 13, 52, False),
]


@pytest.mark.parametrize(
    (
        "file",
        "vote_format",
        "outcomes",
        "n_unranked",
        "n_voters",
        "n_contestants",
        "n_prompts",
        "n_outputs",
        "has_time",
    ),
    FILES,
    ids=[row[1] for row in FILES],
)
def test_every_format_comes_in_once(
    data_dir: Path,
    file: str,
    vote_format: str,
    outcomes: dict[str, int],
    n_unranked: int,
    n_voters: int,
    n_contestants: int,
    n_prompts: int,
    n_outputs: int,
    has_time: bool,
) -> None:
    run_votes(data_dir / "raw_formats" / file, vote_format)
    before = rows_of_everything()

    report = run_votes(data_dir / "raw_formats" / file, vote_format)

    assert not report.has_changes
    assert rows_of_everything() == before
    votes = Vote.objects.filter(source=f"import_votes:{vote_format}")
    assert Counter(votes.values_list("outcome", flat=True)) == outcomes
    assert votes.filter(is_ranked=False, battle__unranked_reason="not-blind").count() == n_unranked
    assert set(votes.values_list("voter_kind", flat=True)) == {"judge" if vote_format == "alpaca-eval" else "human"}
    assert votes.filter(created_at__isnull=has_time).count() == 0
    assert (Voter.objects.count(), Contestant.objects.count()) == (n_voters, n_contestants)
    assert (Prompt.objects.filter(is_in_pool=False).count(), Output.objects.count()) == (n_prompts, n_outputs)
    assert Response.objects.count() == (2 * votes.count() if n_outputs else 0)
    assert set(Battle.objects.values_list("state", "branch")) == {("voted", "import")}

    arena = Arena.objects.get()
    assert arena.counted_sources == ["live", f"import_votes:{vote_format}"]
    assert set(arena.entries.values_list("status", flat=True)) == {"retired"}
    publish_arena(arena_id=arena.pk)
    assert list(faults(arena)) == []
