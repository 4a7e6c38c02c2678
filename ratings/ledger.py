"""What exactly is written in the public ledger, byte for byte? Canonical records, commitments, pseudonyms.

Read next: commitments.py (the values in a record), merkle.py (how records are hashed into one root) and signed_note.py
(how the root is published). Their public names can be imported from here: this module is the one door to the ledger.
Standard library only. One ledger per arena; a record is never changed, only answered by a later record.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from ratings.commitments import (
    PSEUDONYM_BYTES,
    RecordError,
    check_text,
    commitment,
    epoch_of,
    probability_text,
    prompt_commitment,
    response_commitment,
    unix_minutes,
    voter_pseudonym,
)
from ratings.merkle import (
    HASH_BYTES,
    Frontier,
    ProofError,
    consistency_proof,
    empty_root,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
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

__all__ = [
    "Checkpoint",
    "Frontier",
    "NoteError",
    "ProofError",
    "RecordError",
    "annul_record",
    "canonical",
    "check_record",
    "commitment",
    "consistency_proof",
    "empty_root",
    "epoch_of",
    "event_record",
    "format_checkpoint",
    "format_verifier_key",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "merkle_root",
    "node_hash",
    "parse_checkpoint",
    "parse_note",
    "parse_record",
    "parse_verifier_key",
    "probability_text",
    "prompt_commitment",
    "response_commitment",
    "sign_note",
    "unix_minutes",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
    "vote_record",
    "voter_pseudonym",
]

RECORD_VERSION = 1
MAX_INTEGER = 2**53 - 1  # the largest integer that every JSON reader keeps exact (RFC 8259, section 6)
SCOPES = ("u", "seqs", "cell")
DIGEST = re.compile(r"[0-9a-f]{64}")
VOTE_FORMATS: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("pc", "ra", "rb", "c", "n"), DIGEST),
    **dict.fromkeys(("b", "u"), re.compile(r"[0-9a-f]{32}")),
    **dict.fromkeys(("arena", "ma", "mb", "pol", "src"), re.compile(r".+", re.DOTALL)),
    "vk": re.compile("human|judge"),
    "y": re.compile("a|b|tie|both_bad"),
    "pp": re.compile(r"0\.[0-9]{10}|1\.0{10}"),
}

# Keys of each kind of record, after k (kind), v (version) and seq (position): required, optional.
# weight of a model: how often it is drawn compared to others, as a decimal; 1 where an `add` does not say it.
RECORD_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "vote": (
        frozenset({"arena", "b", "ma", "mb", "y", "u", "rk", "pol"}),
        frozenset({"t", "pc", "ra", "rb", "c", "n", "pp", "vk", "src"}),
    ),
    "annul": (frozenset({"scope", "why", "method", "until", "by"}), frozenset({"by2"})),
    "reinstate": (frozenset({"scope", "why", "method", "by"}), frozenset({"by2"})),
    "redact": (frozenset({"what", "ref", "t"}), frozenset()),
    "model": (frozenset({"op", "id", "name", "meta_sha"}), frozenset({"weight"})),
    "policy": (frozenset({"id", "sha"}), frozenset()),
    "snapshot": (frozenset({"id", "manifest_sha"}), frozenset()),
    "key": (frozenset({"op", "pub"}), frozenset()),
}

Canonical = str | int | Sequence["Canonical"] | Mapping[str, "Canonical"]


def canonical(record: Mapping[str, Canonical]) -> bytes:
    """The one spelling of a record: JSON with sorted keys, no spaces, ASCII escapes.

    record : mapping of strings to strings, integers up to 2^53 - 1, lists and mappings of the same.
    Returns ASCII bytes. Raises RecordError for floats, booleans, null, lone surrogates, larger integers, other types.
    Cost: one pass.
    """
    if not isinstance(record, Mapping):
        raise RecordError(f"a record is a mapping, not {type(record).__name__}")
    _check_value(record)
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def parse_record(data: bytes) -> dict[str, Canonical]:
    """The inverse of canonical; bytes in any other spelling are refused.

    Returns dict. Raises RecordError if the bytes are no record or not canonical.
    """
    try:
        record: dict[str, Canonical] = json.loads(data.decode("ascii"))
        is_canonical = canonical(record) == data
    except RecordError:
        raise
    except (ValueError, RecursionError) as error:
        raise RecordError("not a JSON record in ASCII") from error
    if not is_canonical:
        raise RecordError("the record is not in canonical form")
    return record


def check_record(record: Mapping[str, Canonical]) -> None:
    """Whether a record has the keys of its kind and sane values.

    record : from parse_record or a builder.
    Returns None. Raises RecordError naming the first fault.
    """
    kind = record.get("k")
    if kind not in RECORD_KEYS or record.get("v") != RECORD_VERSION:
        raise RecordError(f"unknown kind or version: {kind!r}, {record.get('v')!r}")
    seq = record.get("seq")
    if not isinstance(seq, int) or seq < 0:
        raise RecordError(f"seq is a position, not {seq!r}")
    required, optional = RECORD_KEYS[str(kind)]
    keys = record.keys() - {"k", "v", "seq"}
    if required - keys or keys - required - optional:
        raise RecordError(f"{kind}: missing {sorted(required - keys)}, unknown {sorted(keys - required - optional)}")
    if kind == "vote":
        _check_vote(record)
    if "scope" in required:
        _check_scope(record["scope"])


def vote_record(
    *,
    seq: int,
    arena: str,
    battle: UUID,
    slug_a: str,
    slug_b: str,
    outcome: str,
    pseudonym: bytes,
    is_ranked: bool,
    policy: str,
    minutes: int | None = None,
    prompt: bytes | None = None,
    response_a: bytes | None = None,
    response_b: bytes | None = None,
    commit: bytes | None = None,
    nonce: bytes | None = None,
    pair_probability: float | Decimal | None = None,
    voter_kind: str | None = None,
    source: str | None = None,
) -> dict[str, Canonical]:
    """One vote as the ledger keeps it; parts that are None leave no key (an imported vote has no c, n, pp, maybe no t).

    seq : 0, 1, 2 ... in the arena's ledger.   outcome : a, b, tie, both_bad.   pseudonym : 16 bytes, voter_pseudonym.
    minutes : Unix time in minutes (seconds would let a reader match votes with web logs).
    prompt, response_a, response_b : 32 bytes, commitments to texts.   commit, nonce : 32 bytes, both or neither.
    pair_probability : of the unordered pair after masking, in (0, 1].
    voter_kind : human or judge.   source : where the vote came from, such as live; both decide which boards count it.
    Returns dict for canonical(). Raises RecordError for a value that the ledger cannot hold.
    """
    digests = {"pc": prompt, "ra": response_a, "rb": response_b, "c": commit, "n": nonce}
    record: dict[str, Canonical] = {
        **_head("vote", seq),
        "arena": arena,
        "b": battle.hex,
        "ma": slug_a,
        "mb": slug_b,
        "y": outcome,
        "u": _hex("pseudonym", pseudonym, PSEUDONYM_BYTES),
        "rk": int(is_ranked),
        "pol": policy,
        **{key: _hex(key, value, HASH_BYTES) for key, value in digests.items() if value is not None},
    }
    if minutes is not None:
        record["t"] = minutes
    if voter_kind is not None:
        record["vk"] = voter_kind
    if source is not None:
        record["src"] = source
    if pair_probability is not None:
        record["pp"] = probability_text(pair_probability)
    check_record(record)
    return record


def annul_record(
    *,
    seq: int,
    why: str,
    method: str,
    until: str,
    by: str,
    by2: str | None = None,
    pseudonym: bytes | None = None,
    seqs: Iterable[int] | None = None,
    cell: Mapping[str, Canonical] | None = None,
) -> dict[str, Canonical]:
    """Votes that stop counting from here on, with the reason; the votes themselves stay.

    Exactly one of: pseudonym (16 bytes, one voter of a quarter), seqs (positions), cell (a rule such as from, to, m).
    why : reason code.   method : detector and version.   until : review or final.   by, by2 : admin pseudonyms.
    Returns dict for canonical(). Raises RecordError if the scope is not exactly one.
    """
    parts = {
        "u": None if pseudonym is None else _hex("pseudonym", pseudonym, PSEUDONYM_BYTES),
        "seqs": None if seqs is None else sorted(seqs),
        "cell": None if cell is None else dict(cell),
    }
    scope = {key: value for key, value in parts.items() if value is not None}
    second = {} if by2 is None else {"by2": by2}
    return event_record("annul", seq, scope=scope, why=why, method=method, until=until, by=by, **second)


def event_record(kind: str, seq: int, **fields: Canonical) -> dict[str, Canonical]:
    """A record of any kind in RECORD_KEYS: reinstate, redact, model, policy, snapshot, key.

    fields : the keys of that kind.
    Returns dict for canonical(). Raises RecordError if a key is missing or unknown.
    """
    record = {**_head(kind, seq), **fields}
    check_record(record)
    return record


def _head(kind: str, seq: int) -> dict[str, Canonical]:
    return {"k": kind, "v": RECORD_VERSION, "seq": seq}


def _check_value(value: object) -> None:
    if type(value) is str:
        if not value.isascii():
            check_text(value)
    elif type(value) is int:
        if abs(value) > MAX_INTEGER:
            raise RecordError(f"an integer beyond 2^53 - 1 is not exact everywhere: {value}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str:
                raise RecordError(f"a key is a string, not {key!r}")
            _check_value(key)
            _check_value(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_value(item)
    else:
        raise RecordError(f"records hold strings and integers only, not {type(value).__name__}")


def _check_vote(record: Mapping[str, Canonical]) -> None:
    for key in VOTE_FORMATS.keys() & record.keys():
        value = record[key]
        if not isinstance(value, str) or not VOTE_FORMATS[key].fullmatch(value):
            raise RecordError(f"vote: {key} cannot be {value!r}")
    if record["rk"] not in (0, 1) or not isinstance(record.get("t", 0), int):
        raise RecordError(f"vote: rk is 0 or 1 and t whole minutes, not {record['rk']!r}, {record.get('t')!r}")
    if record["ma"] == record["mb"]:
        raise RecordError(f"vote: {record['ma']!r} cannot meet itself")
    if ("c" in record) != ("n" in record):
        raise RecordError("a commitment and its nonce are revealed together")


def _check_scope(scope: Canonical) -> None:
    if not isinstance(scope, Mapping) or len(scope) != 1 or next(iter(scope)) not in SCOPES:
        raise RecordError(f"a scope is one of {', '.join(SCOPES)}: {scope!r}")


def _hex(name: str, value: bytes, size: int) -> str:
    if len(value) != size:
        raise RecordError(f"{name} has {size} bytes, not {len(value)}")
    return value.hex()
