"""`xingke bench`: speed beside peers and the physical limit, in one run on the same data."""

import tempfile
from pathlib import Path

import click

from xingke_web.cli.command import with_output
from xingke_web.cli.language import say
from xingke_web.cli.output import Output
from xingke_web.cli.results import result_show


@click.group(help=say("性能实测：与同类工具和物理下限同场比较", "measure speed beside peers and the physical limit"))
def command() -> None:
    """Hold the benches."""


@command.command("portrait", help=say("全部标签的一次计算", "one computation of all tags"))
@click.option("--rows", default=10_000_000, show_default=True, type=click.IntRange(10_000), help=say("订单行数", "order lines"))
@click.option("--customers", type=click.IntRange(16), help=say("客户数；默认按行数决定", "customers; by the rows if not given"))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 50), help=say("重复次数", "repeats"))
@click.option("--seed", default=7, show_default=True, help=say("随机种子", "seed"))
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    help=say("数据缓存目录（默认在系统临时目录）", "cache the data here instead of the system's temporary directory"),
)
@with_output
def portrait(output: Output, rows: int, customers: int | None, repeats: int, seed: int, cache: Path | None) -> None:
    """The portrait bench."""
    from xingke.bench.portrait.run import run

    with output.progress("画像基准", "Portrait bench") as advance:
        result = run(
            rows=rows,
            customers=customers,
            repeats=repeats,
            seed=seed,
            directory=cache,
            progress=lambda text: advance(0, None, text),
        )
    result_show(output, result)


@command.command("segment", help=say("六条件圈选的实时计数", "live count of a six-condition segment"))
@click.option("--customers", default=1_000_000, show_default=True, type=click.IntRange(1000), help=say("客户数", "customers"))
@click.option("--tags", default=300, show_default=True, type=click.IntRange(10, 2000), help=say("标签数", "tags"))
@click.option("--queries", default=60, show_default=True, type=click.IntRange(5, 10_000), help=say("查询次数", "queries"))
@click.option("--seed", default=7, show_default=True, help=say("随机种子", "seed"))
@with_output
def segment(output: Output, customers: int, tags: int, queries: int, seed: int) -> None:
    """The segment bench."""
    from xingke.bench.segment import segment_bench_result

    with output.progress("圈选基准", "Segment bench"):
        result = segment_bench_result(customers, tags, queries=queries, seed=seed)
    result_show(output, result)


@command.command("world", help=say("生成一座星城", "making a synthetic city"))
@click.option("--size", default="m", show_default=True, help=say("规模：xs、m、l、xl", "size: xs, m, l, xl"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@click.option("--repeats", default=1, show_default=True, type=click.IntRange(1, 50), help=say("重复次数", "repeats"))
@with_output
def world(output: Output, size: str, seed: int, repeats: int) -> None:
    """The world bench."""
    from xingke.bench.world import world_bench

    with output.progress("星城基准", "World bench") as advance:
        result = world_bench(size=size, seed=seed, repeats=repeats, progress=lambda text: advance(0, None, text))
    result_show(output, result)


@command.command(
    "ingest", help=say("数据接入：文件、埋点事件、事件到标签", "data coming in: files, tracked events, from an event to a tag")
)
@click.option("--rows", default=10_000_000, show_default=True, type=click.IntRange(1000), help=say("订单行数", "order lines of the file"))
@click.option("--events", default=400_000, show_default=True, type=click.IntRange(1000), help=say("每轮事件数", "events a load"))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 50), help=say("重复次数", "repeats"))
@click.option(
    "--seconds", default=30, show_default=True, type=click.IntRange(5), help=say("标签时延测量秒数", "seconds of events for the tags")
)
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(["files", "tracking", "tags"]),
    help=say("只测这些部分，可重复", "only these parts; may be repeated"),
)
@with_output
def ingest(output: Output, rows: int, events: int, repeats: int, seconds: int, parts: tuple[str, ...]) -> None:
    """The ingest bench."""
    from xingke.bench.ingest import PARTS, ingest_bench

    with output.progress("接入基准", "Ingest bench") as advance:
        result = ingest_bench(
            rows=rows,
            events=events,
            repeats=repeats,
            seconds=seconds,
            parts=tuple(part for part in PARTS if part in parts) or PARTS,
            progress=lambda text: advance(0, None, text),
        )
    result_show(output, result)


@command.command("ingest-crash", help=say("随机杀死接收与整理进程，核对事件", "kill server and worker at random, then count the events"))
@click.option("--kills", default=200, show_default=True, type=click.IntRange(1, 10_000), help=say("杀死次数", "how often"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@click.option("--servers", default=2, show_default=True, type=click.IntRange(1, 8), help=say("接收进程数", "servers that take events"))
@with_output
def ingest_crash(output: Output, kills: int, seed: int, servers: int) -> None:
    """The crash test of ingest."""
    from xingke.bench.ingest_crash import crash_run

    with output.progress("崩溃测试", "Crash test") as advance:
        result = crash_run(kills=kills, seed=seed, servers=servers, progress=lambda text: advance(0, None, text))
    result_show(output, result)


@command.command("one-id", help=say("把多系统记录归为同一客户，并解析新记录", "one customer of many records, and new records resolved"))
@click.option("--rows", default=1_000_000, show_default=True, type=click.IntRange(1000), help=say("记录数", "records"))
@click.option(
    "--new", default=500, show_default=True, type=click.IntRange(1, 100_000), help=say("逐条解析的新记录数", "new records to resolve")
)
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@with_output
def one_id(output: Output, rows: int, new: int, seed: int) -> None:
    """The one-ID bench."""
    from xingke.bench.one_id import one_id_bench

    with output.progress("一客一号基准", "One-ID bench") as advance:
        result = one_id_bench(rows=rows, new=new, seed=seed, progress=lambda text: advance(0, None, text))
    result_show(output, result)


@command.command(
    "outbox", help=say("投递：拒收与停发立即生效，杀进程断线不重不丢", "delivery: refusals and stops hold at once; nothing twice or lost")
)
@click.option("--slow", is_flag=True, help=say("慢服务商：每条 50 毫秒", "a slow provider: 50 ms a message"))
@click.option("--recipients", default=5000, show_default=True, type=click.IntRange(20), help=say("收件人数", "recipients"))
@click.option("--refusals", default=500, show_default=True, type=click.IntRange(0), help=say("拒收次数", "refusals"))
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1, 64), help=say("投递进程数", "delivering processes"))
@click.option(
    "--kills",
    default=0,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help=say("改测杀进程与断线：杀死次数", "kills and broken lines instead: how often to kill"),
)
@click.option(
    "--database",
    default="sqlite",
    show_default=True,
    type=click.Choice(["sqlite", "postgres"]),
    help=say("数据库；postgres 用随包自带的", "database; postgres is the one of a wheel"),
)
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@with_output
def outbox(output: Output, slow: bool, recipients: int, refusals: int, workers: int, kills: int, database: str, seed: int) -> None:
    """The outbox bench."""
    from xingke.bench.outbox import SLOW_SECONDS, Plan, outbox_bench
    from xingke_web.config.postgres_embedded import server_address

    with tempfile.TemporaryDirectory(prefix="xingke-pg-") as directory, output.progress("投递基准", "Outbox bench") as advance:
        plan = Plan(
            recipients=recipients,
            refusals=min(refusals, recipients),
            workers=workers,
            kills=kills,
            pause=SLOW_SECONDS if slow else 0.0,
            seed=seed,
            database_url=server_address(Path(directory)) if database == "postgres" else "",
        )
        result = outbox_bench(plan, progress=lambda text: advance(0, None, text))
    result_show(output, result)
