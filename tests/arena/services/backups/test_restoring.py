"""Does a restored site hold what the backed-up one held, on both databases, all of it or nothing?"""

import json
import sqlite3
import stat
import tarfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, OperationalError, connection

from arena.domain.errors import BackupFault
from arena.models import Arena, Contestant, Ledger, PendingVote, Vote
from arena.services.backups import postgresql, restoring
from arena.services.backups.making import make_backup
from arena.services.backups.restoring import restore_backup
from arena.services.leaderboards import publish_arena
from tests.concurrency import whole_database
from tests.factories import SLUGS, make_arena, make_stored_arena, make_vote

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CANARY = "canary-5e7d"
NEWEST = ["arena", "0002_immutable_rows"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    """A data directory and media of this test alone."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "var/media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    return settings.DATA_DIR


@pytest.fixture
def arena():
    """Votes in the ledger, one that waits, a published board, an account, a picture."""
    arena = make_stored_arena()
    for outcome in ("a", "b", "tie"):
        make_vote(arena, *SLUGS[:2], outcome)
    publish_arena(arena_id=arena.pk)
    make_vote(arena, *SLUGS[1:3], "a")
    User.objects.create(username="ada")
    return arena


def picture(settings, name="ab/cd.webp", content=b"picture"):
    file = settings.MEDIA_ROOT / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def backup(tmp_path, name="backup.tar.gz", **choices):
    return make_backup(output=tmp_path / name, now=NOW, **{"with_keys": False, **choices}).file


def without_state(database):
    """Rows that do not change by bringing them back: the migrations are written anew, with the time of that."""
    return {table: rows for table, rows in database.items() if table != "django_migrations"}


def media(settings):
    root = settings.MEDIA_ROOT
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def rewritten(file, change):
    """The same archive with another manifest."""
    target = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for entry in old:
            data = old.extractfile(entry).read()
            if entry.name == "manifest.json":
                said = json.loads(data)
                change(said)
                data = json.dumps(said).encode()
                entry.size = len(data)
            new.addfile(entry, BytesIO(data))
    return target


def refusal(file, *, is_replacing=True):
    with pytest.raises(BackupFault) as refused:
        restore_backup(file=file, is_replacing=is_replacing)
    return str(refused.value)


@pytest.mark.both_databases
def test_site_comes_back_and_goes_on(arena, tmp_path, settings, vendor):
    picture(settings)
    before, size = without_state(whole_database()), Ledger.objects.get().size
    file = backup(tmp_path)
    if vendor == "postgresql":
        # As if it were of a version with one migration less. On SQLite: test_restore.py.
        file = rewritten(file, lambda said: said["database"]["migrations"].remove(NEWEST))
    make_vote(arena, *SLUGS[:2], "b")
    make_arena("late")
    picture(settings, "late.webp")
    PendingVote.objects.all().delete()  # what the sequencer would take
    (settings.MEDIA_ROOT / "ab/cd.webp").unlink()

    restored = restore_backup(file=file, is_replacing=True)

    assert (restored.made_at, restored.n_arenas, restored.n_entries) == ("2026-11-24T12:00:00Z", 1, size)
    assert (restored.n_media, restored.notes, restored.faults) == (1, (), ())
    after = without_state(whole_database())
    assert {table for table, rows in before.items() if after[table] != rows} <= {
        "arena_ledger",
        "arena_ledgerentry",
        "arena_paircount",
        "arena_pendingvote",
        "arena_voterpaircount",
    }
    assert (Vote.objects.count(), PendingVote.objects.count(), Ledger.objects.get().size) == (4, 0, size + 1)
    assert media(settings) == {"ab/cd.webp": b"picture"}
    make_vote(Arena.objects.get(), *SLUGS[:2], "b")
    publish_arena(arena_id=Arena.objects.get().pk)
    assert (Vote.objects.count(), Ledger.objects.get().size) == (5, size + 2)
    with pytest.raises(DatabaseError, match="immutable"):
        Vote.objects.update(outcome="a")


def test_site_that_is_not_empty_is_left_alone(arena, tmp_path):
    file, before = backup(tmp_path), whole_database()

    assert refusal(file, is_replacing=False) == (
        "this site is not empty; --replace puts the backup in the place of all that is here"
    )
    assert whole_database() == before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda said: said["database"].update(vendor="oracle"), "it is of a site on oracle, and this one is on "),
        (
            lambda said: said["database"]["migrations"].append(["arena", "0999_later"]),
            "it is of another version, whose migration arena.0999_later this code does not have",
        ),
        (lambda said: said["parts"].pop(0), "it holds '"),
        (lambda said: said["parts"].append({"name": "keys/id_rsa", "size": 0, "sha256": ""}), "it holds keys that "),
        (lambda said: said["database"]["ledgers"][0].update(root="00"), "its "),
    ],
    ids=["vendor", "version", "part", "key", "ledger"],
)
def test_backup_that_does_not_fit_changes_nothing(arena, tmp_path, settings, change, problem):
    picture(settings)
    file = rewritten(backup(tmp_path), change)
    (settings.MEDIA_ROOT / "ab/cd.webp").unlink()
    before = whole_database()

    assert refusal(file).startswith(problem)
    assert (whole_database(), media(settings)) == (before, {})
    assert sorted(path.name for path in settings.DATA_DIR.iterdir()) == ["media"]


@pytest.mark.both_databases
def test_failure_in_the_middle_changes_nothing(arena, tmp_path, settings, vendor, monkeypatch):
    picture(settings)
    file = backup(tmp_path)
    (settings.MEDIA_ROOT / "ab/cd.webp").unlink()
    before = whole_database()

    with database_that_fails(vendor, monkeypatch):
        problem = refusal(file)

    assert problem.startswith("the database is in use")
    assert (whole_database(), media(settings)) == (before, {})


@contextmanager
def database_that_fails(vendor, monkeypatch):
    """On SQLite another program is writing; on PostgreSQL the last step is refused a lock."""
    if vendor == "postgresql":
        with monkeypatch.context() as patch:
            patch.setattr(postgresql, "call_command", refuse_lock)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


def refuse_lock(*args, **options):
    raise OperationalError("canceling statement due to lock timeout")


def test_backup_without_keys_holds_none(arena, tmp_path, settings):
    settings.PROVIDER_KEYS = {"ARENA_KEY_ONE": CANARY}
    file = backup(tmp_path, "plain.tar")

    content = file.read_bytes()

    assert CANARY.encode() not in content
    assert settings.SECRET_KEY.encode() not in content


def test_keys_come_back_when_they_were_asked_for(arena, tmp_path, settings):
    settings.PROVIDER_KEYS = {"ARENA_KEY_ONE": CANARY}
    old_key = settings.SECRET_KEY
    (settings.DATA_DIR / "signing_key").write_text("signs")
    file = backup(tmp_path, with_keys=True)
    (settings.DATA_DIR / "signing_key").unlink()
    settings.SECRET_KEY = "another-key-of-another-machine"

    notes = restore_backup(file=file, is_replacing=True).notes

    found = {path.name: path.read_text() for path in settings.DATA_DIR.iterdir() if path.is_file()}
    assert found == {"secret_key": old_key, "signing_key": "signs", "provider_keys": f"ARENA_KEY_ONE={CANARY}\n"}
    assert {stat.S_IMODE((settings.DATA_DIR / name).stat().st_mode) for name in found} == {0o600}
    assert [note.split()[:4] for note in notes] == [["Keys", "of", "providers", "are"], ["The", "secret", "key", "is"]]


def test_another_secret_key_is_said(arena, tmp_path, settings):
    file = backup(tmp_path)
    settings.SECRET_KEY = "another-key-of-another-machine"

    assert restore_backup(file=file, is_replacing=True).notes == (restoring.OTHER_KEY,)


def test_faults_of_what_came_back_are_said(arena, tmp_path):
    Contestant.objects.filter(slug=SLUGS[0]).update(slug="renamed-1")

    restored = restore_backup(file=backup(tmp_path), is_replacing=True)

    assert restored.faults[0] == "text: entry 0 does not say what its vote says"


def test_backup_is_never_overwritten(arena, tmp_path):
    file = backup(tmp_path)

    with pytest.raises(BackupFault, match=r"is there already; a backup is never overwritten$"):
        backup(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, "var"]
