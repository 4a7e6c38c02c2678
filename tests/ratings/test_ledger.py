"""Records: one spelling each, and nothing in them that another JSON reader could read differently."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.ledger import (
    RecordError,
    annul_record,
    canonical,
    check_record,
    commitment,
    event_record,
    parse_record,
    vote_record,
)

BATTLE = UUID("00112233-4455-6677-8899-aabbccddeeff")
NONCE = bytes(range(32))
IMPORTED = {
    "seq": 7,
    "arena": "text",
    "battle": BATTLE,
    "slug_a": "m-17",
    "slug_b": "m-03",
    "outcome": "both_bad",
    "pseudonym": bytes(16),
    "is_ranked": True,
    "policy": "p7",
}
LIVE = IMPORTED | {
    "minutes": 29398620,
    "prompt": b"p" * 32,
    "response_a": b"a" * 32,
    "response_b": b"b" * 32,
    "commit": commitment(BATTLE, "m-17", "m-03", NONCE),
    "nonce": NONCE,
    "pair_probability": 0.00112994351,
}
values = st.recursive(
    st.text() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_canonical_is_sorted_tight_and_ascii():
    record = {"b": 1, "a": 'caf\u00e9 \U0001f600 "/', "c": {"y": [2, "x"], "x": -3}}

    assert canonical(record) == rb'{"a":"caf\u00e9 \ud83d\ude00 \"/","b":1,"c":{"x":-3,"y":[2,"x"]}}'


@given(st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_canonical_reads_back_and_does_not_depend_on_order(record):
    data = canonical(record)

    assert parse_record(data) == record
    assert canonical(dict(reversed(record.items()))) == data


@pytest.mark.parametrize(
    "value",
    [1.0, True, None, float("nan"), b"bytes", {1: "x"}, {"x": {2: 3}}, [1.5], 2**53, -(2**53), "\ud800", {"\ud800": 1}],
)
def test_canonical_refuses_what_readers_disagree_on(value):
    with pytest.raises(RecordError):
        canonical({"k": value})


def test_canonical_refuses_what_is_no_mapping():
    with pytest.raises(RecordError):
        canonical(["k"])


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        '{"a":"\u00e9"}'.encode(),
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":true}',
        b'{"a":null}',
        b'{"a":01}',
        b'{"a":"\\/"}',
        b'{"a":"\\u0041"}',
        b"[1]",
        b"7",
        b"",
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_any_other_spelling_is_refused(data):
    with pytest.raises(RecordError):
        parse_record(data)


def test_live_vote_has_the_keys_of_the_design():
    record = vote_record(**LIVE)

    assert record == {
        "k": "vote",
        "v": 1,
        "seq": 7,
        "t": 29398620,
        "arena": "text",
        "b": "00112233445566778899aabbccddeeff",
        "ma": "m-17",
        "mb": "m-03",
        "y": "both_bad",
        "u": "0" * 32,
        "pc": "70" * 32,
        "ra": "61" * 32,
        "rb": "62" * 32,
        "c": commitment(BATTLE, "m-17", "m-03", NONCE).hex(),
        "n": NONCE.hex(),
        "pp": "0.0011299435",
        "rk": 1,
        "pol": "p7",
    }
    assert parse_record(canonical(record)) == record


def test_imported_vote_has_no_time_commitment_or_probability():
    record = vote_record(**IMPORTED)

    assert record.keys() == {"k", "v", "seq", "arena", "b", "ma", "mb", "y", "u", "rk", "pol"}


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "model_a"},
        {"seq": -1},
        {"pseudonym": bytes(15)},
        {"nonce": NONCE[:31]},
        {"nonce": None},
        {"commit": None},
        {"pair_probability": 0.0},
        {"slug_b": "m-17"},
        {"slug_a": ""},
        {"prompt": b""},
    ],
)
def test_vote_refuses_what_the_ledger_cannot_hold(change):
    with pytest.raises(RecordError):
        vote_record(**LIVE | change)


@pytest.mark.parametrize(
    "change",
    [
        {"rk": 2},
        {"t": "1"},
        {"c": "AB" * 32},
        {"n": "00"},
        {"pp": "0.1"},
        {"extra": 1},
        {"v": 2},
        {"k": "note"},
        {"u": 1},
    ],
)
def test_check_refuses_tampered_votes(change):
    with pytest.raises(RecordError):
        check_record(vote_record(**LIVE) | change)


def test_every_kept_key_of_a_vote_is_needed():
    record = vote_record(**IMPORTED)

    for key in record:
        with pytest.raises(RecordError):
            check_record({name: value for name, value in record.items() if name != key})


def test_annul_record_has_one_scope():
    reason = {"seq": 8, "why": "R3-em", "method": "em@2", "until": "review", "by": "op1"}
    head = {"k": "annul", "v": 1} | reason

    records = [
        annul_record(**reason, pseudonym=bytes(16), by2="op2"),
        annul_record(**reason, seqs=[5, 3]),
        annul_record(**reason, cell={"from": 1, "to": 2, "m": "m-17", "new": 1}),
    ]

    assert records == [
        head | {"scope": {"u": "0" * 32}, "by2": "op2"},
        head | {"scope": {"seqs": [3, 5]}},
        head | {"scope": {"cell": {"from": 1, "to": 2, "m": "m-17", "new": 1}}},
    ]
    for scope in ({}, {"seqs": [1], "pseudonym": bytes(16)}):
        with pytest.raises(RecordError):
            annul_record(**reason, **scope)


def test_other_events_have_the_keys_of_their_kind():
    record = event_record("snapshot", 9, id="text-2026-11-23T16:00Z", manifest_sha="00" * 32)

    assert json.loads(canonical(record)) == {
        "k": "snapshot",
        "v": 1,
        "seq": 9,
        "id": "text-2026-11-23T16:00Z",
        "manifest_sha": "00" * 32,
    }
    with pytest.raises(RecordError, match="missing"):
        event_record("snapshot", 9, id="x")
    with pytest.raises(RecordError, match="unknown kind"):
        event_record("rumour", 9)
