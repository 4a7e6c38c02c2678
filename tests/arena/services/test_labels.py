"""Labels are kept with their source, what holds stands on the prompt, and boards follow."""

import pytest

from arena.domain.consent import ERASED
from arena.domain.errors import InvalidInput, NotFound
from arena.domain.labels import Labels, LabelSource
from arena.domain.slices import Slice
from arena.models import Labelling, Prompt, SliceRequest
from arena.services.label_rules import RULES_VERSION
from arena.services.labels import classify_prompts, correct_labels, label_prompts, record_labels
from arena.services.leaderboards import publish_arena
from arena.services.slices import Computing, ask_for_board, fit_pending_slices
from tests.factories import make_arena, make_prompt, make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CODE_TEXT = "Write a Python function to find the nth number in the Fibonacci sequence."


@pytest.fixture
def arena(db):
    return make_arena()


def said_of(prompt):
    return [(row.source, row.version, row.values) for row in prompt.labellings.order_by("id")]


def held(prompt):
    prompt.refresh_from_db()
    return prompt.language, prompt.category


def test_rules_label_what_nobody_labelled(arena):
    prompt = make_prompt(arena, "p", text=CODE_TEXT)

    assert (label_prompts(), label_prompts()) == (1, 0)

    values = {"language": "en", "category": "code", "is_code": True, "is_math": False, "length": "short"}
    assert said_of(prompt) == [("rule", str(RULES_VERSION), values)]
    assert held(prompt) == ("en", "code")


@pytest.mark.parametrize(("source", "label_source"), [("live", "voter"), ("import_arena", "import")])
def test_what_a_file_or_a_voter_said_is_kept_and_stands(arena, source, label_source):
    prompt = make_prompt(arena, "p", text=CODE_TEXT, category="reflexion", source=source)

    label_prompts()

    assert said_of(prompt)[0] == (label_source, source, {"category": "reflexion"})
    assert held(prompt) == ("en", "reflexion")


def test_word_of_an_operator_wins_now_and_later(arena):
    prompt = make_prompt(arena, "p", text=CODE_TEXT, category="reflexion", source="import_arena")
    correct_labels(prompt_id=prompt.pk, labels=Labels(category="poetry", language=""), by="ada")

    label_prompts()
    record_labels(prompt_id=prompt.pk, source=LabelSource.IMPORT, version="again", labels=Labels(category="x"))

    assert held(prompt) == ("", "poetry")
    assert ("operator", "ada", {"language": "", "category": "poetry"}) in said_of(prompt)


def test_file_that_says_something_new_is_kept_too(arena):
    prompt = make_prompt(arena, "p", text=CODE_TEXT, category="old", source="import_arena")
    label_prompts()
    Prompt.objects.filter(pk=prompt.pk).update(category="new", rules_version=0)

    label_prompts()

    assert [values["category"] for source, _, values in said_of(prompt) if source == "import"] == ["old", "new"]
    assert held(prompt) == ("en", "new")


def test_erased_text_is_not_read(arena):
    prompt = make_prompt(arena, "p", text=ERASED)

    assert label_prompts() == 1

    assert said_of(prompt) == []
    assert classify_prompts(arena_id=arena.pk, classifier=EveryoneIsHard()) == 0


class EveryoneIsHard:
    version = "hard-2"

    def label(self, texts):
        return [Labels(category="hard") for _ in texts]


def test_classifier_labels_each_prompt_once_a_version(arena):
    prompt = make_prompt(arena, "p", text=CODE_TEXT)
    label_prompts()
    classifier = EveryoneIsHard()

    assert [classify_prompts(arena_id=arena.pk, classifier=classifier) for _ in range(2)] == [1, 0]
    classifier.version = "hard-3"
    assert classify_prompts(arena_id=arena.pk, classifier=classifier) == 1

    assert held(prompt) == ("en", "hard")
    assert [version for source, version, _ in said_of(prompt) if source == "classifier"] == ["hard-2", "hard-3"]


@pytest.mark.parametrize(
    ("labels", "field"), [(Labels(language="english"), "language"), (Labels(category="no spaces"), "category")]
)
def test_impossible_labels_are_refused(arena, labels, field):
    prompt = make_prompt(arena, "p")

    with pytest.raises(InvalidInput) as caught:
        correct_labels(prompt_id=prompt.pk, labels=labels, by="ada")

    assert list(caught.value.fields) == [field]
    assert Labelling.objects.count() == 0


def test_prompt_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        correct_labels(prompt_id=1, labels=Labels(), by="ada")


def test_boards_follow_a_correction(arena):
    prompt = make_prompt(arena, "p", text=CODE_TEXT)
    label_prompts()
    for outcome in ("a", "b", "tie"):
        make_vote(arena, "quillon-1", "brevant-2", outcome, prompt=prompt)
    publish_arena(arena_id=arena.pk)
    code, poetry = Slice(category=("code",)), Slice(category=("poetry",))
    ask_for_board(arena_slug="text", slice_=code)
    fit_pending_slices()
    assert ask_for_board(arena_slug="text", slice_=code).snapshot.meta["n_votes"] == 3

    correct_labels(prompt_id=prompt.pk, labels=Labels(category="poetry"), by="ada")

    assert ask_for_board(arena_slug="text", slice_=code) == Computing()
    assert ask_for_board(arena_slug="text", slice_=poetry) == Computing()
    fit_pending_slices()
    assert ask_for_board(arena_slug="text", slice_=poetry).snapshot.meta["n_votes"] == 3
    assert SliceRequest.objects.get(slice_key=code.key).refusal.startswith("This slice has 0 votes")


def test_label_of_a_prompt_without_votes_moves_no_board(arena):
    make_vote(arena, "quillon-1", "brevant-2", "a")
    publish_arena(arena_id=arena.pk)
    ask_for_board(arena_slug="text", slice_=Slice(category=("code",)))
    fit_pending_slices()
    before = list(SliceRequest.objects.values())
    prompt = make_prompt(arena, "other")

    correct_labels(prompt_id=prompt.pk, labels=Labels(category="code"), by="ada")

    assert list(SliceRequest.objects.values()) == before
