"""`xingke world`: make a synthetic world whose truth is known, live in it week by week, and hold answers against the truth."""

import time
from pathlib import Path
from typing import Any

import click

from xingke_web.cli.command import with_output
from xingke_web.cli.exits import Exit
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Advance, Output
from xingke_web.cli.worlds import check_text, check_value, interruptible, made_text, score_text, writing


@click.group(help=say("合成世界：生成、逐周推进、对照真相评分", "synthetic worlds: make one, live in it, score answers by its truth"))
def command() -> None:
    """Hold what can be done to a world."""


def _world_option(function: Any) -> Any:  # any command function of click
    return click.option(
        "--world",
        required=True,
        type=click.Path(path_type=Path, resolve_path=True),
        help=say("世界所在目录", "the folder of the world"),
    )(function)


def _out_option(function: Any) -> Any:  # any command function of click
    return click.option(
        "--out",
        required=True,
        type=click.Path(path_type=Path, resolve_path=True),
        help=say("写到这个目录，须不存在或为空", "write to this folder; it must not exist or be empty"),
    )(function)


@command.command(
    "make",
    help=say(
        "生成一个世界；星城可随时按 Ctrl+C 中断，再次运行同一条命令会接着做。名称见 `xingke world scenarios`",
        "make a world; Ctrl+C interrupts a city at any time, and the same command goes on from there. "
        "`xingke world scenarios` tells the names",
    ),
)
@click.option("--size", default="m", show_default=True, help=say("规模：xs、m、l、xl", "size: xs, m, l, xl"))
@click.option("--seed", default=7, show_default=True, type=click.IntRange(0), help=say("随机种子", "seed"))
@click.option("--scenario", default="baseline", show_default=True, help=say("情景", "scenario"))
@_out_option
@click.option("--clean", is_flag=True, help=say("不加入各系统的脏数据", "leave out the dirt of the systems"))
@click.option(
    "--kind", default="city", show_default=True, help=say("类别：city、fresh、gym、cafe、leads", "kind: city, fresh, gym, cafe, leads")
)
@with_output
def make(output: Output, size: str, seed: int, scenario: str, out: Path, clean: bool, kind: str) -> None:
    """Make a world and say what came of it."""
    from xingke.bench.child import peak_mb
    from xingke.simulate import CITY, world_hash, world_make, world_rows

    started = time.perf_counter()
    with (
        writing(out),
        interruptible(output, out, goes_on=kind == CITY),
        output.progress(f"生成 {kind} {size}", f"Making {kind} {size}") as advance,
    ):
        tell = _weeks_told(output, advance)
        info = world_make(size=size, seed=seed, scenario=scenario, out=out, clean=clean, kind=kind, progress=tell)
    seconds = time.perf_counter() - started
    rows = world_rows(out)
    values = {
        "world": out,
        "kind": info.kind,
        "size": info.size,
        "scenario": info.scenario,
        "seed": info.seed,
        "is_clean": info.is_clean,
        "starts_on": info.starts_on,
        "history_ends_on": info.history_ends_on,
        "ends_on": info.ends_on,
        "weeks": info.weeks,
        "rows": rows,
        "rows_total": sum(rows.values()),
        "seconds": round(seconds, 3),
        "peak_mb": round(peak_mb(), 1),
        "hash": world_hash(out),
    }
    text = made_text(values)
    output.result(values, zh=text, en=text)


def _weeks_told(output: Output, advance: Advance) -> Any:
    """What a world in the making reports, as a bar; says where it goes on if it was interrupted before."""
    seen: list[int] = []

    def tell(done: int, total: int, monday: str) -> None:
        if not seen and done > 1:
            output.note(f"接着上次中断处做：前 {done - 1} 周已完成", f"Going on where it was interrupted: {done - 1} weeks are done")
        seen.append(done)
        advance(done, total, monday[:7])

    return tell


@command.command("score", help=say("用真相为答案评分，旁边列出基线与上限", "score answers by the truth, beside baselines and ceilings"))
@_world_option
@click.option(
    "--answers",
    type=click.Path(path_type=Path, resolve_path=True),
    help=say("答案表所在目录；不给则只列基线与上限", "the folder of answer tables; without it baselines and ceilings alone"),
)
@click.option("--baselines", is_flag=True, help=say("以朴素基线的答案评分", "score the answers of the naive baselines"))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help=say("重抽样的随机种子", "seed of the resamples"))
@click.option("--resamples", default=500, show_default=True, type=click.IntRange(1, 100_000), help=say("重抽样次数", "resamples"))
@with_output
def score(output: Output, world: Path, answers: Path | None, baselines: bool, seed: int, resamples: int) -> None:
    """Score a folder of answers, or those of the baselines."""
    import tempfile

    from xingke.simulate.score import score_world
    from xingke.simulate.score.baselines import baseline_answers

    if answers is not None and baselines:
        raise click.UsageError(say("--answers 与 --baselines 只能用一个", "--answers and --baselines exclude each other"))
    with (
        writing(world),
        tempfile.TemporaryDirectory(prefix="xingke-answers-") as place,
        output.progress("评分", "Scoring") as advance,
    ):
        if baselines:
            answers = Path(place)
            baseline_answers(world, answers)
        found = score_world(world, answers, seed=seed, resamples=resamples, progress=lambda text: advance(0, None, text))
    text = score_text(found)
    output.result(found.as_dict(), zh=text, en=text)


