"""Are the operator's shares read strictly, and do prompts get them?"""

import numpy as np
import pytest

from arena.domain.prompt_draw import prompt_weights
from arena.domain.shares import InvalidShares, ModelGroup, PromptShares, share_caps_from

CATEGORIES = np.array(["code", "code", "code", "poems", "poems", "unknown"])
LANGUAGES = np.array(["en", "en", "de", "en", "de", "de"])


def share(weights, labels, name):
    return weights[labels == name].sum()


@pytest.mark.parametrize(
    "values",
    [
        [],
        "code",
        {"colour": {}},
        {"category": 0.5},
        {"category": {"code": -0.1}},
        {"category": {"code": 1.1}},
        {"category": {"code": True}},
        {"category": {"code": "half"}},
        {"category": {"code": float("nan")}},
        {"category": {"code": 0.6, "poems": 0.6}},
    ],
)
def test_prompt_shares_that_make_no_sense(values):
    with pytest.raises(InvalidShares):
        PromptShares.from_values(values)


@pytest.mark.parametrize("values", [[], {"model": 0.5}, {"organisation": 2}, {"organisation": None}])
def test_caps_that_make_no_sense(values):
    with pytest.raises(InvalidShares):
        share_caps_from(values)


def test_caps_by_group():
    assert share_caps_from({"organisation": 0.4, "weight-class": 1}) == {
        ModelGroup.ORGANISATION: 0.4,
        ModelGroup.WEIGHT_CLASS: 1.0,
    }


def test_without_shares_all_prompts_are_alike():
    assert prompt_weights(PromptShares(), CATEGORIES, LANGUAGES).tolist() == [1 / 6] * 6


def test_named_category_gets_its_share_and_the_others_keep_theirs_among_each_other():
    weights = prompt_weights(PromptShares(category={"code": 0.7}), CATEGORIES, LANGUAGES)

    assert weights == pytest.approx([0.7 / 3] * 3 + [0.1] * 3)


def test_both_sets_of_shares_hold_at_once():
    shares = PromptShares(category={"code": 0.5, "poems": 0.3}, language={"de": 0.8})

    weights = prompt_weights(shares, CATEGORIES, LANGUAGES)

    assert weights.sum() == pytest.approx(1)
    assert share(weights, LANGUAGES, "de") == pytest.approx(0.8, abs=1e-9)
    assert share(weights, CATEGORIES, "code") == pytest.approx(0.5, abs=1e-3)
    assert share(weights, CATEGORIES, "poems") == pytest.approx(0.3, abs=1e-3)


def test_share_without_prompts_goes_to_the_others():
    weights = prompt_weights(PromptShares(category={"maths": 0.9, "code": 0.1}), CATEGORIES[:3], LANGUAGES[:3])

    assert weights == pytest.approx([1 / 3] * 3)


def test_prompts_with_a_share_of_nothing_are_drawn_only_where_there_are_no_others():
    shares = PromptShares(category={"code": 0})

    assert prompt_weights(shares, CATEGORIES, LANGUAGES)[:3].tolist() == [0, 0, 0]
    assert prompt_weights(shares, CATEGORIES[:3], LANGUAGES[:3]) == pytest.approx([1 / 3] * 3)
