"""Which size band does a contestant belong to, so that apples meet apples? Next file to read: metadata.py."""

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


def weight_class_of(total_params_b: float | None) -> WeightClass:
    """The band of a contestant with this many billions of parameters in all; None is undisclosed."""
    if total_params_b is None:
        return WeightClass.UNDISCLOSED
    return next(band for band, bound in UPPER_BOUND_B.items() if total_params_b <= bound)
