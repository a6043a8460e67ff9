"""Django's settings; every choice that differs between installations comes from `environment`."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from xingke_web.config import environment
from xingke_web.config.apps_list import APPS
from xingke_web.config.database import database_settings
from xingke_web.config.home import home_here, key_read
from xingke_web.config.log import logging_settings
from xingke_web.config.mail import mail_settings

XINGKE = home_here()
BASE = Path(__file__).resolve().parent

# Empty without an installation: Django then refuses to sign anything, and commands that need no key still work.
SECRET_KEY = key_read(XINGKE, "secret") or ""
XINGKE_DATA_KEY = environment.DATA_KEYS.read() or key_read(XINGKE, "data") or ""
XINGKE_AUDIT_KEY = key_read(XINGKE, "audit") or ""

DEBUG = environment.DEBUG.read()
ALLOWED_HOSTS = list(environment.ALLOWED_HOSTS.read())
CSRF_TRUSTED_ORIGINS = list(environment.TRUSTED_ORIGINS.read())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    *(f"xingke_web.{name}" for name in APPS),
]

MIDDLEWARE = [
    "xingke_web.config.middleware.RequestReference",
    "xingke_web.config.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "xingke_web.config.static.StaticMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "xingke_web.config.middleware.TextInput",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xingke_web.accounts.middleware.Choices",
    "xingke_web.accounts.middleware.WorkspaceViewer",
    "xingke_web.config.middleware.UserFacingErrors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "xingke_web.config.urls"
ASGI_APPLICATION = "xingke_web.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.contrib.auth.context_processors.auth",
                "xingke_web.accounts.context.viewer",
            ],
            "builtins": ["xingke_web.ui.templatetags.partials"],
        },
    },
]

DATABASES = {"default": database_settings(environment.DATABASE_URL.read(), sqlite_path=XINGKE.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
XINGKE_LOGIN_ATTEMPTS = environment.LOGIN_ATTEMPTS.read()
XINGKE_LOGIN_LOCK_MINUTES = environment.LOGIN_LOCK_MINUTES.read()

LANGUAGE_CODE = environment.LANGUAGE.read()
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "locale"]
LANGUAGE_COOKIE_NAME = "xingke_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = XINGKE.static
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "xingke_web.config.static.HashedStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_USE_FINDERS = DEBUG

XINGKE_ALLOWED_PRIVATE_HOSTS = environment.ALLOWED_PRIVATE_HOSTS.read()
XINGKE_HTTPS = environment.HTTPS.read()
XINGKE_BEHIND_PROXY = environment.BEHIND_PROXY.read()
SESSION_COOKIE_AGE = environment.SESSION_HOURS.read() * 3600
SESSION_COOKIE_NAME = "xingke_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = XINGKE_HTTPS
CSRF_COOKIE_NAME = "xingke_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "xingke_web.ui.errors.csrf_failure"
SECURE_SSL_REDIRECT = XINGKE_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if XINGKE_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if XINGKE_BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# An upload waits in memory, not on a disk, until it is sealed; what a killed process held is gone with it.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "xingke_web.config.uploads.MemoryUploadHandler"]

locals().update(mail_settings(environment.MAIL_URL.read(), directory=XINGKE.mail))
DEFAULT_FROM_EMAIL = environment.MAIL_FROM.read()

TASKS = {"default": {"BACKEND": "xingke_web.jobs.backend.LeaseBackend", "QUEUES": []}}
XINGKE_WORKER_LEASE_SECONDS = environment.WORKER_LEASE_SECONDS.read()
XINGKE_WORKER_ATTEMPTS = environment.WORKER_ATTEMPTS.read()
XINGKE_WORKER_BATCH = environment.WORKER_BATCH.read()

LOGGING = logging_settings(level=environment.LOG_LEVEL.read())
