"""`xingke evaluate`: quality on real data or in a world, always beside the baseline and with an interval."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xingke_web.cli.command import with_output
from xingke_web.cli.language import say
from xingke_web.cli.output import Output
from xingke_web.cli.results import result_show

if TYPE_CHECKING:
    from xingke.bench.report import BenchResult

DAYS = {"complete_journey": date(2017, 10, 1), "iowa_liquor": date(2019, 10, 1)}
"""Where an evaluation stands in each data set, if the command does not say."""


@click.group(help=say("用真实数据或合成世界评价质量", "measure quality on real data or in a synthetic world"))
def command() -> None:
    """Hold the evaluations."""


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--source", default="complete_journey", show_default=True, help=say("数据源", "source")),
        click.option("--data", type=click.Path(exists=True, path_type=Path), help=say("数据所在目录", "where the data are")),
        click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help=say("站在哪一天", "the day to stand at")),
        click.option("--seed", default=1, show_default=True, help=say("随机种子", "seed")),
    ):
        function = option(function)
    return function


def _run(
    output: Output, source: str, day: Any, work: Callable[..., "BenchResult"], **options: Any
) -> None:  # click gives a datetime or None
    from xingke.extensions import source as source_named

    found = source_named(source)
    where = day.date() if day else DAYS.get(source)
    if where is None:
        raise click.UsageError(say("请用 --day 指定日期", "name the day by --day"))
    with output.progress("评价", "Evaluating") as advance:
        result = work(found, where, progress=lambda text: advance(0, None, text), **options)
    result_show(output, result)


@command.command("no-effect", help=say("什么也没做时，报告是否保持沉默", "does a report stay silent when nothing was done"))
@_common
@click.option("--splits", default=1000, show_default=True, type=click.IntRange(10, 100_000), help=say("随机分组次数", "random splits"))
@with_output
def no_effect_command(output: Output, source: str, data: Path | None, day: Any, seed: int, splits: int) -> None:
    """Random splits of real customers."""
    from xingke.evaluate.no_effect import no_effect

    _run(output, source, day, no_effect, location=data, seed=seed, splits=splits)


@command.command("tiers", help=say("分层是否找到下一季的金额", "do the tiers find the money of the next quarter"))
@_common
@with_output
def tiers_command(output: Output, source: str, data: Path | None, day: Any, seed: int) -> None:
    """Tiers against the following quarter."""
    from xingke.evaluate.tiering import tiering

    _run(output, source, day, tiering, location=data, seed=seed)


@command.command(
    "programme",
    help=say(
        "在真相已知的星城里，报告能否量出计划真正的效果", "in a city whose truth is known: does the report find what a programme changed"
    ),
)
@click.option("--world", "size", default="m", show_default=True, help=say("星城规模", "size of the city"))
@click.option("--scenario", default="baseline", show_default=True, help=say("情景，如 no_effect", "scenario, such as no_effect"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@click.option("--runs", default=100, show_default=True, type=click.IntRange(2, 10_000), help=say("重复次数", "how many times"))
@with_output
def programme_command(output: Output, size: str, scenario: str, seed: int, runs: int) -> None:
    """Measure one programme again and again."""
    from xingke.evaluate.programme import programme_effect

    with output.progress("评价", "Evaluating") as advance:
        result = programme_effect(size=size, scenario=scenario, seed=seed, runs=runs, progress=lambda text: advance(0, None, text))
    result_show(output, result)


@command.command(
    "quality", help=say("在星城的脏数据上，清洗修复与查出了多少", "in the dirt of the city: how much does the cleaning mend and find")
)
@click.option("--world", "size", default="m", show_default=True, help=say("星城规模", "size of the city"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@with_output
def quality_command(output: Output, size: str, seed: int) -> None:
    """Hold the checks against a city whose dirt is known."""
    from xingke.evaluate.quality import quality

    with output.progress("评价", "Evaluating") as advance:
        result = quality(size=size, seed=seed, progress=lambda text: advance(0, None, text))
    result_show(output, result)


@command.command(
    "one-id", help=say("多条记录能否归为同一客户：公开数据或星城", "one customer of many records: public sets, or a city with its truth")
)
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help=say("FEBRL 文件所在目录", "where the FEBRL files are")
)
@click.option("--world", "size", help=say("改用星城，规模如 m", "use a city instead, of a size such as m"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@with_output
def one_id_command(output: Output, data: Path | None, size: str | None, seed: int) -> None:
    """Measure one-ID on public sets or in a world."""
    if (data is None) == (size is None):
        raise click.UsageError(say("请在 --data 与 --world 中选一个", "name either --data or --world"))
    with output.progress("评价", "Evaluating") as advance:
        if data is not None:
            from xingke.evaluate.one_id.public import public_one_id

            result = public_one_id(data, seed=seed, progress=lambda text: advance(0, None, text))
        else:
            from xingke.evaluate.one_id.world import world_one_id

            result = world_one_id(str(size), seed, lambda text: advance(0, None, text))
    result_show(output, result)


@command.command(
    "guess", help=say("自动识别列是否认得出企业导出的文件", "is a file as firms export it understood: tables, columns, money, questions")
)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say("自备文件的目录，答案写在文件旁的 .answer.json 或 .answer.yaml", "a folder of files with answers beside them (.answer.json)"),
)
@click.option("--show", is_flag=True, help=say("逐个说出识别结果", "say the guess of every file"))
@with_output
def guess_command(output: Output, data: Path | None, show: bool) -> None:
    """Guess files and hold the guess against its answer."""
    import json

    from xingke.evaluate.guess.run import guess_quality

    with output.progress("评价", "Evaluating") as advance:
        result, judged = guess_quality(data, progress=lambda text: advance(0, None, text))
    for one in judged:
        is_wrong = one.tables is False or one.amount is False or one.columns[0] < one.columns[1]
        if show or is_wrong:
            told = json.dumps(one.said, ensure_ascii=False)
            output.note(f"{one.file}：{told}", f"{one.file}: {told}")
    result_show(output, result)
