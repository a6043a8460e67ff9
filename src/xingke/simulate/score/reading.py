"""Answers from a folder: everything is checked before anything is scored."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema import Table
from xingke.simulate.errors import BadAnswers
from xingke.simulate.score.answers import ANSWER_TABLES
from xingke.simulate.score.checking import Known, check_answers
from xingke.sources.closed import refuse_truth

SUFFIXES = (".parquet", ".csv")
Answers = Mapping[str, pa.Table]


def read_answers(folder: Path, known: Known) -> dict[str, pa.Table]:
    """The answer tables of a folder, each in the exact schema of its declaration.

    Parameters
    ----------
    folder
        Holds `<table>.parquet` or `<table>.csv` for some of `ANSWER_TABLES`, and nothing else.
    known
        Which ids and days the world has.

    Raises
    ------
    BadAnswers
        Names the file, and the column and row where it can; nothing is read half.
    TruthIsClosed
        The folder is the truth itself.
    """
    refuse_truth(folder)
    found = _files(folder)
    answers = {name: check_answers(ANSWER_TABLES[name], path.name, _read(path, ANSWER_TABLES[name]), known) for name, path in found.items()}
    _check_golden(answers, found)
    return answers


def _check_golden(answers: Answers, found: Mapping[str, Path]) -> None:
    """A golden record names a cluster, so the clusters have to be there."""
    if "golden_record" not in answers:
        return
    clusters = answers["entity_cluster"]["cluster_id"].combine_chunks() if "entity_cluster" in answers else pa.array([], pa.string())
    unknown = pc.invert(pc.is_in(answers["golden_record"]["cluster_id"].combine_chunks(), value_set=clusters))
    row = pc.index(unknown, value=True).as_py()
    if row >= 0:
        cluster = answers["golden_record"]["cluster_id"][row].as_py()
        raise BadAnswers(
            table=found["golden_record"].name,
            zh=f"第 {row + 1} 行的 cluster_id（{cluster}）不在 entity_cluster 中；请一并给出该表，编号一致",
            en=f"row {row + 1}, column cluster_id: '{cluster}' is not in entity_cluster; a cluster of that table would do",
        )


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadAnswers(
            table=folder.name,
            zh=f"目录 {folder} 不存在；请给出一个放有答案表（<表名>.parquet 或 <表名>.csv）的目录",
            en=f"there is no folder {folder}; name one with answer tables in it (<table>.parquet or <table>.csv)",
        )
    found: dict[str, Path] = {}
    names = ", ".join(ANSWER_TABLES)
    for path in sorted(folder.iterdir()):
        if path.stem not in ANSWER_TABLES or path.suffix not in SUFFIXES or not path.is_file():
            raise BadAnswers(
                table=path.name,
                zh=f"没有名为「{path.name}」的答案文件；可用的表名：{names}，后缀 .parquet 或 .csv",
                en=f"'{path.name}' is no answer file; known tables are {names}, as .parquet or .csv",
            )
        if path.stem in found:
            raise BadAnswers(
                table=path.stem,
                zh=f"{found[path.stem].name} 与 {path.name} 是同一张表；请只留一个",
                en=f"{found[path.stem].name} and {path.name} are the same table; keep one of them",
            )
        found[path.stem] = path
    if not found:
        raise BadAnswers(
            table=folder.name,
            zh=f"目录 {folder} 里没有答案表；可用的表名：{names}",
            en=f"there is no answer table in {folder}; known tables are {names}",
        )
    return found


def _read(path: Path, table: Table) -> pa.Table:
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet":
            return pq.read_table(path, partitioning=None)
        with path.open("rb") as opened:
            texts = csv.ConvertOptions(
                column_types=dict.fromkeys(table.column_names, pa.string()), strings_can_be_null=True, null_values=[""]
            )
            return csv.read_csv(opened, convert_options=texts)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise BadAnswers(
            table=path.name,
            zh=f"文件读不出来（{reason}）；需要 Parquet，或首行为列名、UTF-8 编码的 CSV",
            en=f"the file cannot be read ({reason}); Parquet will do, or CSV in UTF-8 with the column names in its first line",
        ) from error
