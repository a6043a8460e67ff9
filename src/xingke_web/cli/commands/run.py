"""`xingke run`: one pass of the loop."""

from pathlib import Path

import click

from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Output


@click.command(help=say("运行一遍闭环：导入、画像、分层、客群、结果", "one pass of the loop: load, portrait, tiers, segments, results"))
@click.argument("workspace")
@click.option("--source", metavar="NAME", help=say("先导入这个数据源", "load this source first"))
@click.option(
    "--location",
    type=click.Path(exists=True, path_type=Path),
    help=say("数据所在目录或文件", "where the source's data are, a directory or a file"),
)
@with_output
def command(output: Output, workspace: str, source: str | None, location: Path | None) -> None:
    """Run the loop of one workspace and say what it did."""
    platform_open()
    from xingke.extensions import source as source_named
    from xingke_web.loop.facade import Progress, run_loop

    with output.progress("运行闭环", "Running the loop") as advance:

        def tell(progress: Progress) -> None:
            advance(progress.done, progress.total, progress.stage[language()])

        run = run_loop(workspace, source=source_named(source) if source else None, location=location, progress=tell)
    seconds = sum(stage["seconds"] for stage in run.stages)
    aside = sum(table["rows_quarantined"] for table in run.tables)
    zh_aside = f"；{aside:,} 行进入隔离区，数据页可查看原因" if aside else ""
    en_aside = f"; {aside:,} rows wait in quarantine, the data page says why" if aside else ""
    values = {
        "workspace": workspace,
        "as_of": run.as_of,
        "snapshot": run.snapshot,
        "seconds": round(seconds, 3),
        "rows_aside": aside,
        "stages": run.stages,
    }
    output.result(
        values,
        zh=f"完成：{workspace}，口径日 {run.as_of}，快照 {run.snapshot}，用时 {seconds:.1f} 秒{zh_aside}",
        en=f"Done: {workspace} as of {run.as_of}, snapshot {run.snapshot}, {seconds:.1f} s{en_aside}",
    )
