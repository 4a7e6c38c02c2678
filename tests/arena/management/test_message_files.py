"""Catalogues are written, read and compiled as GNU gettext has them, without its programs."""

import gettext
import io

import pytest

from arena.management.message_files import Catalogue, compile_mo, placeholders, read_po, write_po

MESSAGES = {"One line": None, 'A "quoted"\nline\\': None, "%(n)s vote": "%(n)s votes", "untranslated": None}
FORMS = {
    "One line": ["Eine Zeile"],
    'A "quoted"\nline\\': ["Eine „Zeile“\n\\"],
    "%(n)s vote": ["%(n)s Stimme", "%(n)s Stimmen"],
}


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "de" / "django.po"
    write_po(path, Catalogue("de", FORMS), MESSAGES)

    read = read_po(path, "de")

    assert read.only(MESSAGES).forms == dict(sorted((FORMS | {"untranslated": [""]}).items()))
    assert read.missing(MESSAGES) == ["untranslated"]


def test_compiled_catalogue_speaks():
    spoken = gettext.GNUTranslations(io.BytesIO(compile_mo(Catalogue("de", FORMS), MESSAGES)))

    assert spoken.gettext("One line") == "Eine Zeile"
    assert [spoken.ngettext("%(n)s vote", "%(n)s votes", n) for n in (1, 2)] == ["%(n)s Stimme", "%(n)s Stimmen"]
    assert spoken.gettext("untranslated") == "untranslated"


def test_a_language_with_one_form_needs_one():
    assert Catalogue("ja", {"%(n)s vote": ["%(n)s 票"]}).missing({"%(n)s vote": "%(n)s votes"}) == []
    assert Catalogue("fr", {"%(n)s vote": ["%(n)s vote"]}).missing({"%(n)s vote": "%(n)s votes"}) == ["%(n)s vote"]


def test_what_is_no_longer_said_is_dropped():
    assert Catalogue("de", FORMS).only({"One line": None}).forms == {"One line": ["Eine Zeile"]}


def test_a_line_that_is_none_of_ours_is_refused(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid "x"\nmsgtxt "y"\nnonsense\n', encoding="utf-8")

    with pytest.raises(ValueError, match="nonsense"):
        read_po(path, "de")


def test_placeholders_are_counted_by_name():
    assert placeholders("%(n)s of %(n)s, %s, %%, %%1, {a}") == {"%(n)s": 2, "%s": 1, "{a}": 1}
