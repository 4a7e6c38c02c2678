"""Are the size bands those of the contract, with inclusive upper bounds?"""

import pytest

from arena.domain.metadata import Precision
from arena.domain.weight_class import WeightClass, weight_class_of, weights_in_gb


@pytest.mark.parametrize(
    ("total_params_b", "band"),
    [
        (None, "undisclosed"),
        (0.001, "xs"),
        (3, "xs"),
        (3.0001, "s"),
        (8, "s"),
        (8.03, "m"),
        (20, "m"),
        (20.9, "l"),
        (80, "l"),
        (80.1, "xl"),
        (1_000_000, "xl"),
    ],
)
def test_band_of_a_size(total_params_b, band):
    assert weight_class_of(total_params_b) == band


def test_bands_are_closed_and_labelled():
    assert WeightClass.choices() == [
        ("xs", "XS, up to 3B"),
        ("s", "S, up to 8B"),
        ("m", "M, up to 20B"),
        ("l", "L, up to 80B"),
        ("xl", "XL, over 80B"),
        ("undisclosed", "size undisclosed"),
    ]


@pytest.mark.parametrize(
    ("params_b", "precision", "gigabytes"),
    [(70, Precision.FP16, 140), (70, Precision.INT4, 35), (7, Precision.UNKNOWN, None), (None, Precision.FP16, None)],
)
def test_weights_take_the_memory_of_their_bits(params_b, precision, gigabytes):
    assert weights_in_gb(params_b, precision) == gigabytes
