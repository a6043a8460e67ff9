"""How the outcome of a bench or an evaluation is shown: one object with `--json`, a table otherwise."""

from typing import TYPE_CHECKING

from xingke_web.cli.language import say
from xingke_web.cli.output import Output

if TYPE_CHECKING:
    from xingke.bench.report import BenchResult


def result_show(output: Output, result: "BenchResult") -> None:
    """Print a result."""
    if output.as_json:
        output.result(result.as_dict(), zh="", en="")
        return
    lines = [f"{result.name}: {result.protocol}"]
    for title, values in ((say("指标", "metrics"), result.metrics), (say("基线", "baselines"), result.baselines)):
        lines.append(title)
        for name, value in values.items():
            interval = result.intervals.get(name)
            span = f"  [{_figure(interval[0])}, {_figure(interval[1])}]" if interval else ""
            lines.append(f"  {name:<36} {_figure(value):>12}{span}")
    text = "\n".join(lines)
    output.result({}, zh=text, en=text)


def _figure(value: float) -> str:
    """Four digits that count; whole numbers from a thousand on."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
