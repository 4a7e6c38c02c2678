"""How are numbers and days written on pages? As the reader's language writes them; whole points, per cent, places.

What is read by programs never passes here.
"""

from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext

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
    return "" if low is None or high is None else between(points(low), points(high))


def signed_interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else between(signed(low), signed(high))


def between(low: str, high: str) -> str:
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def percent(share: float | None) -> str:
    return "" if share is None else gettext("%(number)s %%") % {"number": round(100 * share)}


def count(value: int | Decimal) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def decimals(value: float, n: int) -> str:
    return number_format(value, decimal_pos=n, use_l10n=True)


def place(low: int | None, high: int | None) -> str:
    """The places it could hold: "3", or "2-5" with a dash."""
    if low is None or high is None:
        return ""
    return str(low) if low == high else f"{low}{DASH}{high}"


def billions(value: float | None) -> str:
    return "" if value is None else f"{value:g}B"


def ordinal(n: int) -> str:
    """In English with the ending of the number; other languages put "n." or the like in their own sentence."""
    if (get_language() or "en").partition("-")[0] != "en":
        return count(n)
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{count(n)}{suffix}"


def day(moment: date | datetime) -> str:
    return date_format(moment, "DATE_FORMAT")
