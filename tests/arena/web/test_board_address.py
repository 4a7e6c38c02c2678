"""Every state of a board's page has one address, and the address gives the state back."""

from datetime import date, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.domain.errors import BadFilter
from arena.domain.filter_values import DateRange
from arena.domain.metadata import Openness, Precision, TrainingType, VoterKind
from arena.domain.prompt_length import PromptLength
from arena.domain.row_filter import Hidden, RowFilter
from arena.domain.slices import Shrinkage, Slice
from arena.domain.weight_class import WeightClass
from arena.web.board_address import GROUPS, SORTS, BoardAddress, read_as_of, read_search
from arena.web.errors import BadQuery


def some(words):
    return st.lists(st.sampled_from(list(words)), unique=True).map(tuple)


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
RANGES = st.tuples(DAYS, st.none() | st.integers(0, 500)).map(
    lambda drawn: DateRange(drawn[0], None if drawn[1] is None else drawn[0] + timedelta(days=drawn[1]))
)
SLICES = st.builds(
    Slice,
    voters=st.sampled_from(list(VoterKind)),
    category=some(["code", "math", "unknown"]),
    language=some(["de", "ja", "unknown"]),
    turns=some(["1", "2", "multi"]),
    length=some(PromptLength),
    dates=st.just(DateRange()) | RANGES,
    weight_class=some(WeightClass),
    precision=some(Precision),
    training_type=some(TrainingType),
    style_control=st.booleans(),
    shrinkage=st.sampled_from(list(Shrinkage)),
)
ROWS = st.builds(
    RowFilter,
    licence=some(["MIT", "Apache 2.0", "a&b=c", "unknown"]),
    organisation=some(["Örg", "x;y", "unknown"]),
    openness=some(Openness),
    price=some(["..0.5", "2..10", "10..", "unknown"]),
    context=some(["..8192", "unknown"]),
    hide=some(Hidden),
)
ADDRESSES = st.builds(
    BoardAddress,
    slice=SLICES,
    rows=ROWS,
    sort=st.sampled_from(SORTS),
    search=st.text(max_size=100).filter(lambda text: "\x00" not in text).map(str.strip),
    group=st.sampled_from(("", *GROUPS)),
    as_of=st.none() | st.integers(1, 10**12) | DAYS,
)


@given(ADDRESSES, st.sampled_from(list(VoterKind)))
def test_every_state_comes_back_from_its_address(address, unsaid):
    parameters = parse_qs(address.to_query(), strict_parsing=True)

    assert BoardAddress.from_parameters(parameters, unsaid) == address


@given(ADDRESSES)
def test_forms_carry_what_they_do_not_show(address):
    hidden = address.hidden_fields("q", "licence")

    said = address.to_parameters()
    assert hidden == [(k, value) for k, values in said.items() if k not in ("q", "licence") for value in values]


def test_address_without_words_is_the_board_of_the_voters_that_are_shown():
    address = BoardAddress.from_parameters({}, VoterKind.JUDGE)

    assert address == BoardAddress(slice=Slice(voters=VoterKind.JUDGE))
    assert address.to_query() == "voters=judge"


def test_snapshot_says_nothing_of_its_votes():
    address = BoardAddress(slice=Slice(category=("code",)), search="x", is_snapshot=True)

    assert address.to_query(sort="-votes") == "sort=-votes&q=x"


def test_empty_fields_of_a_form_say_nothing():
    parameters = {"voters": ["human"], "dates": ["", ""], "as_of": [""], "q": [" "]}

    assert BoardAddress.from_parameters(parameters, VoterKind.HUMAN) == BoardAddress(slice=Slice())


@pytest.mark.parametrize(
    "parameters",
    [{"sort": ["colour"]}, {"group": ["colour"]}, {"q": ["x" * 101]}, {"q": ["\x00"]}, {"as_of": ["2026-02-30"]}],
)
def test_bad_words_of_the_view_are_refused(parameters):
    with pytest.raises(BadQuery):
        BoardAddress.from_parameters(parameters, VoterKind.HUMAN)


@pytest.mark.parametrize("parameters", [{"voters": [""]}, {"weight_class": ["huge"]}, {"price": ["cheap"]}])
def test_bad_words_of_the_filters_are_refused(parameters):
    with pytest.raises(BadFilter):
        BoardAddress.from_parameters(parameters, VoterKind.HUMAN)


def test_as_of_is_a_day_or_a_snapshot():
    assert [read_as_of(text) for text in ("", "12", "2026-11-24")] == [None, 12, date(2026, 11, 24)]


def test_search_is_stripped():
    assert read_search("  a b ") == "a b"
