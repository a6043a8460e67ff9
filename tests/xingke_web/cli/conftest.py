import os
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-c", "import sys; from xingke_web.cli import main; sys.exit(main())"]
# A process below one that ignores Ctrl+C would ignore it too, as those of a background job do.
INTERRUPTIBLE = [*PROGRAM[:2], f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {PROGRAM[2]}"]


@pytest.fixture(scope="session")
def cli_environment(tmp_path_factory):
    """A function that gives the environment of a command line: English, with an installation that is not there."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XINGKE_", "LANG", "LC_", "DJANGO_"))}
    home = tmp_path_factory.mktemp("none") / "home"

    def environment(**variables):
        return {**inherited, "XINGKE_HOME": str(home), "LANG": "en_US.UTF-8", **variables}

    return environment


@pytest.fixture(scope="session")
def run_cli(cli_environment):
    """A function that runs a command line to its end."""

    def run(*arguments, given=None, **variables):
        return subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            env=cli_environment(**variables),
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def start_cli(cli_environment):
    """A function that starts a command line and hands back its process."""

    def start(*arguments):
        return subprocess.Popen(
            [*INTERRUPTIBLE, *map(str, arguments)], env=cli_environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    return start
