"""Signed notes against the example of the Go reference implementation, and what must not pass."""

from base64 import b64encode
from hashlib import sha256

import pytest

from ratings.merkle import leaf_hash
from ratings.signed_note import (
    Checkpoint,
    NoteError,
    format_checkpoint,
    format_verifier_key,
    key_id,
    parse_checkpoint,
    parse_note,
    parse_verifier_key,
    sign_note,
    verify_note,
)

NAME = "arena.example/ledger"
KEY = bytes(range(32))
# golang.org/x/mod/sumdb/note, package example: PeterNeumann's public key.
GO_VERIFIER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
CHECKPOINT = Checkpoint(NAME, 123456, leaf_hash(b"root"))


def sign(message: bytes) -> bytes:
    """A stand-in for Ed25519: two hashes in a row have the length of a signature."""
    return sha256(b"1" + message).digest() + sha256(b"2" + message).digest()


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return public_key == KEY and signature == sign(message)


def signed(text: str) -> str:
    return sign_note(text, name=NAME, public_key=KEY, sign=sign)


def test_checkpoint_is_three_lines():
    text = format_checkpoint(CHECKPOINT)

    assert text == f"arena.example/ledger\n123456\n{b64encode(CHECKPOINT.root).decode()}\n"
    assert parse_checkpoint(text) == CHECKPOINT


def test_extension_lines_are_read_over():
    assert parse_checkpoint(format_checkpoint(CHECKPOINT) + "extension\n") == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name\n1\n",
        "name\n1\nAAAA\n",
        "name\n01\n" + "A" * 43 + "=\n",
        "name\n-1\n" + "A" * 43 + "=\n",
        "name\n9223372036854775808\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "name\n1\n" + "A" * 43 + "=",
        "name\n1\n" + "A" * 42 + "B=\n",
        "name\n1\n" + "A" * 43 + "*\n",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(NoteError):
        parse_checkpoint(text)


def test_verifier_key_is_that_of_the_go_reference():
    name, public_key = parse_verifier_key(GO_VERIFIER_KEY)

    assert (name, key_id(name, public_key).hex()) == ("PeterNeumann", "c74f20a3")
    assert format_verifier_key(name, public_key) == GO_VERIFIER_KEY


@pytest.mark.parametrize("text", ["", "name", "name+00", "name+00000000+AAAA", GO_VERIFIER_KEY.replace("c74f", "c74e")])
def test_malformed_verifier_keys_are_refused(text):
    with pytest.raises(NoteError):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_key_names_that_break_a_line_are_refused(name):
    with pytest.raises(NoteError):
        key_id(name, KEY)


def test_signed_note_gives_its_text_back():
    text = format_checkpoint(CHECKPOINT)

    note = signed(text)

    assert verify_note(note, name=NAME, public_key=KEY, verify=verify) == text
    assert parse_note(note) == (text, ((NAME, key_id(NAME, KEY), sign(text.encode())),))


def test_signatures_of_witnesses_are_read_over():
    text = format_checkpoint(CHECKPOINT)
    witness = sign_note(text, name="witness.example", public_key=bytes(32), sign=sign).rpartition("\n\n")[2]

    note = signed(text) + witness

    assert verify_note(note, name=NAME, public_key=KEY, verify=verify) == text


def test_any_changed_byte_fails():
    note = signed(format_checkpoint(CHECKPOINT))

    for position in range(len(note)):
        char = "B" if note[position] != "B" else "C"
        with pytest.raises(NoteError):
            verify_note(note[:position] + char + note[position + 1 :], name=NAME, public_key=KEY, verify=verify)


def test_another_key_fails():
    with pytest.raises(NoteError, match="no signature of"):
        verify_note(signed("text\n"), name=NAME, public_key=bytes(32), verify=verify)


@pytest.mark.parametrize("text", ["no newline", "control\x07\n", "half \ud800\n"])
def test_texts_that_cannot_be_signed_are_refused(text):
    with pytest.raises(NoteError):
        signed(text)


def test_short_signatures_are_refused():
    with pytest.raises(NoteError, match="64 bytes"):
        sign_note("text\n", name=NAME, public_key=KEY, sign=lambda message: b"short")


@pytest.mark.parametrize(
    "note", ["", "text\n", "text\n\n", "text\n\n— name AAAA\n", "text\n\nname AAAAAAAA\n", "x" * 1_000_001]
)
def test_malformed_notes_are_refused(note):
    with pytest.raises(NoteError):
        parse_note(note)
