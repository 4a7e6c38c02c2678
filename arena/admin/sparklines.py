"""How does a row of numbers become a line as small as a word? The numbers themselves stand beside it.

Next file to read: dashboard.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, AIR = 240.0, 48.0, 3.0


@dataclass(frozen=True)
class Sparkline:
    """points : of a polyline.   area : the same, closed at the foot.   x, y : the last point."""

    points: str
    area: str
    x: float
    y: float
    title: str
    width: float = WIDTH
    height: float = HEIGHT


def sparkline(values: Sequence[float], title: str) -> Sparkline:
    """From nothing at the foot to the largest value on top."""
    most, step = max(values, default=0) or 1, (WIDTH - 2 * AIR) / max(1, len(values) - 1)
    places = [
        (round(AIR + k * step, 1), round(HEIGHT - AIR - value / most * (HEIGHT - 2 * AIR), 1))
        for k, value in enumerate(values)
    ]
    points = " ".join(f"{x:g},{y:g}" for x, y in places)
    foot = HEIGHT - AIR
    area = f"{AIR:g},{foot:g} {points} {places[-1][0]:g},{foot:g}" if places else ""
    return Sparkline(points, area, *(places[-1] if places else (AIR, foot)), title)
