"""Which environment variables exist, and what does each default to? The only reader of the environment.

Next file to read: settings.py, which turns these values into the settings of Django. docs/settings.md explains each.
"""

import os
import secrets
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from arena.domain.single_sign_on import SingleSignOn
from arena.domain.start_limits import StartLimits

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SECRET_KEY_BYTES = 48
MAX_PRICE_USD = 100_000
PROVIDER_KEY_PREFIX = "ARENA_KEY_"
SECOND_FACTOR_CHOICES = ("required", "optional")
SECOND_PERSON_CHOICES = ("required", "off")


@dataclass(frozen=True)
class Environment:
    """The configuration of this process, read once."""

    host: str
    port: int
    data_dir: Path
    database: dict
    redis_url: str
    secret_key: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    keys_file: Path | None
    provider_keys: dict[str, str]
    egress_allow: tuple[str, ...]
    n_trusted_proxies: int
    start_limits: StartLimits | None
    admin_path: str
    staff_second_factor: str
    second_person: str
    single_sign_on: SingleSignOn | None
    log_format: str
    is_web_process: bool
    failpoint: str
    unknown_price_usd: Decimal
    email: dict[str, Any]
    email_from: str
    alarm_emails: tuple[str, ...]
    alarm_webhook: str

    @property
    def has_limits(self) -> bool:
        return self.start_limits is not None

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_second_factor_required(self) -> bool:
        """Without a word about it: where strangers could reach the site, not on a laptop."""
        return (self.staff_second_factor or ("optional" if self.is_embedded else "required")) == "required"

    @property
    def is_second_person_required(self) -> bool:
        """On a laptop there is only one person."""
        return (self.second_person or ("off" if self.is_embedded else "required")) == "required"

    @property
    def is_embedded(self) -> bool:
        """Without Redis everything runs on one machine: one web process, one worker, files between them."""
        return not self.redis_url


def read_environment() -> Environment:
    """Read os.environ. Raises environ.ImproperlyConfigured or ValueError, naming the variable."""
    env = environ.Env()
    data_dir = Path(env.str("ARENA_DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    public_url = env.str("ARENA_PUBLIC_URL", "").rstrip("/")
    named_hosts = env.list("ARENA_ALLOWED_HOSTS", default=[urlsplit(public_url).hostname] if public_url else [])
    keys_file = env.str("ARENA_KEYS_FILE", "")
    return Environment(
        host=env.str("HOST", "127.0.0.1"),
        port=env.int("PORT", 8000),
        data_dir=data_dir,
        database=env.db_url("DATABASE_URL", default=f"sqlite:///{data_dir / 'arena.sqlite3'}"),
        redis_url=env.str("REDIS_URL", ""),
        secret_key=env.str("ARENA_SECRET_KEY", "") or _stored_secret_key(data_dir / "secret_key"),
        public_url=public_url,
        allowed_hosts=(*LOOPBACK_HOSTS, *named_hosts),
        provider_keys={name: value for name, value in os.environ.items() if name.startswith(PROVIDER_KEY_PREFIX)},
        keys_file=Path(keys_file).expanduser() if keys_file else None,
        egress_allow=tuple(env.list("ARENA_EGRESS_ALLOW", default=[])),
        n_trusted_proxies=env.int("ARENA_TRUSTED_PROXIES", 0),
        start_limits=StartLimits.from_text(env.str("ARENA_LIMITS", "on")),
        admin_path=env.str("ARENA_ADMIN_PATH", "admin/").strip("/") + "/",
        staff_second_factor=_choice(env, "ARENA_STAFF_SECOND_FACTOR", SECOND_FACTOR_CHOICES),
        second_person=_choice(env, "ARENA_SECOND_PERSON", SECOND_PERSON_CHOICES),
        single_sign_on=SingleSignOn.from_texts(
            issuer=env.str("ARENA_OIDC_ISSUER", ""),
            client_id=env.str("ARENA_OIDC_CLIENT_ID", ""),
            client_secret=env.str("ARENA_OIDC_CLIENT_SECRET", ""),
            domains=env.list("ARENA_OIDC_DOMAINS", default=[]),
            groups_claim=env.str("ARENA_OIDC_GROUPS_CLAIM", ""),
        ),
        log_format=env.str("ARENA_LOG_FORMAT", "plain"),
        is_web_process=env.bool("ARENA_WEB_PROCESS", False),
        failpoint=env.str("ARENA_FAILPOINT", ""),
        unknown_price_usd=_price(env.str("ARENA_UNKNOWN_PRICE_USD", "60")),
        email=_email(env),
        email_from=env.str("ARENA_EMAIL_FROM", "fairground@localhost"),
        alarm_emails=tuple(env.list("ARENA_ALARM_EMAIL", default=[])),
        alarm_webhook=env.str("ARENA_ALARM_WEBHOOK", ""),
    )


def _price(text: str) -> Decimal:
    """USD for a million tokens."""
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal(-1)
    if not (price.is_finite() and 0 <= price <= MAX_PRICE_USD):
        raise ValueError(f"ARENA_UNKNOWN_PRICE_USD is an amount from 0 to {MAX_PRICE_USD:,}, not {text[:40]!r}")
    return price


def _email(env: environ.Env) -> dict[str, Any]:
    """Django's settings of a mail server. Raises ValueError where mail is wanted and none is named."""
    if not env.str("EMAIL_URL", ""):
        if env.str("ARENA_ALARM_EMAIL", ""):
            raise ValueError(
                "ARENA_ALARM_EMAIL needs a mail server: set EMAIL_URL, such as smtp+tls://user:pw@host:587"
            )
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    return {name: value for name, value in env.email_url("EMAIL_URL").items() if value is not None}


def _choice(env: environ.Env, name: str, choices: tuple[str, ...]) -> str:
    """One of these words, or nothing, which leaves it to the kind of site."""
    said = env.str(name, "")
    if said not in ("", *choices):
        raise ValueError(f"{name} is {' or '.join(choices)}, not {said[:40]!r}")
    return said


def _stored_secret_key(path: Path) -> str:
    """A key made once and kept in the data directory, so that sessions survive a restart without configuration."""
    if not path.exists():
        candidate = path.with_name(f"{path.name}.{os.getpid()}")
        candidate.touch(mode=0o600)
        candidate.write_text(secrets.token_urlsafe(SECRET_KEY_BYTES))
        try:
            os.link(candidate, path)  # fails if another process was first, so that all processes share one key
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_text().strip()
