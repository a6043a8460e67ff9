"""`xingke ingest`: load a file or the output of a tap by its mapping, try it dry, or take a load back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xingke.errors import UserFacingError
from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Output

if TYPE_CHECKING:
    from xingke_web.accounts.facade import WorkspaceInfo
    from xingke_web.ingest.models import Import


@click.command(
    help=say(
        "导入数据文件（CSV、Excel、JSON、Parquet）：自动识别列，或按映射文件；坏行进入隔离区，可整批撤销",
        "load a data file (CSV, Excel, JSON, Parquet) by a guessed or given mapping; a load can be taken back whole",
    )
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--workspace", required=True, metavar="SLUG", help=say("工作区", "the workspace"))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("映射文件（YAML）；不给则自动识别", "a mapping in YAML; guessed without one"),
)
@click.option("--singer", is_flag=True, help=say("从标准输入读取 Singer tap 的输出", "read the output of a Singer tap from standard input"))
@click.option("--dry-run", is_flag=True, help=say("只检查，不载入；输出识别到的映射", "check only, load nothing; says the mapping"))
@click.option("--undo", "undo_id", type=int, metavar="ID", help=say("撤销这次导入的全部数据", "take back everything of this import"))
@click.option(
    "--replace-blanks",
    is_flag=True,
    help=say("空白单元格清空已有的值；默认保留", "a blank cell empties what is known; it says nothing otherwise"),
)
@click.option("--run/--no-run", "run_after", default=True, help=say("载入后运行闭环", "run the loop after the load"))
@with_output
def command(
    output: Output,
    file: Path | None,
    workspace: str,
    mapping_file: Path | None,
    singer: bool,
    dry_run: bool,
    undo_id: int | None,
    replace_blanks: bool,
    run_after: bool,
) -> None:
    """Load, try or take back."""
    platform_open()
    from xingke_web.accounts.facade import workspace_info

    place = workspace_info(workspace)
    if sum((file is not None, undo_id is not None, singer)) != 1:
        said = say("请给出一个文件、--singer，或用 --undo 指定一次导入", "name a file, --singer, or an import by --undo")
        raise click.UsageError(said)
    if singer:
        _tap(output, place, mapping_file, run_after=run_after)
    elif undo_id is not None:
        _undo(output, place, undo_id, run_after=run_after)
    elif file is not None and dry_run:
        _dry_run(output, place, file, mapping_file)
    elif file is not None:
        _load(output, place, file, mapping_file, replace_blanks=replace_blanks, run_after=run_after)


def _dry_run(output: Output, workspace: "WorkspaceInfo", file: Path, mapping_file: Path | None) -> None:
    from django.utils import timezone

    from xingke.sources.files import read_raw
    from xingke.sources.mapping import apply, from_yaml, to_yaml
    from xingke_web.ingest.imports import counts_of, guess_of, keyer_of, require_whole

    raw = read_raw(file)
    mapping = from_yaml(mapping_file.read_text(encoding="utf-8")) if mapping_file else guess_of(raw, workspace).mapping
    require_whole(mapping)
    with output.progress("检查文件", "Checking the file") as advance:
        applied, _ = apply(
            mapping, raw, as_of=timezone.localdate(), keyer=keyer_of(workspace), progress=lambda rows: advance(rows, None, f"{rows:,}")
        )
    values = {"file": file.name, "form": raw.form, "dry_run": True, "tables": counts_of(applied), "mapping": to_yaml(mapping)}
    told = _told(counts_of(applied))
    output.result(
        values,
        zh=f"{file.name}（{raw.form}）：{told}。没有载入任何数据。映射如下：\n{to_yaml(mapping)}",
        en=f"{file.name} ({raw.form}): {told}. Nothing was loaded. The mapping:\n{to_yaml(mapping)}",
    )


def _load(
    output: Output, workspace: "WorkspaceInfo", file: Path, mapping_file: Path | None, *, replace_blanks: bool, run_after: bool
) -> None:
    from xingke.sources.mapping import from_yaml
    from xingke_web.ingest.import_loading import load_now
    from xingke_web.ingest.imports import import_add, mapping_of, mapping_set, require_whole
    from xingke_web.ingest.models import Import

    mapping = from_yaml(mapping_file.read_text(encoding="utf-8")) if mapping_file else None
    with file.open("rb") as stream:
        kept = import_add(workspace=workspace, file=stream, name=file.name, origin=Import.Origin.COMMAND, mapping=mapping)
    output.note(f"已识别 {file.name}：{kept.form}", f"{file.name} read as {kept.form}")
    require_whole(mapping_of(kept))
    if replace_blanks:
        mapping_set(kept, mapping_of(kept).emptying())
    kept = load_now(kept.pk)
    _result(
        output, workspace, kept, run_after=run_after, zh=f"已载入 {file.name}，编号 {kept.pk}", en=f"Loaded {file.name} as import {kept.pk}"
    )


def _tap(output: Output, workspace: "WorkspaceInfo", mapping_file: Path | None, *, run_after: bool) -> None:
    from xingke.sources.mapping import from_yaml
    from xingke_web.ingest.taps import tap_load

    mapping = from_yaml(mapping_file.read_text(encoding="utf-8")) if mapping_file else None
    with click.open_file("-", encoding="utf-8", errors="replace") as lines:
        loaded = tap_load(lines, workspace=workspace, mapping=mapping)
    snapshot = _run(output, workspace) if run_after and loaded.imports else None
    values = {
        "imports": [{"import": kept.pk, "stream": kept.file_name.removesuffix(".jsonl"), "tables": kept.counts} for kept in loaded.imports],
        "rejected": dict(loaded.rejected),
        "state": loaded.state,
        "snapshot": snapshot,
    }
    told = "\n".join(f"{kept.pk} {kept.file_name.removesuffix('.jsonl')}: {_told(kept.counts)}" for kept in loaded.imports) or "-"
    output.result(values, zh=f"已载入：\n{told}", en=f"Loaded:\n{told}")


def _undo(output: Output, workspace: "WorkspaceInfo", import_id: int, *, run_after: bool) -> None:
    from xingke_web.ingest.imports import import_take_back
    from xingke_web.ingest.models import Import

    kept = Import.objects.filter(pk=import_id, workspace_id=workspace.id).first()
    if kept is None:
        raise UserFacingError(
            zh=f"工作区 {workspace.slug} 没有编号为 {import_id} 的导入", en=f"workspace {workspace.slug} has no import {import_id}"
        )
    import_take_back(kept, workspace=workspace)
    _result(output, workspace, kept, run_after=run_after, zh=f"已撤销导入 {import_id}", en=f"Took back import {import_id}")


def _result(output: Output, workspace: "WorkspaceInfo", kept: "Import", *, run_after: bool, zh: str, en: str) -> None:
    snapshot = _run(output, workspace) if run_after else None
    values: dict[str, Any] = {
        "import": kept.pk,
        "state": kept.state,
        "file": kept.file_name,
        "form": kept.form,
        "rows_read": kept.rows_read,
        "tables": kept.counts,
        "snapshot": snapshot,
    }
    told = _told(kept.counts)
    after_zh = f"；快照 {snapshot}" if snapshot else ""
    after_en = f"; snapshot {snapshot}" if snapshot else ""
    output.result(values, zh=f"{zh}：{told}{after_zh}", en=f"{en}: {told}{after_en}")


def _run(output: Output, workspace: "WorkspaceInfo") -> int | None:
    from xingke_web.loop.facade import Progress, run_loop

    with output.progress("运行闭环", "Running the loop") as advance:

        def tell(progress: Progress) -> None:
            advance(progress.done, progress.total, progress.stage[language()])

        return run_loop(workspace.slug, source=None, progress=tell).snapshot


def _told(counts: Any) -> str:
    from xingke.schema.intake import INTAKE_TABLES

    return say("；", "; ").join(
        say(
            f"{INTAKE_TABLES[one['table']].label['zh']} 载入 {one['rows_loaded']:,}，隔离 {one['quarantined']:,}，"
            f"重复 {one['duplicates']:,}，按规则剔除 {one['set_aside']:,}",
            f"{INTAKE_TABLES[one['table']].label['en']}: {one['rows_loaded']:,} loaded, {one['quarantined']:,} in quarantine, "
            f"{one['duplicates']:,} repeated, {one['set_aside']:,} left out by rule",
        )
        for one in counts
    )
