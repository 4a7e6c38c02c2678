"""Which of many does no other beat in both of two respects? Next file to read: web/pictures.py, which draws them."""

from collections.abc import Sequence


def pareto_front(values: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of those whom no other beats in both: less of the first, more of the second; by the first."""
    order = sorted(range(len(values)), key=lambda k: (values[k][0], -values[k][1]))
    front: list[int] = []
    for k in order:
        if not front or values[k][1] > values[front[-1]][1]:
            front.append(k)
    return front
