"""Who gives himself away, and who only mentions a name? Recall on confessions, false alarms on real answers."""

import json
import time
from pathlib import Path

import pytest

from arena.domain.leaks import asks_identity, reveals_identity
from tests.arena.domain.confessions import (
    CONFESSIONS,
    HEARD,
    INNOCENT,
    OTHER_QUESTIONS,
    OWN_NAMES,
    PAIRS,
    QUESTIONS,
)

LEAST_RECALL = 0.95
MOST_FALSE_ALARMS = 0.01
QUICK_S = 0.05  # ten times what it takes, since tests share their machine
OTHERS = ("Ondolar", "ondolar-4")
WORDS_2000 = (
    "I think that the quick brown fox, as you said to me, jumps over lazy dogs; ask Google or Claude Monet. " * 95
)


@pytest.mark.parametrize("language", CONFESSIONS)
def test_confessions_are_found_in_every_language(language: str) -> None:
    said = [(text.format(model=model, maker=maker), model) for text in CONFESSIONS[language] for model, maker in PAIRS]

    missed = [text for text, _ in said if not reveals_identity(text, OWN_NAMES, "Hello")]

    assert len(said) >= 60
    assert len(missed) <= (1 - LEAST_RECALL) * len(said), missed


def test_there_are_ten_languages_and_more() -> None:
    assert len(CONFESSIONS) >= 10
    assert sum(len(texts) for texts in CONFESSIONS.values()) * len(PAIRS) >= 600


def test_what_real_models_say_is_found() -> None:
    missed = [text for text in HEARD if not reveals_identity(text, OTHERS, "Hello")]

    assert len(missed) <= (1 - LEAST_RECALL) * len(HEARD), missed


@pytest.mark.parametrize("text", INNOCENT)
def test_a_mention_is_no_confession(text: str) -> None:
    assert reveals_identity(text, OTHERS, "Hello") is False


def test_a_name_nobody_else_has_is_enough_unless_the_prompt_brought_it_up() -> None:
    answer = "The numbers of quillon-1-70b are better."

    assert reveals_identity(answer, ["quillon-1-70b"], "Which is better?") is True
    assert reveals_identity(answer, ["quillon-1-70b"], "Is Quillon-1-70b better?") is False
    assert reveals_identity(answer, OTHERS, "Which is better?") is False


@pytest.mark.parametrize(
    "text",
    [
        "I am Cl\u200baude.",
        "I am Ｃｌａｕｄｅ.",
        "I am **Claude**!",
        "I am _Claude_, at your service",
        "ChatGPT: Of course, here it is.",
        "It is done.\n\n— Claude",
        "i am chatgpt",
        "I'm GPT-4o by OpenAI",
        "As Claude, I cannot.",
        "我是通义千问",
    ],
)
def test_disguises(text: str) -> None:
    assert reveals_identity(text, OTHERS, "Hello") is True


def test_what_is_missed_and_known_to_be() -> None:
    acrostic = "Certainly.\nLet us see.\nAll is well.\nUnder the sun.\nDays pass.\nEnd."

    assert reveals_identity(acrostic, OTHERS, "Hello") is False
    assert reveals_identity("I am C-l-a-u-d-e.", OTHERS, "Hello") is False


@pytest.mark.needs_data
@pytest.mark.parametrize(("folder", "n_outputs"), [("llmfao", 1_133), ("rakuda_ja", 600)])
def test_answers_of_real_models_raise_no_alarm(data_dir: Path, folder: str, n_outputs: int) -> None:
    """Read by eye: none of them says who wrote it."""
    rows = {
        name: {row[f"{name[:-1]}_id"]: row for row in read_lines(data_dir / folder / f"{name}.jsonl")}
        for name in ("models", "prompts")
    }
    outputs = read_lines(data_dir / folder / "outputs.jsonl")

    alarms = []
    for output in outputs:
        model = rows["models"][output["model_id"]]
        names = [model["model_id"], model.get("name") or "", model.get("organisation") or ""]
        if reveals_identity(output["text"], names, rows["prompts"][output["prompt_id"]]["text"]):
            alarms.append(output["text"])

    assert len(outputs) == n_outputs
    assert len(alarms) <= MOST_FALSE_ALARMS * n_outputs, alarms


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("prompt", QUESTIONS)
def test_questions_for_the_name(prompt: str) -> None:
    assert asks_identity(prompt) is True


@pytest.mark.parametrize("prompt", OTHER_QUESTIONS)
def test_other_questions(prompt: str) -> None:
    assert asks_identity(prompt) is False


@pytest.mark.parametrize(
    "text",
    [
        WORDS_2000,
        "Google " * 2_000,
        "as I am " * 1_500,
        "我是一个" * 3_000,
        "GPT " * 3_000,
        "A" * 20_000,
        "I am a large language model " * 400,
    ],
    ids=["mentions", "name", "openers", "chinese", "models", "one word", "nouns"],
)
def test_no_text_takes_long(text: str) -> None:
    reveals_identity("Once.", OTHERS, "Once.")  # the patterns are compiled now

    began = time.process_time()
    reveals_identity(text, OTHERS, "Hello")
    asks_identity(text[:8_000])

    assert time.process_time() - began < QUICK_S * (1 + len(text.split()) // 1_000)
