"""Rows are hidden by what a model is, and unknown is a value of its own."""

from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.domain.errors import BadFilter
from arena.domain.metadata import EntryStatus, Openness
from arena.domain.row_filter import Hidden, RowFilter

numbers = st.integers(0, 10**6).map(str)
ranges = (
    st.just("unknown") | numbers.map("{}..".format) | numbers.map("..{}".format) | numbers.map(lambda n: f"{n}..{n}")
)
names = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=80)
filters = st.builds(
    RowFilter,
    licence=st.lists(names, max_size=3).map(tuple),
    organisation=st.lists(names, max_size=3).map(tuple),
    openness=st.lists(st.sampled_from(Openness), max_size=3).map(tuple),
    price=st.lists(ranges, max_size=3).map(tuple),
    context=st.lists(ranges, max_size=3).map(tuple),
    hide=st.lists(st.sampled_from(Hidden), max_size=3).map(tuple),
)


def model(**fields):
    defaults = {
        "licence": "mit",
        "organisation": "Org",
        "openness": "open-weights",
        "training_type": "chat",
        "output_price_usd": Decimal("2.5"),
        "context_tokens": 8_000,
    }
    return SimpleNamespace(**(defaults | fields))


@given(filters)
def test_every_filter_survives_its_address(row_filter):
    assert RowFilter.from_parameters(row_filter.to_parameters()) == row_filter
    assert RowFilter.from_parameters(parse_qs(row_filter.to_query())) == row_filter
    assert bool(row_filter) == bool(row_filter.to_query())


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"licence": ["mit", "unknown"]}, [model(), model(licence="")], [model(licence="gpl-3.0")]),
        ({"organisation": ["Org"]}, [model()], [model(organisation=""), model(organisation="org")]),
        ({"openness": ["unknown"]}, [model(openness="unknown")], [model()]),
        ({"price": ["..2.5"]}, [model()], [model(output_price_usd=Decimal("2.51")), model(output_price_usd=None)]),
        ({"price": ["9..", "unknown"]}, [model(output_price_usd=None)], [model()]),
        ({"context": ["8000..8000"]}, [model()], [model(context_tokens=8_001), model(context_tokens=None)]),
        ({"hide": ["merged"]}, [model()], [model(training_type="merged")]),
        ({}, [model(), model(licence="", context_tokens=None)], []),
    ],
)
def test_rows_shown_and_hidden(asked, shown, hidden):
    row_filter = RowFilter.from_parameters(asked)

    assert [row_filter.shows(each, EntryStatus.ACTIVE) for each in shown] == [True] * len(shown)
    assert [row_filter.shows(each, EntryStatus.ACTIVE) for each in hidden] == [False] * len(hidden)


def test_retired_models_can_be_hidden():
    row_filter = RowFilter(hide=(Hidden.RETIRED,))

    assert [row_filter.shows(model(), status) for status in (EntryStatus.RETIRED, EntryStatus.PAUSED, None)] == [
        False,
        True,
        True,
    ]


def test_ranges_are_written_one_way():
    assert RowFilter(price=("0.50..1.0", "0.5..1")).price == ("0.5..1",)
    assert RowFilter(context=("100000..",)).context == ("100000..",)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("licence", ""),
        ("organisation", "a\x00b"),
        ("openness", "open"),
        ("price", "5"),
        ("price", ".."),
        ("price", "2..1"),
        ("price", "-1..2"),
        ("context", "1e3.."),
        ("context", "١.."),
        ("hide", "nobody"),
        ("category", "math"),
    ],
)
def test_bad_value_is_refused_by_name(parameter, value):
    with pytest.raises(BadFilter) as caught:
        RowFilter.from_parameters({parameter: [value]})

    assert caught.value.parameter == parameter
