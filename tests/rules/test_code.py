"""Does the code keep to the rules of the house? Floors, style, names, and tests that mirror the code."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "arena", "ratings")
# A file is named for what it is about.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager", "managers", "base_utils"}
DOORS = ("arena/web", "arena/api", "arena/live", "arena/management")
ENVIRONMENT_READERS = {"config/env.py", "config/bootstrap.py", "config/virtualenv.py"}
SKIPS = {"skip", "skipif", "skipIf", "xfail", "importorskip"}
# Folders of tests that follow no package: whole flows, the browser, real servers, these rules.
UNMIRRORED = {"browser", "flows", "rules", "services"}
# Hosts of package registries and paths of one machine; put together here so that this file does not hold them.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb.de" + "bian.org"]
MACHINE_PATHS = ["/" + folder + "/" for folder in ("work", "root")]
FOREIGN = re.compile(
    "|".join([*map(re.escape, HOSTS), *(rf"(?<![\w.$}}-]){re.escape(path)}" for path in MACHINE_PATHS)])
)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def run(*command: str) -> str:
    """What the program of this environment complains about; empty when it is content."""
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    "command",
    [
        ("lint-imports", "--no-cache"),
        ("ruff", "check", "--no-cache", "--quiet"),
        ("ruff", "format", "--no-cache", "--check", "--quiet"),
    ],
    ids=["floors", "style", "format"],
)
def test_checker_is_content(command):
    assert run(*command) == ""


def test_migrations_are_complete():
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )

    assert (done.returncode, done.stdout) == (0, "No changes detected\n")


def test_no_file_has_an_empty_name():
    assert [str(path.relative_to(ROOT)) for path in python_files(*PACKAGES, "tests") if path.stem in EMPTY_NAMES] == []


# About no single module: a promise of a whole folder, seen from outside.
ACROSS = ("blind", "languages", "coverage", "imports", "llmfao", "oracles", "properties", "real_votes")


def test_tests_mirror_the_code():
    strays = [
        str(test.relative_to(ROOT))
        for test in python_files("tests")
        if test.name.startswith("test_") and test.relative_to(ROOT / "tests").parts[0] not in UNMIRRORED
        if not _has_subject(test) and test.stem.removeprefix("test_") not in ACROSS
    ]

    assert strays == []


def _has_subject(test: Path) -> bool:
    """tests/<path>/test_<module>.py stands for <path>/<module>.py; a word before or after says which side of it."""
    folder = ROOT / test.relative_to(ROOT / "tests").parent
    words = test.stem.removeprefix("test_").split("_")
    names = {"_".join(part) for n in range(len(words)) for part in (words[: n + 1], words[n:])}
    names |= {f"__{word}__" for word in words}
    return any((folder / f"{name}.py").exists() or (folder / name).is_dir() for name in names)


def test_environment_is_read_in_one_place():
    readers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if str(path.relative_to(ROOT)) not in ENVIRONMENT_READERS
        for node in ast.walk(ast.parse(path.read_text()))
        if _reads_environment(node)
    ]

    assert readers == []


def _reads_environment(node: ast.AST) -> bool:
    """os.getenv(...), os.environ[...], os.environ.get(...): passing the whole on to a child is no reading."""
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="getenv"):
            return True
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), ctx=ast.Load()):
            return True
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), attr="get" | "pop"):
            return True
    return False


def test_doors_reach_rows_through_services_and_queries():
    """They may name a row's type, but ask no table; the admin is Django's own door to them."""
    reaching = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*python_files(*DOORS), ROOT / "arena" / "tasks.py"]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]

    assert reaching == []


def test_no_test_is_skipped():
    skips = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in SKIPS
    ]

    assert skips == []


def test_no_tracked_file_names_a_registry_or_a_machine():
    found = []
    for path in tracked_files():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a font
        found += [f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, start=1) if FOREIGN.search(line)]

    assert found == []
