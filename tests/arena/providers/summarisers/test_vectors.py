import numpy as np

from arena.providers.summarisers.vectors import best_positions, cosine_similarity, count_terms, weigh_tfidf


def test_count_terms_counts_in_the_order_of_appearance() -> None:
    counts = count_terms(["Sea, moon, sea.", "", "Moon."])

    assert counts.tolist() == [[2.0, 1.0], [0.0, 0.0], [0.0, 1.0]]


def test_weigh_tfidf_gives_a_term_of_every_sentence_its_count() -> None:
    weights = weigh_tfidf(np.array([[1.0, 2.0], [1.0, 0.0]]))

    np.testing.assert_allclose(weights, [[1.0, 2.0 * (1.0 + np.log(2.0))], [1.0, 0.0]])


def test_cosine_similarity_is_zero_for_a_row_without_terms() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 2.0]])

    np.testing.assert_allclose(cosine_similarity(rows, rows), [[1.0, 0.0, 0.8], [0.0, 0.0, 0.0], [0.8, 0.0, 1.0]])


def test_best_positions_prefers_the_earlier_of_equals_and_answers_in_text_order() -> None:
    assert best_positions(np.array([0.1, 0.3, 0.3 + 1e-15, 0.2]), 1) == [1]
    assert best_positions(np.array([0.1, 0.3, 0.2, 0.4]), 3) == [1, 2, 3]
    assert best_positions(np.array([]), 3) == []
