"""`xingke worker`: background work in a process of its own."""

import signal
import threading
from types import FrameType

import click

from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.language import say
from xingke_web.cli.output import Output


@click.command(help=say("执行后台任务，直到被中断", "run background work until interrupted"))
@click.option("--queue", "queues", multiple=True, help=say("只处理这些队列，可重复", "only these queues; may be repeated"))
@click.option("--once", is_flag=True, help=say("处理完当前到期的任务后退出", "end after what is due now"))
@with_output
def command(output: Output, queues: tuple[str, ...], once: bool) -> None:
    """Work until a signal comes; the job at hand is finished first."""
    platform_open()
    from xingke_web.jobs.facade import run_due, run_worker
    from xingke_web.tracking.facade import follow_events

    if once:
        count = sum(iter(lambda: run_due(queues=queues), 0))
    else:
        output.note("后台进程已启动（Ctrl+C 结束）", "The worker is running (Ctrl+C ends it)")
        stop = _stop_on_signal()
        follower = threading.Thread(target=follow_events, args=(stop,), name="xingke-follower")
        follower.start()
        count = run_worker(stop, queues=queues)
        follower.join(timeout=30)
    output.result({"jobs": count}, zh=f"共执行 {count} 个任务", en=f"{count} jobs were run")


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return stop
