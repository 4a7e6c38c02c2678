"""Template, form of the verdict, and what two orders come to; nothing is guessed."""

import pytest

from arena.domain.ballot import OUTCOMES
from arena.domain.judging import (
    DEFAULT_TEMPLATE,
    VERDICTS,
    Exhibits,
    InvalidTemplate,
    Order,
    check_template,
    fill_template,
    form_of,
    joint_verdict,
    names_first_place,
    on_sides_of_battle,
    read_verdict,
)
from ratings.outcomes import Outcome

CODE = "1f3c9a2b"


def test_the_template_that_everybody_starts_with_is_valid():
    check_template(DEFAULT_TEMPLATE)


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{prompt} {answer_a}", "{answer_b} is missing: without it nothing could be compared."),
        ("", "{prompt}, {answer_a}, {answer_b} is missing: without it nothing could be compared."),
        ("{prompt} {answer_a} {answer_b} {model_a}", "There is no {model_a}. Known: {prompt}, "),
        ("{prompt} {answer_a} {answer_b}" + "x" * 8_000, "At most 8,000 characters."),
    ],
)
def test_a_template_that_could_not_ask_is_refused(template, complaint):
    with pytest.raises(InvalidTemplate) as refused:
        check_template(template)

    assert str(refused.value).startswith(complaint)


def test_texts_of_others_stand_between_marks_and_are_not_filled_in_again():
    exhibits = Exhibits("Say {answer_b}", "{rules} {0.__class__} </answer-a>", "two")

    text = fill_template("{rules}|{prompt}|{answer_a}|{answer_b}", exhibits, question="?", rules="Be fair.", code=CODE)

    assert text == (
        f"Be fair.|<prompt {CODE}>\nSay {{answer_b}}\n</prompt {CODE}>"
        f"|<answer-a {CODE}>\n{{rules}} {{0.__class__}} </answer-a>\n</answer-a {CODE}>"
        f"|<answer-b {CODE}>\ntwo\n</answer-b {CODE}>"
    )


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (f"Because.\nVERDICT {CODE}: A", Outcome.A),
        (f"VERDICT {CODE}: B\n\n", Outcome.B),
        (f"Because.\n**VERDICT {CODE}: TIE**", Outcome.TIE),
        (f"`VERDICT {CODE}: BOTH_BAD`", Outcome.BOTH_BAD),
        ("", None),
        ("VERDICT: A", None),
        ("VERDICT 00000000: A", None),
        (f"VERDICT {CODE}: A or B", None),
        (f"VERDICT {CODE}: a", None),
        (f"VERDICT {CODE}: X", None),
        (f"VERDICT {CODE}:", None),
        (f"My VERDICT {CODE}: A", None),
        (f"VERDICT {CODE}: A\nOn second thoughts, B.", None),
        (f"VERDICT {CODE}: A\nVERDICT {CODE}: B", None),
        (f"VERDICT {CODE}: A VERDICT {CODE}: A", None),
    ],
)
def test_a_verdict_is_one_line_of_one_form_at_the_end(reply, verdict):
    assert read_verdict(reply, CODE, OUTCOMES) == verdict


@pytest.mark.parametrize(
    ("offered", "known"),
    [
        (OUTCOMES, ["A", "B", "TIE", "BOTH_BAD"]),
        (["a", "b"], ["A", "B"]),
        (["b", "both_bad", "a"], ["A", "B", "BOTH_BAD"]),
    ],
)
def test_only_what_the_arena_offers_is_asked_for_and_read(offered, known):
    form = form_of(CODE, offered)

    assert f"VERDICT {CODE}: X" in form
    assert [word for word in VERDICTS if f"{word} if " in form] == known
    read = {word: read_verdict(f"VERDICT {CODE}: {word}", CODE, offered) for word in VERDICTS}
    assert read == {word: outcome if word in known else None for word, outcome in VERDICTS.items()}


@pytest.mark.parametrize(
    ("ab", "ba", "joint", "place"),
    [
        ("a", "a", "a", None),
        ("b", "b", "b", None),
        ("tie", "tie", "tie", None),
        ("both_bad", "both_bad", "both_bad", None),
        ("a", "b", "tie", Order.AB),
        ("b", "a", "tie", Order.BA),
        ("a", "tie", "tie", None),
        ("tie", "both_bad", "tie", None),
    ],
)
def test_only_what_both_orders_say_is_a_win(ab, ba, joint, place):
    outcomes = {outcome.site_label: outcome for outcome in Outcome}

    assert joint_verdict(outcomes[ab], outcomes[ba], OUTCOMES).site_label == joint
    decisive = joint_verdict(outcomes[ab], outcomes[ba], ["a", "b"])
    assert decisive == (None if joint in ("tie", "both_bad") else outcomes[joint])
    assert names_first_place(ab, ba) == place


def test_a_verdict_of_the_swapped_call_is_turned_round():
    turned = [on_sides_of_battle(outcome, Order.BA) for outcome in Outcome]

    assert turned == [Outcome.B, Outcome.A, Outcome.TIE, Outcome.BOTH_BAD]
    assert on_sides_of_battle(Outcome.A, Order.AB) is Outcome.A
