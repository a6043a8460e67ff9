"""What the commands of a world share: how they end when something stops them, and how their results read."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xingke_web.cli.language import say
from xingke_web.cli.output import Output

if TYPE_CHECKING:
    from xingke.simulate import Check
    from xingke.simulate.score import Score

TWINS = ("", "_baseline", "_informed", "_known", "_ceiling")


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error that says what to do."""
    from xingke.simulate.errors import WorldNotWritten

    try:
        yield
    except OSError as error:
        raise WorldNotWritten(path=out, reason=error.strerror or str(error)) from error


@contextmanager
def interruptible(output: Output, out: Path, *, goes_on: bool) -> Iterator[None]:
    """Say after Ctrl+C what is left and what to do."""
    try:
        yield
    except KeyboardInterrupt:
        if goes_on:
            output.note(
                f"{out} 尚未生成；再次运行同一条命令，会从中断处接着做", f"{out} is not there yet; run the same command again, it goes on"
            )
        else:
            output.note(f"{out} 未生成；再次运行同一条命令会重新生成", f"{out} was not made; the same command makes it anew")
        raise


def made_text(values: Mapping[str, Any]) -> str:
    """What a making left behind, as lines."""
    kind, size, seed, place = values["kind"], values["size"], values["seed"], values["world"]
    dirt = say("（无脏数据）", ", clean") if values["is_clean"] else ""
    head = say(
        f"已生成 {place}：{kind} {size}，情景 {values['scenario']}，种子 {seed}{dirt}",
        f"Made {place}: {kind} {size}, scenario {values['scenario']}, seed {seed}{dirt}",
    )
    tail = say(
        f"共 {values['rows_total']:,} 行，用时 {values['seconds']:.1f} 秒，内存峰值 {values['peak_mb']:,.0f} MB",
        f"{values['rows_total']:,} rows in all, {values['seconds']:.1f} s, peak memory {values['peak_mb']:,.0f} MB",
    )
    tables = [f"  {name:<20} {count:>14,}" for name, count in values["rows"].items()]
    return "\n".join([head, *tables, tail, f"hash {values['hash']}"])


def score_text(found: "Score") -> str:
    """A figure a line: the answer and its twins, each with its interval."""
    from xingke.simulate.score import FIGURES

    values = {**found.metrics, **found.baselines}
    columns = [
        say("答案", "answer"), say("基线", "baseline"), say("知情者", "informed"), say("已知部分真相", "known"), say("上限", "ceiling"),
    ]  # fmt: skip
    lines = [found.protocol, f"{say('指标', 'figure'):<38}" + "".join(f"{column:>26}" for column in columns)]
    for name in FIGURES:
        cells = [_cell(values, found.intervals, name + twin) for twin in TWINS]
        if any(cells):
            lines.append(f"{name:<38}" + "".join(f"{cell:>26}" for cell in cells).rstrip())
    lines += [say("说明：", "Note: ") + note for note in found.notes]
    return "\n".join(lines)


def _cell(values: Mapping[str, float], intervals: Mapping[str, tuple[float, float]], name: str) -> str:
    if name not in values:
        return ""
    ends = intervals.get(name)
    return f"{values[name]:.3f}" + (f" [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else "")


def check_value(check: "Check") -> dict[str, Any]:
    """One self-check as plain data; a figure that could not be computed is null."""
    value = None if math.isnan(check.value) else check.value
    return {"name": check.name, "value": value, "low": check.low, "high": check.high, "ok": check.ok}


def check_text(checks: Sequence["Check"]) -> str:
    """A self-check a line, and how many failed."""
    lines = [f"  {say('自检', 'check'):<36}{say('实测', 'value'):>14}{say('下限', 'low'):>14}{say('上限', 'high'):>14}"]
    for each in checks:
        mark = "✓" if each.ok else "✗"
        lines.append(f"{mark} {each.name:<36}" + "".join(f"{number:>14,.6g}" for number in (each.value, each.low, each.high)))
    failed = sum(not each.ok for each in checks)
    lines.append(say(f"{len(checks)} 项自检，{failed} 项未通过", f"{len(checks)} checks, {failed} failed"))
    return "\n".join(lines)
