"""Does `backup` say what it wrote, warn of keys, and refuse in one sentence?"""

import pytest
from django.core.management import CommandError, call_command

from arena.models import AuditEntry
from tests.factories import make_arena

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


def test_backup_lies_in_the_data_folder(tmp_path, capsys):
    make_arena()

    call_command("backup", with_keys=True)

    (file,) = (tmp_path / "backups").iterdir()
    assert file.name.startswith("fairground-")
    assert capsys.readouterr().out == (
        f"{file}: 1 arenas, 0 ledger entries, 0 media files, {file.stat().st_size} bytes.\n"
        "It holds the keys of this site: who reads it can sign in its name and spend its money.\n"
    )
    assert AuditEntry.objects.get().after == {"with_keys": True}


def test_file_that_cannot_be_written(tmp_path):
    (tmp_path / "place").write_text("")

    with pytest.raises(CommandError, match=r"^No backup was made: .*place/x.tar cannot be written: .*\.$"):
        call_command("backup", output=tmp_path / "place" / "x.tar")
