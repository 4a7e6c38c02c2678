"""Commitments and pseudonyms against hashes built by hand from the contract's sentences."""

import hmac
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.commitments import (
    RecordError,
    commitment,
    epoch_of,
    probability_text,
    prompt_commitment,
    response_commitment,
    unix_minutes,
    voter_pseudonym,
)

BATTLE = UUID("00112233-4455-6677-8899-aabbccddeeff")
NONCE = bytes(range(32))
SALT = bytes(range(32, 64))


def test_commitment_is_the_hash_of_the_contract():
    expected = sha256(
        bytes.fromhex("0200112233445566778899aabbccddeeff0007")
        + b"model-a"
        + bytes.fromhex("0003")
        + "b\u00e9".encode()
        + NONCE
    )

    assert commitment(BATTLE, "model-a", "b\u00e9", NONCE).hex() == expected.hexdigest()


@given(st.text("ab", max_size=5), st.text("ab", max_size=5), st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_commitments_of_other_pairs_differ(a, b, c, d):
    same = commitment(BATTLE, a, b, NONCE) == commitment(BATTLE, c, d, NONCE)

    assert same == ((a, b) == (c, d))


@pytest.mark.parametrize(("slug", "nonce"), [("a" * 65536, NONCE), ("a", NONCE[:31]), ("\ud800", NONCE)])
def test_commitment_refuses_what_it_cannot_bind(slug, nonce):
    with pytest.raises(RecordError):
        commitment(BATTLE, slug, "b", nonce)


def test_text_commitments_have_their_own_prefixes():
    text = "Why is the sky blue? \u2600"

    assert prompt_commitment(SALT, text) == sha256(b"\x03" + SALT + text.encode()).digest()
    assert response_commitment(SALT, text) == sha256(b"\x04" + SALT + text.encode()).digest()


@pytest.mark.parametrize(("salt", "text"), [(b"", "text"), (SALT + b"1", "text"), (SALT, "\udfff")])
def test_text_commitments_refuse_short_salts_and_no_unicode(salt, text):
    with pytest.raises(RecordError):
        prompt_commitment(salt, text)


def test_pseudonym_is_half_an_hmac_and_changes_with_the_quarter():
    secret = b"s" * 32

    assert voter_pseudonym(secret, "2026Q4") == hmac.new(secret, b"epoch:2026Q4", sha256).digest()[:16]
    assert voter_pseudonym(secret, "2026Q4") != voter_pseudonym(secret, "2027Q1")


def test_pseudonym_needs_a_secret():
    with pytest.raises(RecordError):
        voter_pseudonym(b"", "2026Q4")


def test_epochs_are_quarters_in_utc():
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]

    assert [epoch_of(moment) for moment in moments] == [f"2026Q{q}" for q in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)]
    assert epoch_of(datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "2026Q4"


def test_minutes_are_rounded_down():
    assert unix_minutes(datetime(1970, 1, 1, 1, 2, 59, tzinfo=UTC)) == 62


@pytest.mark.parametrize("convert", [epoch_of, unix_minutes])
def test_times_without_a_zone_are_refused(convert):
    with pytest.raises(RecordError):
        convert(datetime(2026, 1, 1))


def test_probabilities_have_ten_decimals():
    texts = [probability_text(value) for value in (0.00112994351, 1, Decimal("0.5"))]

    assert texts == ["0.0011299435", "1.0000000000", "0.5000000000"]


@pytest.mark.parametrize("value", [0, -0.1, 1.1, 1e-12, float("nan"), float("inf")])
def test_what_is_no_probability_is_refused(value):
    with pytest.raises(RecordError):
        probability_text(value)
