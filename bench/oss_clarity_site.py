"""A Django project that serves oss-clarity as its README says; run in an environment of its own by bench/ingest.py.

`oss_clarity_site.py DATA` makes the database and a site; `gunicorn oss_clarity_site:application` serves it.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings

DATA = Path(os.environ["OSS_CLARITY_DATA"])
# limits that would refuse a benchmark's clients are lifted: all of them come from one address
LIMITS = {f"{kind}_RATE_{scope}": 10**9 for kind in ("HIT", "CHUNK") for scope in ("KEY_IP", "KEY", "GLOBAL")}
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "oss_clarity"],
    MIDDLEWARE=["oss_clarity.middleware.PublicEndpointsMiddleware"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "db.sqlite3",
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"},
        }
    },
    MEDIA_ROOT=DATA / "media",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    OSS_CLARITY={**LIMITS, "MAX_SESSION_BYTES": 10**12, "MAX_CHUNK_BYTES": 10**8},
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("oc/", include("oss_clarity.urls.public"))]
application = WSGIHandler()


def make() -> None:
    from django.core.management import call_command
    from oss_clarity.models import RecordingSettings, Site

    call_command("migrate", verbosity=0)
    site = Site.objects.create(name="bench", domain="localhost")
    row, _ = RecordingSettings.objects.get_or_create(site=site)
    row.enabled, row.sample_pct = True, 100
    row.save()
    print(site.public_key)


def count() -> None:
    from oss_clarity.models import RecordingChunk

    print(RecordingChunk.objects.count())


if __name__ == "__main__":
    {"make": make, "count": count}[sys.argv[1]]()
