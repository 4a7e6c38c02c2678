"""How is a likelihood climbed? Newton's method with a fixed gauge, shared by all models. Read bradley_terry.py next."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve, inv

from ratings.errors import NotConverged

TOLERANCE = 1e-9
"""Nats: largest step of the last iteration; Newton's error after it is about its square."""
FAST_TOLERANCE = 3e-5
"""Nats: a step below this leaves an error of about a fifth of its square, 2e-10; enough where a pass is dear."""
STALLED = 1e-6
"""Nats: a step below this that shrinks no more is rounding (10 million votes beside a pair with one)."""
LARGEST_STEP = 2.0
"""Nats: a longer step is shortened; far from the maximum the quadratic model says little."""
MAX_ITERATIONS = 100
MAX_HALVINGS = 30

Derivatives = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Gradient and negative Hessian of a concave log-likelihood at a point."""


@dataclass(frozen=True, eq=False)
class Maximum:
    """point : (m + k,) float64, m strengths of mean zero, then k other parameters.

    hessian : (m + k, m + k) float64, negative second derivatives, one step of max_step before the point.
    iterations, max_step : how the iteration ended, in nats.
    """

    point: NDArray[np.float64]
    hessian: NDArray[np.float64]
    iterations: int
    max_step: float


def maximise(
    start: NDArray[np.float64], derivatives: Derivatives, n_strengths: int, tolerance: float = TOLERANCE
) -> Maximum:
    """The point where the gradient of a concave log-likelihood vanishes.

    start : (m + k,) float64.   n_strengths : m; the likelihood does not change when all of them are shifted.
    tolerance : nats, largest step of the last iteration.
    A step that passes the maximum along its line (the slope turns and grows) is halved.
    Raises: NotConverged after 100 iterations or at a singular Hessian: no maximum, or no unique one.
    Cost: O((m + k)^3) an iteration, usually 4 to 6.
    """
    point = start
    gradient, hessian = derivatives(point)
    previous = size = np.inf
    for iteration in range(1, MAX_ITERATIONS + 1):
        step = solve_grounded(hessian, gradient, n_strengths)
        size = float(np.abs(step).max())
        if size < tolerance or previous <= size < STALLED:
            return Maximum(_centred(point + step, n_strengths), hessian, iteration, size)
        previous = size
        step *= min(1.0, LARGEST_STEP / size)
        slope = float(gradient @ step)
        for _ in range(MAX_HALVINGS):
            gradient, hessian = derivatives(point + step)
            if float(gradient @ step) >= -slope:
                break
            step, slope = step / 2, slope / 2
        point = _centred(point + step, n_strengths)
    raise NotConverged(f"no maximum found in {MAX_ITERATIONS} iterations; last step {size:.3g} nats")


def solve_grounded(
    hessian: NDArray[np.float64], gradient: NDArray[np.float64], n_strengths: int
) -> NDArray[np.float64]:
    """(H + c 11')^-1 g: the added term fixes the gauge of the strengths and moves no difference.

    Raises: NotConverged if H has another direction without information. Cost: O((m + k)^3).
    """
    try:
        factor = cho_factor(_grounded(hessian, n_strengths), overwrite_a=True, check_finite=False)
        return cho_solve(factor, gradient, check_finite=False)
    except LinAlgError as error:
        raise NotConverged("the likelihood has no unique maximum") from error


def grounded_inverse(hessian: NDArray[np.float64], n_strengths: int) -> NDArray[np.float64]:
    """Inverse of H on the strengths of mean zero: (H + c 11')^-1 - 11'/(c m^2), c = tr(H)/m^2 over the strengths.

    hessian : (m + k, m + k) float64. Returns the same shape; the first m rows and columns sum to zero over strengths.
    For k = 0 it is the Moore-Penrose inverse of a Laplacian.
    Raises: NotConverged if H has another direction without information. Cost: O((m + k)^3).
    """
    m = n_strengths
    try:
        inverse = inv(_grounded(hessian, m), assume_a="pos", overwrite_a=True, check_finite=False)
    except LinAlgError as error:
        raise NotConverged("the likelihood has no unique maximum") from error
    inverse[:m, :m] -= 1.0 / np.trace(hessian[:m, :m])
    return inverse


def _centred(point: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    point[:m] -= point[:m].mean()
    return point


def _grounded(hessian: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    grounded = hessian.copy()
    grounded[:m, :m] += np.trace(hessian[:m, :m]) / m**2
    return grounded
