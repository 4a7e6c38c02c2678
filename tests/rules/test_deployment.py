"""Do the files of docs/deploy name only what is there: variables, paths, programs, queues?"""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml

from arena.web.body_limit import MAX_ADMIN_BYTES, MAX_PICTURE_BYTES, MIB
from config.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
VARIABLE = re.compile(r"\b(?:ARENA_[A-Z_]+[A-Z]|DATABASE_URL|REDIS_URL|EMAIL_URL)\b")
COPIED = re.compile(r"^COPY (?P<sources>.+) \S+$", re.MULTILINE)
SERVICE_KEYS = {
    "build", "command", "depends_on", "env_file", "environment", "healthcheck", "image", "ports", "restart", "secrets",
    "stop_grace_period", "volumes",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def compose():
    return yaml.safe_load((DEPLOY / "compose.yml").read_text())


def unit(path):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(path)
    return parser


def option(command, name):
    return command[command.index(name) + 1]


@pytest.mark.parametrize("path", [*sorted(DEPLOY.iterdir()), ROOT / "docs/operators.md"], ids=lambda path: path.name)
def test_variables_are_settings(path):
    known = set(VARIABLE.findall((ROOT / "docs/settings.md").read_text()))
    named = {name for name in VARIABLE.findall(path.read_text()) if not name.startswith("ARENA_KEY_")}

    assert named - known == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_is_whole(path):
    sections = unit(path)
    command = shlex.split(sections["Service"]["ExecStart"])

    assert sections.sections() == ["Unit", "Service", "Install"]
    assert command[:2] == ["/srv/fairground/.venv/bin/python", "-m"]
    assert sections["Service"]["EnvironmentFile"] == "/etc/fairground/arena.env"
    assert sections["Service"]["User"] == "fairground"


def test_units_and_containers_run_the_same_programs():
    services = compose()["services"]
    image = re.search(r"^CMD (?P<command>\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)["command"]
    commands = {name: services[name].get("command") or yaml.safe_load(image) for name in ("web", "worker", "beat")}
    here = {"127.0.0.1": "0.0.0.0", "/var/lib/fairground/beat": "/tmp/beat"}
    for path in UNITS:
        ours = shlex.split(unit(path)["Service"]["ExecStart"])[1:]

        assert commands[path.stem.removeprefix("arena-")] == ["python", *(here.get(word, word) for word in ours)]


def test_worker_takes_every_queue():
    command = shlex.split(unit(DEPLOY / "arena-worker.service")["Service"]["ExecStart"])

    assert set(option(command, "--queues").split(",")) == {queue.name for queue in app.conf.task_queues}


def test_compose_refers_only_to_what_it_defines():
    file = compose()
    services = file["services"]

    assert {key for service in services.values() for key in service} <= SERVICE_KEYS
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            assert name in services
            assert how["condition"] in CONDITIONS
        assert set(service.get("secrets", ())) <= set(file["secrets"])
        assert {volume.split(":")[0] for volume in service.get("volumes", ())} <= set(file["volumes"])
        if "build" in service:
            assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
            assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_image_copies_all_that_the_site_needs():
    sources = {
        source for line in COPIED.finditer((DEPLOY / "Dockerfile").read_text()) for source in line["sources"].split()
    }

    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert {"manage.py", "config", "arena", "ratings", "templates", "locale"} <= sources


def test_site_of_nginx_passes_on_what_the_site_reads():
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())

    assert text.count("{") == text.count("}")
    for line in (
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
    ):
        assert line in text


def test_site_of_nginx_lets_through_what_the_site_takes():
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())
    everywhere, in_admin = (int(n) * MIB for n in re.findall(r"client_max_body_size (\d+)m;", text))

    assert re.search(r"location /admin/ \{[^}]*client_max_body_size", text)
    assert everywhere > MAX_PICTURE_BYTES
    assert in_admin > MAX_ADMIN_BYTES


@pytest.mark.parametrize("path", ["docs/deploy/compose.env", "docs/deploy/provider_keys"])
def test_files_with_secrets_are_not_committed(path):
    assert path in (ROOT / "docs/operators.md").read_text()
    assert f"/{path}" in (ROOT / ".gitignore").read_text().splitlines()


def test_operators_page_links_to_pages_that_are_there():
    text = (ROOT / "docs/operators.md").read_text()
    pages = {link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)} - {""}

    assert {page for page in pages if not (ROOT / "docs" / page).is_file()} == set()
