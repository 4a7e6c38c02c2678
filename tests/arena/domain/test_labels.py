"""Whose word holds: the strongest source, and of one source the last."""

from arena.domain.labels import Labels, LabelSource, Said, labels_that_hold


def said(source, order, **values):
    return Said(source, order, Labels(**values))


def test_stronger_sources_win_label_by_label():
    held = labels_that_hold(
        [
            said(LabelSource.OPERATOR, 1, category="math"),
            said(LabelSource.RULE, 5, language="en", category="code", is_code=True),
            said(LabelSource.IMPORT, 3, language="fr", category="poem"),
            said(LabelSource.CLASSIFIER, 4, category="hard", is_math=False),
        ]
    )

    assert held == Labels(language="fr", category="math", is_code=True, is_math=False)


def test_last_word_of_a_source_holds():
    held = labels_that_hold(
        [said(LabelSource.RULE, 2, language="de"), said(LabelSource.RULE, 1, language="en", category="code")]
    )

    assert held == Labels(language="de", category="code")


def test_empty_word_of_an_operator_says_unknown():
    held = labels_that_hold([said(LabelSource.RULE, 1, category="code"), said(LabelSource.OPERATOR, 2, category="")])

    assert held.category == ""


def test_nothing_said_is_nothing():
    assert labels_that_hold([]) == Labels()
    assert Labels.from_values(Labels(is_code=False).to_values()) == Labels(is_code=False)
    assert Labels().to_values() == {}
