"""Does `python3 manage.py` build its environment from nothing? In a small project of its own, with wheels made here."""

import ast
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from config.bootstrap import is_satisfied, required_versions
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
BARE_PYTHON = getattr(sys, "_base_executable", sys.executable)
SETTING_UP = "Fairground: setting up .venv, which takes a minute or two the first time.\n"
DJANGO = 'def execute_from_command_line(arguments): print("django", VERSION, *arguments[1:])\n'
PYTEST = 'import os, sys\nprint("pytest", os.path.basename(os.getcwd()), *sys.argv[1:])\nsys.exit(3)\n'


def make_wheel(folder: Path, version: str) -> str:
    """A wheel that brings a small `django` and a small `pytest`; its hash."""
    info = f"stand_in-{version}.dist-info"
    files = {
        "django/__init__.py": "",
        "django/core/__init__.py": "",
        "django/core/management.py": f'VERSION = "{version}"\n{DJANGO}',
        "django/db.py": "class OperationalError(Exception): ...\n",
        "pytest.py": PYTEST,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: stand-in\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},\n"
        for name, text in files.items()
    )
    path = folder / f"stand_in-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in (files | {f"{info}/RECORD": record}).items():
            wheel.writestr(zipfile.ZipInfo(name), text)  # without the time: its hash is the same each time
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require(project: Path, version: str, digest: str) -> None:
    for folder, wheels in ((project, "wheels"), (project / "tests", "../wheels")):
        source = f"--no-index\n--find-links {wheels}\n"
        (folder / "requirements.txt").write_text(f"{source}stand-in>=1,<3\n")
        (folder / "requirements.lock").write_text(f"{source}stand-in=={version} --hash=sha256:{digest}\n")


def start(project: Path, *arguments: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [BARE_PYTHON, project / "manage.py", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=project.parent,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project.parent), **environment},
    )


