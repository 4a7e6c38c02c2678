import uuid

import pytest

from arena.domain.errors import NotFound
from arena.queries.receipts import battle_id_of, receipt_of

BATTLE = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def test_receipt_is_the_same_at_every_look_and_leads_back():
    assert receipt_of(BATTLE) == receipt_of(BATTLE)
    assert battle_id_of(receipt_of(BATTLE)) == BATTLE


def test_receipt_is_written_with_letters_that_need_no_escape():
    assert set(receipt_of(BATTLE)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_receipt_of_another_site_is_not_found(settings):
    receipt = receipt_of(BATTLE)
    settings.SECRET_KEY = "another"

    with pytest.raises(NotFound):
        battle_id_of(receipt)


@pytest.mark.parametrize("receipt", ["", ".", "x", BATTLE.hex, f"{BATTLE.hex}.", f"{BATTLE.hex}.x", "\x00.x", "é.é"])
def test_what_is_no_receipt_is_not_found(receipt):
    with pytest.raises(NotFound):
        battle_id_of(receipt)


def test_receipt_with_another_battle_in_it_is_not_found():
    _, _, signature = receipt_of(BATTLE).partition(".")

    with pytest.raises(NotFound):
        battle_id_of(f"{uuid.uuid4().hex}.{signature}")
