"""A live week as files, for whoever drives a city from outside Python: actions in as JSON, observed tables and a state out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.errors import UnknownName
from xingke.simulate.city.actions import Action
from xingke.simulate.city.kept import load_arrays, save_arrays
from xingke.simulate.city.make import STORED
from xingke.simulate.city.state import State
from xingke.simulate.city.world import World
from xingke.simulate.errors import BadActions, NotACity, NotAState, WorldExists
from xingke.simulate.sizes import size_named
from xingke.simulate.store import ObservedWriter, WorldInfo, made_whole
from xingke.simulate.truth import TruthFolder
from xingke.words import both

WORLD = "world"
"""Name of the array in a state file that says of which world it is."""
TEXTS = ("kind", "channel", "content", "campaign_key", "cause")
IDS = ("outlet_ids", "control_ids")
REQUIRED = ("kind", "outlet_ids")
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WeekTaken:
    """What a step left behind.

    Parameters
    ----------
    starts_on
        The Monday of the week.
    rows
        Of each observed table of the week.
    state
        The file to go on from.
    open_outlets
        Outlets in business after the week.
    """

    week: int
    starts_on: date
    actions: int
    rows: Mapping[str, int]
    state: Path
    open_outlets: int


def step_world(world: Path, week: int, actions: Sequence[Action], *, out: Path, state: Path | None = None) -> WeekTaken:
    """Run one week of a world's city and write what is observed of it.

    Parameters
    ----------
    out
        Must not exist or be empty. It becomes a folder laid out like a world: `observed/<table>/part-<week>.parquet`, and in the closed
        folder `truth` the state. The world itself is not touched.
    state
        Go on from this file, which an earlier step wrote; from the end of history without it.

    Raises
    ------
    NotAWorld, NotACity, NotAState
        There is no city, or the state is not one of it.
    WorldExists
        Something is at `out` already.
    WeekOutOfOrder, NoSuchOutlet, OutletClosed
        As `World.step`; nothing is written then.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WorldExists(path=out)
    info = WorldInfo.read(world)
    if info.kind != "city":
        raise NotACity(path=world, kind=info.kind)
    city = World.open(world)
    if state is not None:
        city.take_up(_arrays_of(state, info))
    tables = city.step(week, actions)
    name = f"week-{city.week:03d}.state"
    with made_whole(out) as making:
        _write(making, week, tables)
        folder = TruthFolder(making)
        folder.make()
        save_arrays(folder.path / name, {**city.to_arrays(), WORLD: np.frombuffer(_identity(info), dtype=np.uint8)})
    rows = {table: part.num_rows for table, part in tables.items()}
    starts_on = size_named(info.size).week_on(week)
    return WeekTaken(week, starts_on, len(actions), rows, TruthFolder(out).path / name, len(city.open_outlets()))


def _write(folder: Path, week: int, tables: Mapping[str, pa.Table]) -> None:
    writer = ObservedWriter(folder)
    writer.start_at(week)
    for name, rows in tables.items():
        writer.put(STORED[name], rows)
    writer.close_block()


def _identity(info: WorldInfo) -> bytes:
    return json.dumps([info.format, info.size, info.scenario, info.seed, info.is_clean]).encode()


def _arrays_of(path: Path, info: WorldInfo) -> Mapping[str, NDArray[np.generic]]:
    try:
        arrays = load_arrays(path)
    except (OSError, ValueError, EOFError):
        raise NotAState(path=path, zh="文件读不出来", en="it cannot be read") from None
    missing = {part.name for part in fields(State)} - set(arrays)
    if missing or WORLD not in arrays:
        raise NotAState(path=path, zh="内容不全", en="it is not complete")
    if arrays[WORLD].tobytes() != _identity(info):
        raise NotAState(path=path, zh="它属于另一座星城", en="it belongs to another world")
    return arrays


def read_actions(content: bytes) -> tuple[Action, ...]:
    """Actions as a JSON list of objects, each with the fields of `Action`: `[{"kind": "visit", "outlet_ids": [1, 2]}]`.

    Raises
    ------
    BadActions
        Not such a list; names the action, counted from 1, and its field.
    UnknownName
        There is no such field, kind, channel, content or cause.
    """
    try:
        values = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise BadActions(
            zh=f"不是 JSON（第 {error.lineno} 行第 {error.colno} 列）", en=f"not JSON (line {error.lineno}, column {error.colno})"
        ) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise BadActions(zh="不是 UTF-8 编码的 JSON", en="not JSON in UTF-8") from None
    if not isinstance(values, list):
        raise BadActions(
            zh='应为列表：[{"kind": ..., "outlet_ids": [...]}, ...]', en='a list is needed: [{"kind": ..., "outlet_ids": [...]}, ...]'
        )
    return tuple(_action(place, value) for place, value in enumerate(values, start=1))


def _action(place: int, value: object) -> Action:
    if not isinstance(value, dict):
        raise BadActions(
            zh=f"第 {place} 个动作应为对象，收到 {_shown(value)}", en=f"action {place} is {_shown(value)}; an object is needed"
        )
    known = [part.name for part in fields(Action)]
    for name in value:
        if name not in known:
            raise UnknownName(kind=both("动作字段", "field of an action"), name=name, known=known)
    for name in REQUIRED:
        if name not in value:
            raise BadActions(zh=f"第 {place} 个动作缺少 {name}", en=f"action {place} has no {name}")
    for name, given in value.items():
        _require(place, name, given)
    return Action(**value)


def _require(place: int, name: str, given: object) -> None:
    """The type of one field; which names there are is the action's own to know."""
    if name in TEXTS:
        is_right = isinstance(given, str) or (name == "cause" and given is None)
        zh, en = "文本", "a text"
    elif name == "hour":
        is_right, zh, en = type(given) is int, "整数", "a whole number"
    else:
        is_right = isinstance(given, list) and all(type(each) is int and 0 <= each <= LARGEST_ID for each in given)
        zh, en = "零售户编号的列表", "a list of outlet ids"
    if not is_right:
        raise BadActions(
            zh=f"第 {place} 个动作的 {name} 应为{zh}，收到 {_shown(given)}", en=f"action {place}: {name} is {_shown(given)}; {en} is needed"
        )
    if isinstance(given, list) and len(set(given)) < len(given):
        raise BadActions(zh=f"第 {place} 个动作的 {name} 有重复的零售户", en=f"action {place}: {name} names an outlet twice")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
