import numpy as np

from arena.providers.summarisers.page_rank import rank_nodes


def test_rank_nodes_solves_the_stationary_equation() -> None:
    weights = np.array([[0.0, 2.0, 1.0], [2.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    steps = weights / weights.sum(axis=1, keepdims=True)

    expected = np.linalg.solve(np.eye(3) - 0.85 * steps.T, np.full(3, 0.05))

    np.testing.assert_allclose(rank_nodes(weights), expected, atol=1e-9)


def test_rank_nodes_without_edges_are_equal() -> None:
    np.testing.assert_allclose(rank_nodes(np.zeros((4, 4))), np.full(4, 0.25))