@command.command(
    "reveal",
    help=say(
        "为评分程序揭示历史之后的几周（无人干预时会怎样），与真相一样封存；`world score` 会自行揭示",
        "make the weeks behind the end of history for the scorer, as they are if nobody does anything; they are closed like the truth, and "
        "`world score` does so by itself",
    ),
)
@_world_option
@with_output
def reveal(output: Output, world: Path) -> None:
    """Make the closed future of a city."""
    from xingke.simulate import world_reveal
    from xingke.simulate.sizes import JUDGED_WEEKS
    from xingke.simulate.store import FUTURE

    with writing(world), output.progress("揭示评分用的几周", "Revealing the judged weeks") as advance:
        info = world_reveal(world, progress=lambda done, total, monday: advance(done, total, monday[:7]))
    values = {"world": world, "from_on": info.ends_on, "weeks": JUDGED_WEEKS, "future": world / FUTURE}
    output.result(
        values,
        zh=f"{info.ends_on} 起的 {JUDGED_WEEKS} 周已封存于 {values['future']}，只有评分程序读取",
        en=f"{JUDGED_WEEKS} weeks from {info.ends_on} are closed in {values['future']}, for the scorer alone",
    )


@command.command(
    "step",
    help=say(
        "让星城过一周：从历史末尾或上一步的状态出发，执行给定动作，写出这一周可观察到的表",
        "live one week of a city under given actions, from the end of history or from the state of an earlier step, "
        "and write what is observed of it",
    ),
)
@_world_option
@click.option(
    "--week",
    required=True,
    type=click.IntRange(0),
    help=say("第几周（从 0 数起），须为下一周", "which week, from 0; it must be the next one"),
)
@click.option(
    "--actions",
    type=click.File("rb"),
    help=say(
        '动作的 JSON 文件（- 为标准输入）：[{"kind": "visit", "outlet_ids": [...]}, ...]',
        'a JSON file of actions (- for standard input): [{"kind": "visit", "outlet_ids": [...]}, ...]',
    ),
)
@_out_option
@click.option(
    "--state",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("上一步写出的状态文件", "the state file that an earlier step wrote"),
)
@with_output
def step(output: Output, world: Path, week: int, actions: Any, out: Path, state: Path | None) -> None:
    """Run a week and say where its tables and the new state are."""
    from xingke.simulate.steps import read_actions, step_world

    asked = read_actions(actions.read()) if actions is not None else ()
    with writing(out):
        taken = step_world(world, week, asked, out=out, state=state)
    values = {
        "week": taken.week,
        "starts_on": taken.starts_on,
        "next_week": taken.week + 1,
        "actions": taken.actions,
        "open_outlets": taken.open_outlets,
        "rows": taken.rows,
        "rows_total": sum(taken.rows.values()),
        "out": out,
        "state": taken.state,
    }
    total = sum(taken.rows.values())
    output.result(
        values,
        zh=f"第 {taken.week} 周（{taken.starts_on}）：动作 {taken.actions} 个，{total:,} 行写入 {out}\n"
        f"下一步：--week {taken.week + 1} --state {taken.state}",
        en=f"Week {taken.week} ({taken.starts_on}): actions {taken.actions}, rows {total:,}, written to {out}\n"
        f"Next: --week {taken.week + 1} --state {taken.state}",
    )


@command.command("check", help=say("星城自检：生成的数字是否在应有的范围内", "self-check of a city: do its figures lie where they should"))
@_world_option
@with_output
def check(output: Output, world: Path) -> int:
    """Print every figure; exit code 6 where one lies outside."""
    from xingke.simulate import world_check

    checks = world_check(world)
    failed = sum(not each.ok for each in checks)
    values = {"world": world, "ok": not failed, "failed": failed, "checks": [check_value(each) for each in checks]}
    text = check_text(checks)
    output.result(values, zh=text, en=text)
    return Exit.UNHEALTHY if failed else Exit.OK


@command.command("scenarios", help=say("有哪些规模与情景", "which sizes and scenarios there are"))
@with_output
def scenarios(output: Output) -> None:
    """List them in words."""
    from xingke.simulate import world_kinds
    from xingke.simulate.scenarios import SCENARIOS
    from xingke.simulate.sizes import SIZES
    from xingke.simulate.wording import scenario_words, size_words

    sizes = {name: size_words(size) for name, size in SIZES.items()}
    switches = {name: scenario_words(scenario) for name, scenario in SCENARIOS.items()}
    spoken = language()
    lines = [say("规模（--size）", "Sizes (--size)")]
    lines += [f"  {name:<16} {words[spoken]}" for name, words in sizes.items()]
    lines += [say("情景（--scenario）", "Scenarios (--scenario)")]
    lines += [f"  {name:<16} {SCENARIOS[name].label[spoken]}: {words[spoken]}" for name, words in switches.items()]
    lines += [say("类别（--kind）：", "Kinds (--kind): ") + ", ".join(world_kinds())]
    text = "\n".join(lines)
    scenario_values = {name: {"label": SCENARIOS[name].label, "words": words} for name, words in switches.items()}
    output.result({"sizes": sizes, "scenarios": scenario_values, "kinds": world_kinds()}, zh=text, en=text)
