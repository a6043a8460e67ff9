"""A throw-away installation with one workspace and one write key, and its processes: what benches and tests of the tracking API run.

    python -m xingke_web.tracking.trial make       prints the write key
    python -m xingke_web.tracking.trial serve PORT answers like `xingke serve`, without a worker
    python -m xingke_web.tracking.trial compact    makes pieces of the log, again and again

XINGKE_HOME names the directory.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping

from xingke.words import both

SLUG = "trial"


def _make() -> None:
    from django.core.management import call_command

    from xingke_web.accounts.facade import workspace_create
    from xingke_web.tracking.services import key_make

    call_command("migrate", interactive=False, verbosity=0)
    workspace = workspace_create(slug=SLUG, name=both("试用", "Trial"), pack="retail")
    made = key_make(workspace, name="app", system="app", rate_per_second=0, batch_kb=4096, origins=["*"])
    sys.stdout.write(made.secret + "\n")


def _serve() -> None:
    import uvicorn

    uvicorn.run("xingke_web.config.asgi:application", port=int(sys.argv[2]), log_config=None, access_log=False, lifespan="off")


def _compact() -> None:
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.tracking.compaction import compact_workspace

    while True:
        compact_workspace(workspace_info(SLUG))
        time.sleep(0.2)


ROLES: Mapping[str, Callable[[], None]] = {"make": _make, "serve": _serve, "compact": _compact}


def main() -> None:
    """Run one role."""
    from xingke_web.config.home import home_here, home_make

    home_make(home_here())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
    import django

    django.setup()
    ROLES[sys.argv[1]]()


if __name__ == "__main__":
    main()
