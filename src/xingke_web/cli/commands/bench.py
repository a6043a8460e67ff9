"""`xingke bench`: speed beside peers and the physical limit, in one run on the same data."""

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
