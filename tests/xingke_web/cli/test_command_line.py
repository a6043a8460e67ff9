import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from xingke_web.cli.commands.serve import server_config
from xingke_web.cli.exits import MEANINGS, Busy, Exit, exit_of
from xingke_web.cli.main import LazyGroup

ROOT = Path(__file__).parents[3]


@pytest.fixture
def xingke(tmp_path):
    """A function that runs a command line on an installation of its own."""

    def run(*arguments, **variables):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XINGKE_", "LANG", "LC_", "DJANGO_"))}
        environment = {**inherited, "XINGKE_HOME": str(tmp_path / "home"), "LANG": "en_US.UTF-8", **variables}
        program = [sys.executable, "-c", "import sys; from xingke_web.cli import main; sys.exit(main())"]
        return subprocess.run([*program, *arguments], env=environment, capture_output=True, text=True, timeout=180, check=False)

    return run


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "en_US.UTF-8"}, "Exit codes"),
        ({"LANG": "zh_CN.UTF-8"}, "退出码"),
        ({"LANG": "C.UTF-8"}, "退出码"),
        ({"LANG": "zh_CN.UTF-8", "XINGKE_LANGUAGE": "en"}, "Exit codes"),
        ({"LANG": "en_US.UTF-8", "XINGKE_LANGUAGE": "zh-hans"}, "用法"),
    ],
)
def test_help_speaks_the_language_asked_for(xingke, variables, word):
    result = xingke("--help", **variables)
    assert result.returncode == 0
    assert word in result.stdout


def test_help_is_quick(xingke):
    def once():
        start = time.perf_counter()
        xingke("--help")
        return time.perf_counter() - start

    assert min(once() for _ in range(5)) < 0.3


def test_every_command_has_help_in_both_languages(xingke):
    for name in LazyGroup("xingke").list_commands(None):
        english, chinese = xingke(name, "--help").stdout, xingke(name, "--help", XINGKE_LANGUAGE="zh-hans").stdout
        assert re.search(r"[a-z]{3}", english)
        assert not re.search(r"[\u4e00-\u9fff]", english), name
        assert re.search(r"[\u4e00-\u9fff]{4}", chinese), name


def test_the_reference_page_names_these_commands_and_all_exit_codes():
    text = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert {"init", "serve", "worker", "doctor"} <= set(re.findall(r"^\| `xingke ([\w-]+)", text, re.MULTILINE))
    rows = {int(code): words for code, words in re.findall(r"^\| (\d+) \| (.+) \|$", text, re.MULTILINE)}
    assert rows == {int(code): words[1] for code, words in MEANINGS.items()}


def test_a_new_installation_is_made_once_and_then_in_order(xingke):
    first = xingke("init", "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["new"] is True
    assert json.loads(xingke("init", "--json").stdout)["new"] is False
    doctor = xingke("doctor", "--json")
    assert doctor.returncode == Exit.OK, doctor.stdout
    assert json.loads(doctor.stdout)["problems"] == 0


def test_serving_without_an_installation_is_one_clear_message(xingke):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = xingke("serve", "--port", str(port), "--json")
    assert result.returncode == Exit.CONFIGURATION
    assert "xingke init" in result.stderr
    assert "Traceback" not in result.stderr
    assert json.loads(result.stdout)["error"]["type"] == "HomeMissing"


def test_an_installation_of_a_newer_version_is_refused(xingke, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "xingke.toml").write_text("format = 2\n")
    result = xingke("init")
    assert result.returncode == Exit.CONFIGURATION
    assert "newer version" in result.stderr


def test_a_port_in_use_is_refused_and_a_free_one_named(xingke):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = xingke("serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == Exit.BUSY
    free = int(re.search(r"--port (\d+)", result.stderr)[1])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free))


def test_a_database_of_an_older_version_is_not_served(xingke, tmp_path):
    xingke("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = xingke("serve", "--port", str(port), XINGKE_DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert result.returncode == Exit.CONFIGURATION
    assert "xingke init" in result.stderr


def test_a_wrong_option_is_a_usage_error(xingke):
    assert xingke("serve", "--nonsense").returncode == Exit.USAGE
    assert xingke("nonsense").returncode == Exit.USAGE


def test_an_error_of_a_bad_setting_names_it(xingke):
    xingke("init")
    result = xingke("doctor", XINGKE_SESSION_HOURS="never")
    assert result.returncode == Exit.CONFIGURATION
    assert "XINGKE_SESSION_HOURS" in result.stderr


def test_the_exit_code_of_an_error_is_its_own_first():
    assert exit_of(Busy(zh="占用", en="busy")) == Exit.BUSY


def test_the_server_does_not_take_the_peer_from_a_header():
    config = server_config()
    config.load()
    assert not isinstance(config.loaded_app, ProxyHeadersMiddleware)
