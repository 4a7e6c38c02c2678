"""What can be chosen beside a board, with how much behind it, and how the choice is said."""

from datetime import date
from decimal import Decimal

import pytest

from arena.domain.filter_values import DateRange
from arena.domain.metadata import EntryStatus
from arena.domain.row_filter import RowFilter
from arena.domain.slices import Slice
from arena.domain.weight_class import WeightClass
from arena.models import Contestant, Entry
from arena.web.facets import Option, row_facets, slice_facets, slice_in_words


def entry(slug, status=EntryStatus.ACTIVE, **fields):
    return Entry(contestant=Contestant(slug=slug, name=slug, **fields), status=status)


ENTRIES = [
    entry("a", total_params_b=7, licence="MIT", precision="fp16", output_price_usd=Decimal(1), context_tokens=4096),
    entry("b", total_params_b=2, licence="MIT", precision="int4", output_price_usd=Decimal("0.5")),
    entry("c", EntryStatus.RETIRED, training_type="merged"),
]
COUNTS = {"category": {"code": 12, "unknown": 30, "math": 1200}, "turns": {"1": 5, "multi": 4}, "length": {}}


def options(facets, name):
    return next(facet for facet in facets if facet.name == name).options


def test_facets_of_votes_count_votes_and_unknown_comes_last():
    facets = slice_facets(Slice(category=("code", "law")), ENTRIES, COUNTS)

    assert options(facets, "category") == [
        Option("math", "math", "1,200", False),
        Option("code", "code", "12", True),
        Option("law", "law", "0", True),
        Option("unknown", "unknown", "30", False),
    ]
    assert [option.label for option in options(facets, "turns")] == ["1 turn", "2 turns and more"]


def test_facets_of_models_count_models():
    facets = slice_facets(Slice(weight_class=(WeightClass.S,)), ENTRIES, {})

    assert options(facets, "weight_class") == [
        Option("xs", "XS, up to 3B", "1", False),
        Option("s", "S, up to 8B", "1", True),
        Option("undisclosed", "size undisclosed", "1", False),
    ]
    assert options(facets, "precision")[-1] == Option("unknown", "unknown", "1", False)
    assert options(facets, "category") == []


def test_facets_that_hide_know_the_unknown():
    facets = row_facets(RowFilter(price=("3..4",), licence=("MIT",)), ENTRIES, n_preliminary=4, n_flagged=2)

    assert options(facets, "licence") == [Option("MIT", "MIT", "2", True), Option("unknown", "unknown", "1", False)]
    assert options(facets, "price") == [
        Option("..0.5", "up to 0.5 USD per million tokens", "1", False),
        Option("0.5..2", "0.5–2 USD per million tokens", "2", False),
        Option("3..4", "3–4 USD per million tokens", "0", True),
        Option("unknown", "unknown", "1", False),
    ]
    assert options(facets, "context")[-1] == Option("unknown", "unknown", "2", False)
    assert [(option.label, option.count) for option in options(facets, "hide")] == [
        ("retired models", "1"),
        ("merged models", "1"),
        ("preliminary models", "4"),
        ("models that may know the prompts", "2"),
    ]


def test_number_of_chosen_values():
    facets = slice_facets(Slice(weight_class=(WeightClass.S, WeightClass.XL)), ENTRIES, {})

    assert [facet.n_chosen for facet in facets if facet.n_chosen] == [2]


@pytest.mark.parametrize(
    ("slice_", "sentence"),
    [
        (Slice(), ""),
        (
            Slice(
                weight_class=(WeightClass.S,), category=("creative-writing",), language=("ja", "de"), turns=("multi",)
            ),
            "models of class S, up to 8B; prompts about creative writing; prompts in German or Japanese; "
            "battles of 2 turns and more",
        ),
        (
            Slice(dates=DateRange(date(2026, 1, 2), date(2026, 3, 4)), style_control=True),
            "votes from 2 January 2026 to 4 March 2026; answers at equal style",
        ),
        (Slice(dates=DateRange(date(2026, 1, 2), date(2026, 1, 2))), "votes of 2 January 2026"),
        (Slice(dates=DateRange(None, date(2026, 1, 2))), "votes until 2 January 2026"),
        (Slice(dates=DateRange(date(2026, 1, 2))), "votes since 2 January 2026"),
    ],
)
def test_slice_is_said_in_words(slice_, sentence):
    assert slice_in_words(slice_) == sentence
