"""Is a backup that was taken while people vote a whole site, on both databases?"""

import tarfile

import pytest

from tests.databases import production_settings
from tests.services.client import Crowd

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(300)]
KEY = "canary-9c41f7"


def test_backup_taken_while_votes_come_in_is_restored_elsewhere(site, tmp_path, fresh_database_url):
    file = tmp_path / "backup.tar"
    with Crowd(site.urls) as log:
        log.wait_for(10)
        made = site.command("backup", "--output", str(file), ARENA_KEY_ONE=KEY)
        n_before = len(log.votes)
        log.wait_for(5)

    elsewhere = {"DATABASE_URL": fresh_database_url, "ARENA_DATA_DIR": str(tmp_path / "new")}
    restored = site.command("restore", str(file), **elsewhere)

    assert (made[0], restored[0], restored[1].splitlines()[-1]) == (0, 0, "All ledgers are sound."), (made, restored)
    assert site.command("fsck", **elsewhere) == (0, "All ledgers are sound.\n")
    assert KEY.encode() not in file.read_bytes()
    assert n_before >= 10
    with tarfile.open(file) as archive:
        assert ("database.sqlite3" in archive.getnames()) == (
            "sqlite" in production_settings(fresh_database_url)["ENGINE"]
        )
