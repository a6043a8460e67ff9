"""What a guess leaves open: asked before anything is loaded, since a wrong answer would throw rows or money away."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xingke.errors import UserFacingError
from xingke.sources.files import RawFile
from xingke.sources.mapping.apply import apply
from xingke.sources.mapping.model import ColumnMap, Mapping, TableMap, Transform
from xingke.words import Words, both

LOOKED_AT: Final = 5_000
MOST_LOST: Final = 0.5
LEAST_ROWS: Final = 5
OF_GUESS: Final = (
    "required_missing",
    "wrong_type",
    "not_a_choice",
    "duplicate_key",
    "out_of_bounds",
    "not_a_phone",
    "unit_unknown",
    "not_whole",
)
"""Reasons for a row to stay outside that may come from a wrong column; damage of the file does not."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the file does not say.

    Parameters
    ----------
    code
        A stable name, which an answer on the command line gives: `amount`, `amount_repeats`, `day_order`, `loss`, `not_sold`, `year`.
    choices
        Answers with their words; empty where the answer is free.
    usual
        The answer that the guess would take; empty where there is none.
    table
        Place of the table in the mapping.
    """

    code: str
    words: Words
    choices: MappingOf[str, Words]
    usual: str
    table: int = 0


class BadAnswer(UserFacingError):
    """An answer to a question that is not asked, or that is none of its choices."""


def doubts_of(mapping: Mapping, raw: RawFile) -> tuple[Question, ...]:
    """What a trial of the mapping shows: most rows would stay outside or be taken for repeats."""
    if any(table.missing for table in mapping.tables):
        return ()  # said before: columns are missing
    applied, _ = apply(mapping, raw, keyer=lambda text: text, most_rows=LOOKED_AT)
    found = []
    for place, (table, one) in enumerate(zip(mapping.tables, applied.tables, strict=True)):
        lost = sum(one.reasons.get(reason, 0) for reason in OF_GUESS)
        facts = one.rows_read - one.set_aside - one.folded
        if not table.folds and not table.only and facts >= LEAST_ROWS and lost > facts * MOST_LOST:
            found.append(_loss(table, facts, lost, place))
    return tuple(found)


def _loss(table: TableMap, rows: int, lost: int, place: int) -> Question:
    label = table.declared.label
    return Question(
        "loss",
        both(
            f"按识别到的列载入「{label['zh']}」，{rows:,} 行中有 {lost:,} 行会被隔离或当作重复；仍要这样载入吗？",
            f"with these columns {lost:,} of {rows:,} rows of {label['en']} would stay outside or count as repeats; load all the same?",
        ),
        {"load": both("照这样载入", "load all the same"), "stop": both("不载入，重新选择列", "load nothing and choose the columns again")},
        "load",
        place,
    )


def answered(mapping: Mapping, questions: Sequence[Question], answers: MappingOf[str, str]) -> tuple[Mapping, tuple[Question, ...]]:
    """The mapping with the answers, and the questions that stay open.

    Raises
    ------
    BadAnswer
        An answer that no question asks for, or that is none of its choices.
    """
    asked = {one.code for one in questions}
    spare = sorted(set(answers) - asked)
    if spare:
        listed = "、".join(sorted(asked)) or "-"
        raise BadAnswer(
            zh=f"没有名为「{spare[0]}」的问题；此文件的问题：{listed}",
            en=f"no question is named '{spare[0]}'; this file asks: {', '.join(sorted(asked)) or '-'}",
        )
    left: list[Question] = []
    for one in questions:
        answer = answers.get(one.code)
        if answer is None:
            left.append(one)
            continue
        if one.choices and answer not in one.choices:
            raise BadAnswer(
                zh=f"「{one.code}」的回答「{answer}」不在可选之列：{'、'.join(one.choices)}",
                en=f"'{answer}' is no answer to '{one.code}'; choose one of {', '.join(one.choices)}",
            )
        mapping = mapping.with_table(one.table, _with_answer(mapping.tables[one.table], one, answer))
    return mapping, tuple(left)


def _with_answer(table: TableMap, question: Question, answer: str) -> TableMap:
    if question.code == "amount":
        return _changed(table, "amount_yuan", lambda one: replace(one, source=(answer,)))
    if question.code == "amount_repeats" and answer == "every_line":
        return _changed(table, "amount_yuan", lambda one: _without(one, "once"))
    if question.code == "not_sold" and answer == "load":
        return replace(table, leave_out={})
    if question.code == "day_order":
        return _changed(
            table,
            question_target(table),
            lambda one: replace(_without(one, "date"), transforms=(*_without(one, "date").transforms, Transform("date", {"form": answer}))),
        )
    if question.code == "year":
        return _with_year(table, answer)
    if question.code == "loss" and answer == "stop":
        raise BadAnswer(zh="没有载入：请用映射文件指定各列", en="nothing was loaded; name the columns in a mapping file")
    return table


def question_target(table: TableMap) -> str:
    """The column that holds the day of a table."""
    return table.declared.day or next((one.target for one in table.columns if one.transform("date")), "")


def _with_year(table: TableMap, answer: str) -> TableMap:
    if not (answer.isdigit() and 1990 <= int(answer) <= date.max.year):
        raise BadAnswer(zh=f"「{answer}」不是年份；例如 2025", en=f"'{answer}' is no year; 2025 is one")

    def dated(one: ColumnMap) -> ColumnMap:
        if one.replace:
            return replace(one, replace={key: f"{answer}{value[4:]}" for key, value in one.replace.items()})
        steps = tuple(Transform("date", {**step.options, "year": answer}) if step.name == "date" else step for step in one.transforms)
        return replace(one, transforms=steps)

    return _changed(table, question_target(table), dated)


def _without(one: ColumnMap, name: str) -> ColumnMap:
    return replace(one, transforms=tuple(step for step in one.transforms if step.name != name))


def _changed(table: TableMap, target: str, change) -> TableMap:  # type: ignore[no-untyped-def]
    return replace(table, columns=tuple(change(one) if one.target == target else one for one in table.columns))
