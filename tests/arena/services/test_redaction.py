"""A text that is removed is gone wherever it was shown; rows, votes and ledger stay sound."""

import uuid

import pytest
from django.core.files.base import ContentFile

from arena.domain.battle_state import BattleState
from arena.domain.consent import ERASED
from arena.domain.errors import NotReady
from arena.domain.moderation import ReportAbout
from arena.models import Battle, LedgerEntry, Output, Response, Vote
from arena.queries.audit import faults
from arena.queries.battles import shared_battle
from arena.services.ledger import sequence_arena
from arena.services.redaction import redact_text
from arena.services.replays import start_replay
from arena.services.votes import cast_vote
from ratings.ledger import parse_record
from tests.factories import make_battle, make_prompt, make_stored_arena, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def typed(arena):
    """A voted, shared battle over a text that its voter typed, in the ledger; and another voter's over its answers."""
    prompt = make_prompt(arena, "own", text="My neighbour is called X.", is_in_pool=False)
    battle = make_battle(arena, "quillon-1", "brevant-2", prompt=prompt, may_publish=True, is_shared=True)
    replay = make_battle(arena, "quillon-1", "brevant-2", prompt=prompt, replay_of=battle)
    for each in (battle, replay):
        cast_vote(voter_id=each.voter_id, battle_id=each.id, outcome="a")
    sequence_arena(arena_id=arena.pk)
    return battle


def texts(battle, side):
    return set(Response.objects.filter(battle=battle, side=side).values_list("text", flat=True))


def test_a_prompt_goes_and_the_ledger_says_so(arena, typed):
    redact_text(battle_id=typed.id, about=ReportAbout.PROMPT)

    typed.refresh_from_db()
    assert (typed.prompt.text, typed.may_publish, typed.state) == (ERASED, False, BattleState.VOTED)
    assert texts(typed, "a") == {"Answer a."}
    line = parse_record(bytes(LedgerEntry.objects.order_by("seq").last().record))
    assert (line["k"], line["what"], line["ref"]) == ("redact", "prompt", typed.id.hex)
    assert Vote.objects.count() == 2
    assert list(faults(arena)) == []


def test_one_answer_goes_also_where_others_judged_it(arena, typed):
    redact_text(battle_id=typed.replays.get().id, about=ReportAbout.B)

    for battle in (typed, typed.replays.get()):
        assert (texts(battle, "a"), texts(battle, "b")) == ({"Answer a."}, {ERASED})
    line = parse_record(bytes(LedgerEntry.objects.order_by("seq").last().record))
    assert (line["what"], line["ref"]) == ("response", f"{typed.replays.get().id.hex}:b")
    assert shared_battle(typed.id).prompt.text != ERASED
    assert list(faults(arena)) == []


def test_a_stored_output_goes_with_its_file_and_is_drawn_no_more(arena, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    battle = start(arena)
    output = battle.responses.get(side="a").output
    output.file.save("x.png", ContentFile(b"picture"))
    file = tmp_path / output.file.name

    with_commit(lambda: redact_text(battle_id=battle.id, about=ReportAbout.A))

    output.refresh_from_db()
    assert (output.text, output.file.name, output.is_redacted) == (ERASED, "", True)
    assert not file.exists()
    for seed in range(12):
        shown = start(arena, seed=seed).responses.values_list("output", flat=True)
        assert output.pk not in shown


def with_commit(call):
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        call()


def test_a_prompt_of_the_pool_is_offered_no_more(arena):
    battle = start(arena)

    redact_text(battle_id=battle.id, about=ReportAbout.PROMPT)

    assert not arena.prompts.get(pk=battle.prompt_id).is_in_pool
    assert battle.prompt_id not in {start(arena, seed=seed).prompt_id for seed in range(8)}


def test_what_is_gone_is_judged_by_nobody_else(arena):
    battle = start(arena)
    Response.objects.filter(battle=battle).update(output=None, text="Said live.")
    redact_text(battle_id=battle.id, about=ReportAbout.A)

    with pytest.raises(Exception, match="judged every finished pair"):
        start_replay(voter_id=uuid.uuid4(), arena_slug=arena.slug, rng=None)


def test_all_turns_and_what_was_asked_in_them(arena, typed):
    Response.objects.create(battle=typed, side="a", turn=2, prompt_text="And Y?", text="More.", is_done=True)

    redact_text(battle_id=typed.id, about=ReportAbout.A)
    redact_text(battle_id=typed.id, about=ReportAbout.PROMPT)

    assert texts(typed, "a") == {ERASED}
    assert set(typed.responses.exclude(prompt_text="").values_list("prompt_text", flat=True)) == {ERASED}


def test_twice_is_not_worse(arena, typed):
    for _ in range(2):
        redact_text(battle_id=typed.id, about=ReportAbout.PROMPT)

    assert list(faults(arena)) == []


def test_not_while_answers_are_written(arena, typed):
    Battle.objects.filter(replay_of=typed).update(state=BattleState.ANSWERING)

    with pytest.raises(NotReady):
        redact_text(battle_id=typed.id, about=ReportAbout.PROMPT)

    typed.refresh_from_db()
    assert typed.prompt.text != ERASED
    assert Output.objects.filter(is_redacted=True).count() == 0
