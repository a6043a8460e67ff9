"""`xingke serve`: the site, with a worker in the same process."""

import socket
import threading
from typing import TYPE_CHECKING

import click

from xingke.errors import ConfigurationError
from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.exits import Busy
from xingke_web.cli.language import say
from xingke_web.cli.output import Output

if TYPE_CHECKING:
    import uvicorn


class PortInUse(Busy):
    """Another program listens there."""

    def __init__(self, *, host: str, port: int, free: int) -> None:
        super().__init__(
            zh=f"{host} 的端口 {port} 已被占用，可改用 `xingke serve --port {free}`",
            en=f"port {port} of {host} is in use; `xingke serve --port {free}` would work",
            host=host,
            port=port,
            free=free,
        )


class NotUpToDate(ConfigurationError):
    """The database lacks tables of this version."""

    def __init__(self) -> None:
        super().__init__(
            zh="数据库还不是当前版本，请先运行 `xingke init`", en="the database is not of this version yet; run `xingke init` first"
        )


@click.command(
    help=say(
        "启动网站（默认 http://127.0.0.1:8000），并在同一进程内执行后台任务",
        "serve the site (http://127.0.0.1:8000 unless told otherwise) with a worker in the same process",
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help=say("监听地址", "address to listen on"))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=say("监听端口", "port to listen on"))
@click.option("--no-worker", is_flag=True, help=say("不在本进程内执行后台任务", "run no background work in this process"))
@with_output
def command(output: Output, host: str, port: int, no_worker: bool) -> None:
    """Serve until interrupted."""
    listener = listen(host, port)
    try:
        platform_open()
        _prepare()
        output.result(
            {"url": f"http://{host}:{port}/", "worker": not no_worker},
            zh=f"星客已启动：http://{host}:{port}/ （Ctrl+C 结束）",
            en=f"Xingke is up: http://{host}:{port}/ (Ctrl+C ends it)",
        )
        serve_until_stopped(listener, with_worker=not no_worker)
    finally:
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; PortInUse with a free port where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        free = _free_port(host, family, port)
        if free is None:
            raise ConfigurationError(
                zh=f"无法监听 {host}:{port}（{error.strerror}）",
                en=f"cannot listen on {host}:{port} ({error.strerror})",
                host=host,
                port=port,
            ) from error
        raise PortInUse(host=host, port=port, free=free) from error
    return listener


def _free_port(host: str, family: socket.AddressFamily, taken: int) -> int | None:
    for candidate in (*range(taken + 1, min(taken + 50, 65535) + 1), 0):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return None


def _prepare() -> None:
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from xingke_web.config.addresses import addresses_check
    from xingke_web.config.static import static_refresh

    addresses_check()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotUpToDate
    connection.close()
    static_refresh(settings.STATIC_ROOT)


def serve_until_stopped(listener: socket.socket, *, with_worker: bool) -> None:
    """Answer requests on a bound socket until the process is told to stop, doing background work beside it."""
    import uvicorn

    from xingke_web.jobs.facade import run_worker
    from xingke_web.tracking.facade import follow_events

    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,), name="xingke-worker")
    follower = threading.Thread(target=follow_events, args=(stop,), name="xingke-follower")
    threads = [worker, follower] if with_worker else []
    for thread in threads:
        thread.start()
    try:
        uvicorn.Server(server_config()).run(sockets=[listener])
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)


def server_config() -> "uvicorn.Config":
    """How the site is served.

    Addresses of requests may hold what a person searched for, so there is no access log; proxies keep their own. Whether a proxy's headers
    are believed is one setting (XINGKE_BEHIND_PROXY), so the server itself never rewrites the peer by what a request claims.
    """
    import uvicorn

    return uvicorn.Config(
        "xingke_web.config.asgi:application", log_config=None, access_log=False, server_header=False, lifespan="off", proxy_headers=False
    )
