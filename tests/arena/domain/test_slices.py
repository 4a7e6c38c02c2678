"""A slice is one value however it was written, survives its address, and refuses what it does not understand."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.domain.errors import BadFilter
from arena.domain.filter_values import DateRange
from arena.domain.metadata import Precision, TrainingType, VoterKind
from arena.domain.prompt_length import PromptLength
from arena.domain.slices import SLICE_PARAMETERS, Shrinkage, Slice
from arena.domain.weight_class import WeightClass

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


def some(values):
    return st.lists(values, max_size=4).map(tuple)


@st.composite
def date_ranges(draw):
    first, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
    return DateRange(last, first) if first and last and last < first else DateRange(first, last)


slices = st.builds(
    Slice,
    voters=st.sampled_from(VoterKind),
    category=some(st.from_regex(r"[-a-zA-Z0-9_]{1,50}", fullmatch=True)),
    language=some(st.from_regex(r"[a-z]{2}", fullmatch=True) | st.just("unknown")),
    turns=some(st.integers(1, 99).map(str) | st.just("multi")),
    length=some(st.sampled_from(PromptLength)),
    dates=date_ranges(),
    weight_class=some(st.sampled_from(WeightClass)),
    precision=some(st.sampled_from(Precision)),
    training_type=some(st.sampled_from(TrainingType)),
    style_control=st.booleans(),
    shrinkage=st.sampled_from(Shrinkage),
)


@given(slices)
def test_every_slice_survives_its_address_and_its_parameters(slice_):
    assert Slice.from_parameters(slice_.to_parameters()) == slice_
    assert Slice.from_parameters(parse_qs(slice_.to_query(), strict_parsing=bool(slice_.to_query()))) == slice_


@given(slices, slices)
def test_keys_tell_slices_apart(one, other):
    same_but_for_voters = Slice.from_parameters(one.facets) == Slice.from_parameters(other.facets)

    assert (one.key == other.key) == same_but_for_voters
    assert (one.key == "") == one.is_whole


def test_order_and_repetition_say_nothing():
    said = {"category": ["math", "code", "math"], "turns": ["10", "2", "1"], "weight_class": ["s", "xs"]}

    slice_ = Slice.from_parameters(said)

    assert slice_.to_parameters() == {
        "category": ["code", "math"],
        "turns": ["1", "2", "10"],
        "weight_class": ["xs", "s"],
    }
    assert slice_.to_query() == ("category=code&category=math&turns=1&turns=2&turns=10&weight_class=xs&weight_class=s")


def test_multi_holds_all_numbers_from_two_on():
    assert Slice(turns=("5", "multi", "1")).turns == ("1", "multi")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (["2026-01-02..2026-02-03"], "2026-01-02..2026-02-03"),
        (["2026-01-02", "2026-02-03"], "2026-01-02..2026-02-03"),
        (["2026-01-02", ""], "2026-01-02.."),
        (["2026-01-02.."], "2026-01-02.."),
        (["", "2026-02-03"], "..2026-02-03"),
        (["2026-02-03"], "2026-02-03..2026-02-03"),
    ],
)
def test_dates_are_written_one_way(values, written):
    assert Slice.from_parameters({"dates": values}).to_parameters() == {"dates": [written]}


@pytest.mark.parametrize("values", [[], [""], ["", ""]])
def test_no_dates_are_all_days(values):
    assert Slice.from_parameters({"dates": values}) == Slice()


def test_of_the_whole_board_nothing_can_be_shrunk():
    assert Slice(shrinkage=Shrinkage.NONE) == Slice()
    assert Slice(shrinkage=Shrinkage.NONE, style_control=True) == Slice(style_control=True)
    assert Slice(shrinkage=Shrinkage.NONE, category=("math",)) != Slice(category=("math",))


def test_whole_and_part():
    assert Slice(voters=VoterKind.JUDGE).is_whole
    assert not Slice(style_control=True).is_whole
    assert not Slice(style_control=True).is_part
    assert Slice(dates=DateRange(first=date(2026, 1, 1))).is_part


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        ("category", ["maths!"]),
        ("category", [""]),
        ("category", ["x" * 51]),
        ("category", [f"c{k}" for k in range(61)]),
        ("language", ["EN"]),
        ("language", ["eng"]),
        ("turns", ["0"]),
        ("turns", ["100"]),
        ("turns", ["many"]),
        ("length", ["huge"]),
        ("dates", ["2026-02-30"]),
        ("dates", ["20260101"]),
        ("dates", ["2026-02-01..2026-01-01"]),
        ("dates", ["a", "b", "c"]),
        ("dates", [".."]),
        ("dates", ["2026-01-01..2026-01-02..2026-01-03"]),
        ("voters", ["everyone"]),
        ("voters", ["human", "judge"]),
        ("weight_class", ["xxl"]),
        ("precision", ["fp64"]),
        ("training_type", ["Chat"]),
        ("style_control", ["yes"]),
        ("style_control", ["true", "true"]),
        ("shrinkage", ["1"]),
        ("licence", ["mit"]),
    ],
)
def test_bad_value_is_refused_by_name(parameter, values):
    with pytest.raises(BadFilter) as caught:
        Slice.from_parameters({parameter: values})

    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(f"{parameter}: ")


def test_parameters_are_those_of_the_contract_and_the_length():
    assert SLICE_PARAMETERS == (
        "voters",
        "category",
        "language",
        "turns",
        "length",
        "dates",
        "weight_class",
        "precision",
        "training_type",
        "style_control",
        "shrinkage",
    )


def test_words_may_be_given_as_texts():
    slice_ = Slice(voters="judge", shrinkage="0", weight_class=("xs",))

    assert (slice_.voters, slice_.shrinkage) == (VoterKind.JUDGE, Shrinkage.NONE)
    assert slice_.shrinkage is Shrinkage.NONE
    with pytest.raises(BadFilter, match=r"^voters: "):
        Slice(voters="everyone")
