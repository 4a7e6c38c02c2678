"""Which size band does a contestant belong to, so that apples meet apples? Next file to read: metadata.py."""

from arena.domain.metadata import Precision
from arena.domain.words import Word


class WeightClass(Word):
    XS = "xs", "XS, up to 3B"
    S = "s", "S, up to 8B"
    M = "m", "M, up to 20B"
    L = "l", "L, up to 80B"
    XL = "xl", "XL, over 80B"
    UNDISCLOSED = "undisclosed", "size undisclosed"


# Upper bounds in billions of total parameters, inclusive.
UPPER_BOUND_B: dict[WeightClass, float] = {
    WeightClass.XS: 3,
    WeightClass.S: 8,
    WeightClass.M: 20,
    WeightClass.L: 80,
    WeightClass.XL: float("inf"),
}

# Of one weight. GPTQ is a family of methods, mostly of 4 bits.
BITS: dict[Precision, int] = {
    Precision.FP32: 32,
    Precision.BF16: 16,
    Precision.FP16: 16,
    Precision.INT8: 8,
    Precision.INT4: 4,
    Precision.GPTQ: 4,
}
BITS_PER_BYTE = 8


def weights_in_gb(total_params_b: float | None, precision: Precision) -> float | None:
    """Memory of the weights alone: all parameters, whether active or not. None where one of the two is not known."""
    if total_params_b is None or precision not in BITS:
        return None
    return total_params_b * BITS[precision] / BITS_PER_BYTE


def weight_class_of(total_params_b: float | None) -> WeightClass:
    """The band of a contestant with this many billions of parameters in all; None is undisclosed."""
    if total_params_b is None:
        return WeightClass.UNDISCLOSED
    return next(band for band, bound in UPPER_BOUND_B.items() if total_params_b <= bound)