def run(project: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    process = start(project, *arguments, **environment)
    output, errors = process.communicate(timeout=100)
    return process.returncode, output, errors


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """manage.py and what it needs to set itself up, in a folder whose path holds a space."""
    project = tmp_path / "a clone"
    for folder in ("config", "tests", "wheels"):
        (project / folder).mkdir(parents=True)
    for name in ("manage.py", "config/__init__.py", "config/bootstrap.py", "config/virtualenv.py"):
        shutil.copy(ROOT / name, project / name)
    require(project, "1.0", make_wheel(project / "wheels", "1.0"))
    return project


@pytest.fixture
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its environment; built once, then copied."""
    cache = tmp_path_factory.getbasetemp() / "built-venv"
    if not cache.exists():
        assert run(project, "check") == (0, "django 1.0 check\n", SETTING_UP)
        (project / ".venv").rename(cache)
    shutil.copytree(cache, project / ".venv", symlinks=True)
    return project


def test_second_start_says_nothing_and_changes_nothing(built):
    before = sorted((path, path.stat().st_mtime_ns) for path in (built / ".venv").rglob("*.current"))

    assert run(built, "up", "--port", "8123") == (0, "django 1.0 up --port 8123\n", "")
    assert sorted((path, path.stat().st_mtime_ns) for path in (built / ".venv").rglob("*.current")) == before


def test_two_first_starts_build_one_environment(project):
    processes = [start(project, "check"), start(project, "check")]
    answers = [process.communicate(timeout=100) for process in processes]

    assert [output for output, _ in answers] == ["django 1.0 check\n"] * 2
    assert sum(errors.count(SETTING_UP) for _, errors in answers) == 1


def test_half_built_environment_is_built_anew(built):
    (built / ".venv" / "installing").touch()
    shutil.rmtree(next((built / ".venv").glob("lib/python3*/site-packages/django")))

    assert run(built, "check") == (0, "django 1.0 check\n", SETTING_UP)
    assert not (built / ".venv" / "installing").exists()


def test_changed_lock_is_installed(built):
    require(built, "2.0", make_wheel(built / "wheels", "2.0"))

    assert run(built, "check") == (0, "django 2.0 check\n", SETTING_UP)
    assert run(built, "check") == (0, "django 2.0 check\n", "")


def test_package_with_another_hash_is_refused(built):
    make_wheel(built / "wheels", "2.0")
    require(built, "2.0", "0" * 64)

    code, output, errors = run(built, "check")

    assert (code, output) == (1, "")
    assert "DO NOT MATCH THE HASHES" in errors


def test_lock_that_does_not_fit_gives_way_to_the_bounds(built):
    make_wheel(built / "wheels", "2.0")
    require(built, "2.5", "0" * 64)

    assert run(built, "check") == (
        0,
        "django 1.0 check\n",
        f"{SETTING_UP}Fairground: requirements.lock does not fit this platform; "
        "installing within the bounds of requirements.txt.\n",
    )


def test_environment_that_has_everything_is_used_as_it_is(project):
    with zipfile.ZipFile(next((project / "wheels").iterdir())) as wheel:
        wheel.extractall(project / "elsewhere")

    assert run(project, "check", PYTHONPATH=str(project / "elsewhere")) == (0, "django 1.0 check\n", "")
    assert not (project / ".venv").exists()


def test_test_runs_pytest_in_the_project_and_returns_its_code(built):
    assert run(built, "test", "--long", "-k", "x y") == (3, "pytest a clone --long -k x y\n", "")


def test_environment_that_does_not_take_effect_ends_in_a_sentence(built):
    program = built / ".venv" / "bin" / "python"
    program.unlink()
    program.write_text(f'#!/bin/sh\nexec "{BARE_PYTHON}" "$@"\n')
    program.chmod(0o755)

    assert run(built, "check") == (
        1,
        "",
        f"Fairground: {built / '.venv'} does not work; remove that folder and try again.\n",
    )


def test_environment_made_by_hand_is_taken_over(built):
    (built / ".venv" / "main.current").unlink()

    assert run(built, "check") == (0, "django 1.0 check\n", "")
    assert (built / ".venv" / "main.current").exists()


def test_old_python_can_read_the_line_that_refuses_it():
    source = (ROOT / "manage.py").read_text()

    assert ast.parse(source, feature_version=(3, 6)).body[2].test.left.attr == "version_info"


@pytest.mark.parametrize(
    ("bounds", "is_met"),
    [(">=1.2,<2", True), (">=1.10,<2", False), ("==1.9.3", True), (">=1.9.3", True), ("<1.9.3", False), ("", True)],
)
def test_bounds_are_compared_as_numbers(tmp_path, bounds, is_met):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"# a comment\n\nSome_Thing[extra]{bounds}  # why\nother>=9; sys_platform == 'nowhere'\n")
    (tmp_path / "some.thing-1.9.3.dist-info").mkdir()
    (tmp_path / "some.thing-1.9.3.dist-info" / "METADATA").write_text("Name: some.thing\nVersion: 1.9.3\n")

    assert is_satisfied(requirements, metadata.distributions(path=[str(tmp_path)])) is is_met


def test_included_files_count(tmp_path):
    (tmp_path / "base.txt").write_text("one>=1\n")
    (tmp_path / "all.txt").write_text("-r base.txt\ntwo\n")

    assert required_versions(tmp_path / "all.txt") == [("one", ">=1"), ("two", "")]


def test_database_that_cannot_be_reached_is_said_in_a_sentence(tmp_path):
    nobody = {"DATABASE_URL": f"postgres://ada:wrong@127.0.0.1:{free_port()}/none", "ARENA_DATA_DIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "manage.py", "fsck"], cwd=ROOT, env=os.environ | nobody, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "connection failed" in done.stderr
    assert done.stderr.endswith("the database of DATABASE_URL cannot be reached; the lines above say why.\n")
    assert "Traceback" not in done.stderr
