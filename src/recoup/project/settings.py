"""Django's settings, all of them from the environment with safe defaults.

RECOUP_HOME             the data folder; default `var/` in the working folder
RECOUP_DATABASE_URL     postgres://user:password@host:5432/name; default a SQLite file in the data folder
RECOUP_SECRET_KEY       default: made once and kept in the data folder
RECOUP_ALLOWED_HOSTS    comma separated host names; default this machine only
RECOUP_TRUSTED_ORIGINS  comma separated origins whose forms are accepted behind a proxy (https://desk.example.org)
RECOUP_HTTPS            1 when the desk is reached by HTTPS: secure cookies, HSTS, X-Forwarded-Proto is believed
RECOUP_TIME_ZONE        IANA name of the zone of the working day; default the zone of the machine
RECOUP_DEBUG            1 shows tracebacks to whoever asks: for development only
RECOUP_LOG_LEVEL        default INFO
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from tzlocal import get_localzone_name

from recoup.project.databases import database_from
from recoup.project.secret_key import key_in


def listed(name: str, default: str = "") -> list[str]:
    """The comma separated values of an environment variable, blanks left out."""
    return [value.strip() for value in os.environ.get(name, default).split(",") if value.strip()]


def switched_on(name: str) -> bool:
    """Whether an environment variable says 1."""
    return os.environ.get(name, "") == "1"


PACKAGE = Path(__file__).resolve().parent.parent
RECOUP_HOME = Path(os.environ.get("RECOUP_HOME") or "var").absolute()
# What people owe is nobody else's business on a shared machine.
RECOUP_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
HTTPS = switched_on("RECOUP_HTTPS")

DEBUG = switched_on("RECOUP_DEBUG")
SECRET_KEY = os.environ.get("RECOUP_SECRET_KEY") or key_in(RECOUP_HOME)
ALLOWED_HOSTS = listed("RECOUP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = listed("RECOUP_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "recoup.people",
    "recoup.policy",
    "recoup.book",
    "recoup.contact",
    "recoup.casework",
    "recoup.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "recoup.project.urls"
WSGI_APPLICATION = "recoup.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": database_from(os.environ.get("RECOUP_DATABASE_URL", ""), home=RECOUP_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = RECOUP_HOME / "files"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- who is who -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Staff"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "recoup.people.backends.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# A name is locked together with the address it is tried from: a branch behind one address is not locked out
# by one colleague's typing, and nobody elsewhere can lock a colleague out on purpose.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "recoup.desk.views.signing_in.locked_out"

OTP_TOTP_ISSUER = "Recoup"

# Sessions live in the database: one small query a page, and signing out ends them in every worker at once.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "recoup_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "recoup_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "recoup_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS

# --- what browsers are told -------------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- languages, time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("RECOUP_TIME_ZONE") or get_localzone_name() or "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("RECOUP_LOG_LEVEL") or "INFO"},
    # Requests for other hosts are refused; scanners on the way by need no traceback each.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
}
