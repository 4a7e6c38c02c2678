"""Is an environment built where Python came without pip, as on a Debian without python3-venv?"""

import hashlib
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config import virtualenv

# A stand-in for pip: installs itself from its wheel, and writes down what it is asked to install after that.
PIP = """
import pathlib, sys, sysconfig, zipfile
site = pathlib.Path(sysconfig.get_paths()["purelib"])
if sys.argv[-1].endswith(".whl"):
    zipfile.ZipFile(sys.argv[-1]).extractall(site)
elif "install" in sys.argv:
    (site / "installed.txt").write_text(" ".join(sys.argv[1:]))
"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """A package index on loopback that holds the stand-in."""
    folder = tmp_path / "index" / "pip"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / virtualenv.PIP_WHEEL, "w") as wheel:
        wheel.writestr("pip/__init__.py", "")
        wheel.writestr("pip/__main__.py", PIP)
    (folder / "index.html").write_text(f'<a href="{virtualenv.PIP_WHEEL}#sha256=x">pip</a>')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def _no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    run = virtualenv._run

    def refuse(command: list[str]) -> subprocess.CompletedProcess[str]:
        is_venv_with_pip = command[1:3] == ["-m", "venv"] and "--without-pip" not in command
        if is_venv_with_pip or "--python" in command:
            return subprocess.CompletedProcess(command, 1, "ensurepip is not available")
        return run(command)

    monkeypatch.setattr(virtualenv, "_run", refuse)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "requirements.lock"
    lock.write_text("stand-in==1.0\n")
    return lock


@pytest.mark.usefixtures("_no_pip")
def test_pip_is_fetched_from_the_configured_index(tmp_path, index, lock, monkeypatch):
    wheel = tmp_path / "index" / "pip" / virtualenv.PIP_WHEEL
    monkeypatch.setenv("PIP_INDEX_URL", index)
    monkeypatch.setattr(virtualenv, "PIP_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())

    virtualenv.install(tmp_path / "venv", lock, fallback=lock)

    installed = next((tmp_path / "venv").glob("lib/python3*/site-packages/installed.txt")).read_text()
    options = "--require-virtualenv install --quiet --no-input --disable-pip-version-check --require-hashes"
    assert installed == f"{options} -r {lock}"
    assert virtualenv.is_current(tmp_path / "venv", lock)


@pytest.mark.usefixtures("_no_pip")
def test_pip_of_another_hash_is_not_run_and_the_fix_is_named(tmp_path, index, lock, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", index)

    with pytest.raises(SystemExit, match="sudo apt-get install python3"):
        virtualenv.install(tmp_path / "venv", lock, fallback=lock)

    assert not virtualenv.is_current(tmp_path / "venv", lock)


@pytest.mark.parametrize("text", ["[global]\nindex-url = http://127.0.0.1:9/simple\n", "[global]\ntimeout = 3\n"])
def test_index_is_read_from_pips_own_configuration(tmp_path, text, monkeypatch):
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "pip.conf").write_text(text)

    if "index-url" in text:
        assert virtualenv._configured_index() == "http://127.0.0.1:9/simple"
    else:
        with pytest.raises(ValueError, match="no package index"):
            virtualenv._configured_index()


@pytest.mark.parametrize("lost", ["bin/python", "pyvenv.cfg", None])
def test_environment_is_whole_with_all_its_parts(tmp_path, lost):
    (tmp_path / "bin").mkdir()
    for name in {"bin/python", "pyvenv.cfg"} - {lost}:
        (tmp_path / name).touch()

    assert virtualenv.is_whole(tmp_path) is (lost is None)
