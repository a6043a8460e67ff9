"""Settings of the tests: a database and an installation of their own, quick hashing, no collected files."""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="xingke-test-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
_KEPT = ("XINGKE_TEST_DATABASE", "XINGKE_DATA", "XINGKE_HYPOTHESIS")
for _name in [name for name in os.environ if name.startswith("XINGKE_") and name not in _KEPT]:
    del os.environ[_name]
os.environ["XINGKE_HOME"] = str(_HOME)

from xingke_web.config.home import home_here, home_make  # noqa: E402 - they read the environment set above

home_make(home_here())

from xingke_web.config.database import database_settings  # noqa: E402
from xingke_web.config.postgres_embedded import server_address  # noqa: E402
from xingke_web.config.settings import *  # noqa: E402, F403
from xingke_web.config.settings import DATABASES, XINGKE  # noqa: E402

if os.environ.get("XINGKE_TEST_DATABASE") == "postgres":
    # One server a checkout: two checkouts that are tested at once would empty each other's databases.
    _checkout = hashlib.sha256(str(Path(__file__).parents[3]).encode()).hexdigest()[:8]
    DATABASES["default"] = database_settings(
        server_address(Path(tempfile.gettempdir()) / f"xingke-test-postgres-{_checkout}"), sqlite_path=XINGKE.database
    )
else:
    # A file and not memory: threads and worker processes of a test open it as they would in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
