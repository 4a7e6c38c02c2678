"""Every text of a page is found, whatever form it has, and every translation in the checkout is whole."""

import gettext

import pytest
from django.conf import settings

from arena.management.message_files import NAME, compile_mo, folder_of, placeholders, read_po
from arena.management.message_ids import find_messages, translated_languages

LANGUAGES = ("de", "es", "fr", "ja")


@pytest.fixture(scope="module")
def messages():
    return find_messages(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("text", "plural"),
    [
        ("Skip to the content", None),
        ("%(n)s vote", "%(n)s votes"),
        ("%%1 of %%2 characters", None),
        ("Rank", None),
        ("automatic judges", None),
        ("There is nothing here under this address.", None),
        ("has no votes yet", None),
    ],
    ids=["template", "plural", "percent", "lazy", "word", "error", "mathematics"],
)
def test_texts_are_found_wherever_they_are_said(messages, text, plural):
    assert (text in messages, messages.get(text)) == (True, plural)


def test_these_languages_are_spoken():
    assert tuple(translated_languages()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_a_translation(messages, language):
    """If this fails: `python3 manage.py catalogues`, then fill in the empty lines of locale/*.po, then again."""
    assert read_po(folder_of(settings.BASE_DIR, language) / f"{NAME}.po", language).missing(messages) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_that_of_its_source(messages, language):
    folder = folder_of(settings.BASE_DIR, language)
    catalogue = read_po(folder / f"{NAME}.po", language).only(messages)

    assert (folder / f"{NAME}.mo").read_bytes() == compile_mo(catalogue, messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_put_in_the_same_values(messages, language):
    forms = read_po(folder_of(settings.BASE_DIR, language) / f"{NAME}.po", language).forms

    strays = [
        (text, form)
        for text, plural in messages.items()
        for form in forms[text]
        if placeholders(form) not in (placeholders(text), placeholders(plural or text))
    ]

    assert strays == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_says_that_it_is_a_draft(language):
    with open(folder_of(settings.BASE_DIR, language) / f"{NAME}.mo", "rb") as file:
        catalogue = gettext.GNUTranslations(file)

    assert catalogue.info()["x-status"] == "A machine's draft; nobody has read it yet."
