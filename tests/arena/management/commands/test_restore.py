"""Does a site move into a new folder by two commands, from an older version too, and is a refusal one sentence?"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from tests.factories import SLUGS, make_arena, make_vote
from tests.services.programs import ROOT

TRIGGERS = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def old_folder(transactional_db, tmp_path):
    """The data directory of a site with one vote."""
    make_vote(make_arena(), *SLUGS[:2], "a")
    connection.close()
    (tmp_path / "old/media").mkdir(parents=True)
    shutil.copyfile(connection.settings_dict["NAME"], tmp_path / "old/arena.sqlite3")
    (tmp_path / "old/media/one.webp").write_bytes(b"picture")
    return tmp_path / "old"


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ARENA_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_site_of_an_older_version_moves_into_a_new_folder(old_folder, tmp_path):
    file, new_folder = tmp_path / "backup.tar.gz", tmp_path / "new"
    assert run(old_folder, "migrate", "arena", "0001", "-v0")[0] == 0

    made = run(old_folder, "backup", "--output", file)
    restored = run(new_folder, "restore", file)

    n_bytes = file.stat().st_size
    assert made == (0, f"{file}: 1 arenas, 0 ledger entries, 1 media files, {n_bytes} bytes.\n", "")
    assert (restored[0], restored[2]) == (0, "")
    assert restored[1].splitlines()[1:] == [
        "The secret key of this site is not that of the backup: voters begin anew, receipts do not open, and the "
        "staff's second factors cannot be read. Set ARENA_SECRET_KEY to the old one if you have it.",
        "All ledgers are sound.",
    ]
    assert (new_folder / "media/one.webp").read_bytes() == b"picture"
    with closing(sqlite3.connect(new_folder / "arena.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM arena_vote").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM arena_pendingvote").fetchone() == (0,)
        assert database.execute(TRIGGERS).fetchone()[0] > 0


def test_refusal_is_one_sentence(old_folder, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear operator,")

    refused = run(old_folder, "restore", tmp_path / "letter.txt", "--replace")

    assert refused == (
        1,
        "",
        f"CommandError: {tmp_path}/letter.txt was not restored, nothing has changed: it is no backup, or it is cut off "
        "or damaged.\n",
    )
