"""How is `.venv` built, from a bare Python, and how is it known to be whole and current?

    .venv/installing       is there while packages are installed: found at a start, the folder is half-built
    .venv/<name>.current   the lock that was installed last, as a hash

Standard library only. Next file to read: bootstrap.py, which decides when.
"""

import configparser
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from urllib.parse import urljoin

PIP_WHEEL = "pip-25.3-py3-none-any.whl"
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"
DOWNLOAD_TIMEOUT_S = 60
PIP_MESSAGE_LINES = 15
WRONG_HASH = "DO NOT MATCH THE HASHES"
# Not the one inside `.venv`, which may be about to be replaced.
SYSTEM_PYTHON = getattr(sys, "_base_executable", sys.executable)


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def is_whole(venv: Path) -> bool:
    """It has a Python of its own, and no installation was broken off."""
    parts = (python_of(venv), venv / "pyvenv.cfg")
    return all(part.exists() for part in parts) and not (venv / "installing").exists()


def is_current(venv: Path, lock: Path) -> bool:
    """What `lock` says is installed."""
    stamp = _stamp(venv, lock)
    return is_whole(venv) and stamp.exists() and stamp.read_text() == _fingerprint(lock)


def is_known(venv: Path, lock: Path) -> bool:
    """Some version of `lock` was installed or found installed before."""
    return _stamp(venv, lock).exists()


def note_current(venv: Path, lock: Path) -> None:
    _stamp(venv, lock).write_text(_fingerprint(lock))


def distributions(venv: Path) -> Iterable[metadata.Distribution]:
    """What is installed there, seen from outside."""
    return metadata.distributions(path=[str(path) for path in venv.glob("lib/python3*/site-packages")])


@contextlib.contextmanager
def only_one_at_a_time(base_dir: Path) -> Iterator[None]:
    """Two starts at once build one environment: the second waits for the first."""
    with (base_dir / "manage.py").open() as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another start is setting up .venv; waiting for it.")
            fcntl.flock(door, fcntl.LOCK_EX)
        yield


def install(venv: Path, lock: Path, *, fallback: Path) -> None:
    """Build the environment if need be and install the lock, or `fallback` where the lock does not fit the platform."""
    _say("setting up .venv, which takes a minute or two the first time.")
    if not is_whole(venv):
        shutil.rmtree(venv, ignore_errors=True)
        _create(venv)
    installing = venv / "installing"
    installing.touch()
    pip = _find_pip(venv)
    # Whatever happens, nothing is installed outside of the environment.
    pip += ["--require-virtualenv", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    done = _run([*pip, "--require-hashes", "-r", str(lock)])
    if done.returncode and WRONG_HASH not in done.stdout:
        _say(f"{lock.name} does not fit this platform; installing within the bounds of {fallback.name}.")
        done = _run([*pip, "-r", str(fallback)])
    if done.returncode:
        sys.exit(f"Fairground: the packages could not be installed.\n{_last_lines(done.stdout)}")
    note_current(venv, lock)
    installing.unlink()


def _create(venv: Path) -> None:
    # Debian splits the part that brings pip off into python3-venv; an environment without pip works there too.
    if _run([SYSTEM_PYTHON, "-m", "venv", str(venv)]).returncode:
        shutil.rmtree(venv, ignore_errors=True)
        done = _run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", str(venv)])
        if done.returncode:
            sys.exit(f"Fairground: no virtual environment could be made.\n{_last_lines(done.stdout)}")


def _find_pip(venv: Path) -> list[str]:
    """The command that installs into `venv`: its own pip, the system's, or pip's own wheel."""
    own = [str(python_of(venv)), "-m", "pip"]
    system = [SYSTEM_PYTHON, "-m", "pip", "--python", str(python_of(venv))]
    for pip in (own, system):
        if _run([*pip, "--version"]).returncode == 0:
            return pip
    with contextlib.suppress(OSError, ValueError):
        wheel = _fetch_pip(venv)
        if _run([str(python_of(venv)), f"{wheel}/pip", "install", "--no-index", str(wheel)]).returncode == 0:
            return own
    package = f"python3.{sys.version_info.minor}-venv"
    sys.exit(f"Fairground: this Python has no pip. On Debian or Ubuntu: sudo apt-get install {package}")


def _fetch_pip(venv: Path) -> Path:
    """pip's wheel, of one version and hash, from the index that pip is configured for. Raises OSError, ValueError."""
    index = _configured_index()
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    page_url = f"{index.rstrip('/')}/pip/"
    with urllib.request.urlopen(page_url, timeout=DOWNLOAD_TIMEOUT_S, context=context) as page:
        links = re.findall(r'href="([^"]+)"', page.read().decode())
    link = next((link for link in links if f"/{PIP_WHEEL}" in f"/{link}"), PIP_WHEEL)
    with urllib.request.urlopen(urljoin(page_url, link), timeout=DOWNLOAD_TIMEOUT_S, context=context) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise ValueError(f"{PIP_WHEEL} has another hash")
    wheel = venv / PIP_WHEEL
    wheel.write_bytes(content)
    return wheel


def _configured_index() -> str:
    """The package index of the environment or of pip's configuration. Raises ValueError when there is none."""
    if index := os.environ.get("PIP_INDEX_URL"):
        return index
    config = configparser.RawConfigParser()
    home = Path.home()
    named = os.environ.get("PIP_CONFIG_FILE", "")
    config.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf", named])
    if index := config.get("global", "index-url", fallback=""):
        return index
    raise ValueError("no package index is configured")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _stamp(venv: Path, lock: Path) -> Path:
    return venv / f"{lock.parent.name if lock.parent != venv.parent else 'main'}.current"


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-PIP_MESSAGE_LINES:])


def _say(text: str) -> None:
    sys.stderr.write(f"Fairground: {text}\n")
    sys.stderr.flush()
