"""How is the site configured? One file, read from top to bottom; every value from outside comes from env.py.

Next file to read: urls.py. What each variable means: docs/settings.md.
"""

import structlog
from csp.constants import NONE, SELF

from arena.domain.metadata import EntryStatus
from config.celery import app as celery_app  # noqa: F401  (so that jobs enqueued anywhere go to this application)
from config.env import BASE_DIR, read_environment

ENV = read_environment()

# --- the process -------------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DATA_DIR = ENV.data_dir
IS_EMBEDDED = ENV.is_embedded
HOST, PORT = ENV.host, ENV.port

INSTALLED_APPS = [
    "arena.apps.ArenaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",  # its tables stay empty and its addresses are a 404 without ARENA_OIDC_ISSUER
    "axes",
    "csp",
    "import_export",
    "django_altcha",  # for its widget; challenges are made in services/challenges.py
    "django_structlog",
    "arena.apps.ArenaAppConfig",
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "arena.web.middleware.TrustedProxyMiddleware",
    "arena.web.middleware.DatabaseDownMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "arena.web.middleware.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "arena.web.body_limit.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "arena.web.middleware.PageLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "arena.web.context.site",
            ],
        },
    },
]

# --- database ----------------------------------------------------------------------------------------------------
# On PostgreSQL a web request may wait 2 s for a lock and 5 s for a statement, then the visitor gets a 503; workers and
# commands wait. On SQLite everybody waits up to 20 s for the one writer.
WEB_STATEMENT_TIMEOUT_MS = 5_000
WEB_LOCK_TIMEOUT_MS = 2_000
SQLITE_BUSY_TIMEOUT_S = 20

DATABASES = {"default": dict(ENV.database)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": SQLITE_BUSY_TIMEOUT_S,
        # FULL: an acknowledged vote survives a power cut. WAL: readers never wait for the writer.
        # Recursive triggers: without them REPLACE INTO deletes a row that a trigger guards.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 12, "timeout": 5}} | (
        {"options": f"-c statement_timeout={WEB_STATEMENT_TIMEOUT_MS} -c lock_timeout={WEB_LOCK_TIMEOUT_MS}"}
        if ENV.is_web_process
        else {}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, or its embedded stand-ins ----------------------------------------------------------------------------
REDIS_TIMEOUT_S = 1
if ENV.is_embedded:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "config.group_layer.GroupLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": ENV.redis_url,
                        "socket_timeout": REDIS_TIMEOUT_S,
                        "socket_connect_timeout": REDIS_TIMEOUT_S,
                    }
                ]
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": ENV.redis_url,
            "OPTIONS": {"socket_timeout": REDIS_TIMEOUT_S, "socket_connect_timeout": REDIS_TIMEOUT_S},
        }
    }
# Finished answers of boards, kept in each web process: a board needs no Redis.
CACHES["boards"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "boards",
    "OPTIONS": {"MAX_ENTRIES": 256},
}

# --- Celery: queues and timetable are in celery.py ------------------------------------------------------------------
TASK_TIME_LIMIT_S = 600
BROKER_DIR = DATA_DIR / "broker"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT_S
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
if ENV.is_embedded:
    CELERY_BROKER_URL = "files://localhost"  # file_broker.py
    # One folder for both directions: the worker reads what web and beat wrote.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
    for folder in ("messages", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
else:
    CELERY_BROKER_URL = ENV.redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": REDIS_TIMEOUT_S,
        "socket_connect_timeout": REDIS_TIMEOUT_S,
        "max_retries": 0,
        "visibility_timeout": TASK_TIME_LIMIT_S + 300,
    }

# --- visitors, cookies, headers -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_IPWARE_PROXY_COUNT = ENV.n_trusted_proxies or None
AXES_ENABLED = ENV.has_limits
N_TRUSTED_PROXIES = ENV.n_trusted_proxies
ADMIN_PATH = ENV.admin_path

# --- sign-in of the staff and of members: docs/access.md ------------------------------------------------------------
IS_SECOND_FACTOR_REQUIRED = ENV.is_second_factor_required
IS_SECOND_PERSON_REQUIRED = ENV.is_second_person_required
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "arena.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "arena.sign_in.StaffLoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # of accounts, which only owners make
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {} if ENV.has_limits else False
SINGLE_SIGN_ON = ENV.single_sign_on
SOCIALACCOUNT_ADAPTER = "arena.web.single_sign_on.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "arena.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fairground"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.is_https  # browsers themselves take passkeys on https and localhost only

COOKIE_PREFIX = "__Host-" if ENV.is_https else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.is_https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90  # a voter who comes back within 90 days is the same voter
SESSION_SAVE_EVERY_REQUEST = False
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_SECURE = ENV.is_https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = SESSION_COOKIE_AGE
CSRF_TRUSTED_ORIGINS = [ENV.public_url] if ENV.public_url else []
SECURE_SSL_REDIRECT = ENV.is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENV.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENV.is_https
if ENV.is_https and ENV.n_trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb")}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a list of the admin has a field for each row; other pages take fewer

# --- files ---------------------------------------------------------------------------------------------------------
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "add"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_IMPORT_IGNORE_BLANK_LINES = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
IS_STATIC_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
SERVESTATIC_USE_FINDERS = not IS_STATIC_COLLECTED
SERVESTATIC_AUTOREFRESH = False
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if IS_STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- language and time ------------------------------------------------------------------------------------------------
# Catalogues are in locale/, written by `python3 manage.py catalogues`; all but English are machine drafts.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "español"), ("fr", "français"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # where one is wanted, it is asked for

# --- API -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "arena.api.authentication.ScriptTokenAuthentication",
        "arena.api.authentication.VoterSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["arena.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "arena.api.pagination.CursorPages",
    "EXCEPTION_HANDLER": "arena.api.errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fairground API",
    "DESCRIPTION": "Blind battles, votes, leaderboards. See /methods/ for what the numbers mean.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"EntryStatusEnum": EntryStatus.choices(), "RowStatusEnum": ["ranked", "preliminary"]},
}

# --- the arena -------------------------------------------------------------------------------------------------------
BATTLE_LIFETIME_H = 24
HEARTBEAT_LIMIT_S = 30  # a battle in answering without a sign of life for this long was lost with its process
KEYS_FILE = ENV.keys_file
PROVIDER_KEYS = ENV.provider_keys
EGRESS_ALLOW = ENV.egress_allow
HAS_LIMITS = ENV.has_limits
START_LIMITS = ENV.start_limits
FAILPOINT = ENV.failpoint
UNKNOWN_PRICE_USD = ENV.unknown_price_usd

# --- mail and alarms: docs/alarms.md ----------------------------------------------------------------------------------
globals().update(ENV.email)  # EMAIL_BACKEND, EMAIL_HOST, ...
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from
ALARM_EMAILS = ENV.alarm_emails
ALARM_WEBHOOK = ENV.alarm_webhook
PUBLIC_URL = ENV.public_url

# --- logs: one structured line an event, to standard error --------------------------------------------------------
# Who is signed in belongs in the trail of the staff. A log that asks loads the session at each request, and raises when
# the database is down.
DJANGO_STRUCTLOG_USER_ID_FIELD = None
LOG_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if ENV.log_format == "json"
            else structlog.processors.LogfmtRenderer(),
            "foreign_pre_chain": LOG_PROCESSORS,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "arena": {"level": "INFO"},
        "django_structlog": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # A traceback a second while Redis is away; arena.events says it once.
        "channels_redis": {"level": "CRITICAL"},
        # A 4xx is an answer, not an event; 5xx still come as errors.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
structlog.configure(
    processors=[*LOG_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
