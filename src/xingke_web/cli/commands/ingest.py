"""`xingke ingest`: load a file or the output of a tap by its mapping, try it dry, or take a load back."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xingke.errors import UserFacingError
from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Output

if TYPE_CHECKING:
    from xingke.sources.mapping import Mapping
    from xingke.sources.mapping.questions import Question
    from xingke.words import Language
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
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="NAME=ANSWER",
    help=say("回答识别时的问题，可多次给出", "answers a question of the guess; may be given several times"),
)
@click.option("--yes", is_flag=True, help=say("不提问，采用识别结果", "ask nothing and take the guess"))
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
    answers: tuple[str, ...],
    yes: bool,
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
        _dry_run(output, place, file, mapping_file, _parsed(answers))
    elif file is not None:
        mapping = _mapping(output, place, file, mapping_file, _parsed(answers), yes=yes)
        _load(output, place, file, mapping.emptying() if replace_blanks else mapping, run_after=run_after)


def _parsed(answers: tuple[str, ...]) -> dict[str, str]:
    for one in answers:
        if "=" not in one:
            raise click.UsageError(say(f"--answer 的写法是 名称=回答，不是「{one}」", f"--answer takes NAME=ANSWER, not '{one}'"))
    return {name.strip(): answer.strip() for name, _, answer in (one.partition("=") for one in answers)}


def _mapping(
    output: Output, workspace: "WorkspaceInfo", file: Path, mapping_file: Path | None, answers: dict[str, str], *, yes: bool
) -> "Mapping":
    """The mapping of a file: the one given, the one that its layout had, or the guess with its questions answered."""
    from xingke.sources.files import read_raw
    from xingke.sources.mapping import from_yaml
    from xingke.sources.mapping.questions import answered
    from xingke_web.ingest.imports import QuestionsOpen, guess_of, known_before, require_whole

    if mapping_file is not None:
        return from_yaml(mapping_file.read_text(encoding="utf-8"))
    raw = read_raw(file)
    found = guess_of(raw, workspace)
    mapping, left = known_before(found, raw, workspace) or (found.mapping, found.questions)
    if answers:
        mapping, left = answered(found.mapping, found.questions, answers)
    require_whole(mapping)
    if left and not yes and not output.as_json and sys.stdin.isatty():
        mapping, left = answered(mapping, left, {one.code: _ask(one) for one in left})
    if left and yes:
        mapping, left = answered(mapping, left, {one.code: one.usual for one in left if one.usual})
    if left:
        raise QuestionsOpen(left)
    return mapping


def _ask(question: "Question") -> str:
    words = question.words[language()]
    listed = "".join(f"\n  {key}: {text[language()]}" for key, text in question.choices.items())
    choice = click.Choice(list(question.choices)) if question.choices else None
    return str(click.prompt(f"{words}{listed}\n", type=choice, default=question.usual or None, err=True))


def _dry_run(output: Output, workspace: "WorkspaceInfo", file: Path, mapping_file: Path | None, answers: dict[str, str]) -> None:
    from django.utils import timezone

    from xingke.sources.files import read_raw
    from xingke.sources.mapping import apply, from_yaml, to_yaml
    from xingke.sources.mapping.questions import answered
    from xingke_web.ingest.imports import counts_of, guess_of, keyer_of, require_whole

    raw = read_raw(file)
    left: tuple[Question, ...] = ()
    if mapping_file is not None:
        mapping = from_yaml(mapping_file.read_text(encoding="utf-8"))
    else:
        found = guess_of(raw, workspace)
        mapping, left = answered(found.mapping, found.questions, answers)
    require_whole(mapping)
    with output.progress("检查文件", "Checking the file") as advance:
        applied, _ = apply(
            mapping, raw, as_of=timezone.localdate(), keyer=keyer_of(workspace), progress=lambda rows: advance(rows, None, f"{rows:,}")
        )
    values = {
        "file": file.name,
        "form": raw.form,
        "dry_run": True,
        "tables": counts_of(applied),
        "mapping": to_yaml(mapping),
        "questions": [asdict(one) for one in left],
    }
    told = _told(counts_of(applied))
    for one in left:
        output.note(f"载入前要回答 {one.code}：{one.words['zh']}", f"to be answered before the load, {one.code}: {one.words['en']}")
    output.result(
        values,
        zh=f"{file.name}（{raw.form}）：{told}。没有载入任何数据。映射如下：\n{to_yaml(mapping)}",
        en=f"{file.name} ({raw.form}): {told}. Nothing was loaded. The mapping:\n{to_yaml(mapping)}",
    )


def _load(output: Output, workspace: "WorkspaceInfo", file: Path, mapping: "Mapping", *, run_after: bool) -> None:
    from xingke_web.ingest.import_loading import load_now
    from xingke_web.ingest.import_notes import notes_told
    from xingke_web.ingest.imports import import_add, require_whole
    from xingke_web.ingest.models import Import

    require_whole(mapping)
    with file.open("rb") as stream:
        kept = import_add(workspace=workspace, file=stream, name=file.name, origin=Import.Origin.COMMAND, mapping=mapping)
    output.note(f"已识别 {file.name}：{kept.form}", f"{file.name} read as {kept.form}")
    for zh, en in notes_told(kept.notes):
        output.note(zh, en)
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
            f"重复 {one['duplicates']:,}，按规则剔除 {one['set_aside']:,}{_emptied(one, 'zh')}",
            f"{INTAKE_TABLES[one['table']].label['en']}: {one['rows_loaded']:,} loaded, {one['quarantined']:,} in quarantine, "
            f"{one['duplicates']:,} repeated, {one['set_aside']:,} left out by rule{_emptied(one, 'en')}",
        )
        for one in counts
    )


def _emptied(counts: Any, name: "Language") -> str:
    """Numbers that a spreadsheet damaged, with what to do."""
    from xingke.schema.findings import REASONS
    from xingke.schema.intake import INTAKE_TABLES

    if not counts.get("emptied"):
        return ""
    columns = INTAKE_TABLES[counts["table"]]
    listed = "、" if name == "zh" else ", "
    told = listed.join(f"{columns.column(column).label[name]} {cells:,}" for column, cells in counts["emptied"].items())
    reason = REASONS["digits_lost"]
    if name == "zh":
        return f"；{reason.label['zh']}，留空：{told}（应为{reason.accepts['zh']}）"
    return f"; {reason.label['en']}, left empty: {told} (wanted: {reason.accepts['en']})"
