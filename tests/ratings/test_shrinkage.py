"""Shrinkage: its two limits, its algebra by another route, and that it helps."""

import numpy as np
import pytest

from ratings.shrinkage import shrink_strengths


def sphere(m: int, variance: float) -> np.ndarray:
    return variance * (np.eye(m) - 1 / m)


def test_agreement_gives_the_pooled_estimate() -> None:
    theta = np.array([0.3, 0.0, -0.3])

    shrunk = shrink_strengths(theta + np.array([0.01, -0.01, 0.0]), sphere(3, 0.03), theta, sphere(3, 0.01))

    assert shrunk.tau == 0
    assert shrunk.theta == pytest.approx(theta + 0.25 * np.array([0.01, -0.01, 0.0]))
    assert shrunk.shrinkage == pytest.approx(0.75)
    assert np.diag(shrunk.covariance).min() >= np.diag(sphere(3, 0.0075)).min() - 1e-12


def test_great_disagreement_gives_the_slices_own() -> None:
    own, rest = np.array([3.0, -3.0, 0.0, 0.0]), np.array([-3.0, 3.0, 1.0, -1.0])

    shrunk = shrink_strengths(own, sphere(4, 0.001), rest, sphere(4, 0.001))

    assert shrunk.theta == pytest.approx(own, abs=1e-3)
    assert shrunk.shrinkage == pytest.approx(0, abs=1e-3)


def test_gauges_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 5))
    own, rest = rng.normal(size=5), rng.normal(size=5)

    one = shrink_strengths(own, root @ root.T, rest, root.T @ root)
    other = shrink_strengths(own + 7, root @ root.T + 3.0, rest - 2, root.T @ root)

    assert other.theta == pytest.approx(one.theta, abs=1e-9)
    assert other.covariance == pytest.approx(one.covariance, abs=1e-9)
    assert one.covariance.sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-9)


def test_gain_is_that_of_bayes_with_known_tau() -> None:
    """In the plane of mean zero: prior N(rest, tau^2 + V_o), observation N(own, V_c)."""
    rng = np.random.default_rng(1)
    basis = np.linalg.svd(np.eye(4) - 0.25)[0][:, :3]
    roots = rng.normal(size=(2, 3, 3))
    v_own, v_rest = (basis @ (root @ root.T) @ basis.T for root in roots)
    own, rest = basis @ rng.normal(size=3) * 4, basis @ rng.normal(size=3)

    shrunk = shrink_strengths(own, v_own, rest, v_rest)

    prior = basis.T @ v_rest @ basis + shrunk.tau**2 * np.eye(3)
    precision = np.linalg.inv(prior) + np.linalg.inv(basis.T @ v_own @ basis)
    weighted = np.linalg.inv(prior) @ (basis.T @ rest) + np.linalg.inv(basis.T @ v_own @ basis) @ (basis.T @ own)
    assert shrunk.theta == pytest.approx(basis @ np.linalg.solve(precision, weighted), abs=1e-9)


def test_shrunk_is_nearer_to_the_truth_than_either_and_its_intervals_cover() -> None:
    rng = np.random.default_rng(2)
    m, tau, n = 20, 0.15, 200
    errors = {"own": 0.0, "rest": 0.0, "shrunk": 0.0}
    covered = 0
    for _ in range(n):
        whole = rng.normal(0, 0.5, m)
        truth = whole + rng.normal(0, tau, m)
        truth -= truth.mean()
        own = truth + rng.normal(0, 0.2, m)
        rest = whole - whole.mean() + rng.normal(0, 0.05, m)
        shrunk = shrink_strengths(own, sphere(m, 0.04), rest, sphere(m, 0.0025))
        for name, theta in (("own", own - own.mean()), ("rest", rest - rest.mean()), ("shrunk", shrunk.theta)):
            errors[name] += float(np.square(theta - truth).sum())
        covered += int((np.abs(shrunk.theta - truth) < 1.96 * np.sqrt(np.diag(shrunk.covariance))).sum())

    assert errors["shrunk"] < 0.9 * min(errors["own"], errors["rest"])
    assert 0.93 < covered / (n * m) < 0.99
