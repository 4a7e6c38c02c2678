"""How are numbers written on pages? Whole points, per cent, places that may be ranges."""

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


def points(value: float | None) -> str:
    """A rating in whole points; empty if there is none."""
    return "" if value is None else f"{round(value)}".replace("-", MINUS)


def signed(value: float | None) -> str:
    """A difference in whole points, with its sign."""
    if value is None:
        return ""
    return "0" if round(value) == 0 else f"{round(value):+d}".replace("-", MINUS)


def plus_minus(value: float, half_width: float) -> str:
    return f"{signed(value)} ± {points(half_width)}"


def interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{points(low)} to {points(high)}"


def percent(share: float | None) -> str:
    return "" if share is None else f"{round(100 * share)} %"


def count(value: int) -> str:
    return f"{value:,}"


def place(low: int | None, high: int | None) -> str:
    """The places it could hold: "3", or "2-5" with a dash."""
    if low is None or high is None:
        return ""
    return str(low) if low == high else f"{low}{DASH}{high}"


def billions(value: float | None) -> str:
    return "" if value is None else f"{value:g}B"


def ordinal(n: int) -> str:
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{suffix}"
