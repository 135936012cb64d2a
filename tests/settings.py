"""The installation's own settings, on a throw-away data folder and the database that RECOUP_TEST_DATABASE names.

`sqlite` (the default), `postgresql` (a real server is started for the run) or the address of a PostgreSQL server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

WHICH = os.environ.get("RECOUP_TEST_DATABASE", "sqlite")
if "RECOUP_TEST_FOLDER" not in os.environ:
    # The first process makes the folder and removes it; workers find it in the environment.
    os.environ["RECOUP_TEST_FOLDER"] = tempfile.mkdtemp(prefix="recoup-test-")
    atexit.register(shutil.rmtree, os.environ["RECOUP_TEST_FOLDER"], ignore_errors=True)
FOLDER = Path(os.environ["RECOUP_TEST_FOLDER"])
os.environ["RECOUP_HOME"] = str(FOLDER / "home")
os.environ["RECOUP_SECRET_KEY"] = "only-for-tests"
os.environ["RECOUP_LOG_LEVEL"] = "WARNING"
os.environ["RECOUP_TIME_ZONE"] = "UTC"
os.environ.pop("RECOUP_DATABASE_URL", None)

if WHICH == "postgresql":
    from tests.postgresql import start_server

    # Set for the workers, which find the server already running.
    WHICH = os.environ["RECOUP_TEST_DATABASE"] = start_server(FOLDER)
if WHICH != "sqlite":
    os.environ["RECOUP_DATABASE_URL"] = WHICH

from recoup.project.settings import *  # noqa: E402, F403
from recoup.project.settings import DATABASES, RECOUP_HOME  # noqa: E402

RECOUP_HOME.mkdir(parents=True, exist_ok=True)

if WHICH == "sqlite":
    # A file, not memory: two connections must wait for each other as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": FOLDER / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous = OFF;"
# A test's connection ends with its thread; kept ones would block dropping the database.
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
