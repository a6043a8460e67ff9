"""A mapping as YAML, for people to read, keep and hand on."""

from collections.abc import Mapping as MappingOf
from typing import Any

from xingke.sources.mapping.model import BadMapping, ColumnMap, Derived, Long, Mapping, TableMap, Transform

TOP = ("name", "fingerprint", "set_aside", "tables")
OF_TABLE = ("table", "sheet", "constants", "columns", "derived", "folds", "unique", "only", "leave_out", "long", "blanks_replace")


def to_yaml(mapping: Mapping) -> str:
    """The mapping as text; reading it back gives the same mapping."""
    import yaml

    return str(yaml.safe_dump(to_plain(mapping), allow_unicode=True, sort_keys=False, width=120))


def from_yaml(text: str) -> Mapping:
    """Read a mapping.

    Raises
    ------
    BadMapping
        It is no YAML, or an entry of it is unknown or of the wrong form.
    """
    import yaml

    class Plain(yaml.SafeLoader):
        """Reads values as they stand: an alias could stand for a million of them."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it out
                raise yaml.composer.ComposerError(None, None, "an alias", mark)
            return super().compose_node(parent, index)

    try:
        plain = yaml.load(text, Loader=Plain)  # noqa: S506 - a safe loader that refuses aliases as well
    except RecursionError as error:
        raise BadMapping(
            zh="映射文件的层级过深，请按文档的格式书写", en="the mapping is nested too deeply; write it in the documented form"
        ) from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = place.line + 1 if place else 1
        raise BadMapping(
            zh=f"映射文件第 {line} 行不是正确的 YAML，请检查缩进与冒号",
            en=f"line {line} of the mapping is no YAML; check its indentation and colons",
        ) from error
    return from_plain(plain)


def to_plain(mapping: Mapping) -> dict[str, Any]:
    """The mapping as lists and dictionaries, without what is empty."""
    top = {
        "name": mapping.name,
        "fingerprint": mapping.fingerprint,
        "set_aside": list(mapping.set_aside),
        "tables": [_table_out(table) for table in mapping.tables],
    }
    return {key: value for key, value in top.items() if value}


def from_plain(plain: Any) -> Mapping:
    """The mapping that lists and dictionaries describe."""
    top = _object(plain, "mapping", TOP)
    tables = top.get("tables")
    if not isinstance(tables, list):
        raise _wrong("tables", "a list")
    return Mapping(
        tables=tuple(_table_in(one) for one in tables),
        name=str(top.get("name", "")),
        fingerprint=str(top.get("fingerprint", "")),
        set_aside=tuple(str(word) for word in top.get("set_aside", ())),
    )


def _table_out(table: TableMap) -> dict[str, Any]:
    out = {
        "table": table.table,
        "sheet": table.sheet,
        "constants": dict(table.constants),
        "columns": {column.target: _column_out(column) for column in table.columns},
        "derived": {one.target: {one.rule: list(one.of)} for one in table.derived},
        "folds": table.folds,
        "unique": list(table.unique),
        "blanks_replace": table.blanks_replace,
        "only": table.only,
        "leave_out": {header: list(values) for header, values in table.leave_out.items()},
        "long": {"columns": list(table.long.columns), "name": table.long.name, "value": table.long.value} if table.long else {},
    }
    return {key: value for key, value in out.items() if value or key == "columns"}


def _column_out(column: ColumnMap) -> Any:
    source: Any = column.source[0] if len(column.source) == 1 else list(column.source)
    if not column.transforms and not column.replace:
        return source
    steps = [{step.name: dict(step.options)} if step.options else step.name for step in column.transforms]
    out = {"from": source, "transform": steps, "replace": dict(column.replace)}
    return {key: value for key, value in out.items() if value}


def _table_in(plain: Any) -> TableMap:
    one = _object(plain, "tables", OF_TABLE)
    if "table" not in one:
        raise _wrong("table", "the name of a canonical table")
    one = _without_line_numbers(one)
    return TableMap(
        table=str(one["table"]),
        columns=tuple(_column_in(str(target), value) for target, value in _object(one.get("columns", {}), "columns").items()),
        constants={str(key): str(value) for key, value in _object(one.get("constants", {}), "constants").items()},
        derived=tuple(_derived_in(str(target), value) for target, value in _object(one.get("derived", {}), "derived").items()),
        sheet=str(one.get("sheet", "")),
        folds=bool(one.get("folds", False)),
        unique=tuple(str(name) for name in one.get("unique", ())),
        blanks_replace=bool(one.get("blanks_replace", False)),
        only=str(one.get("only", "")),
        leave_out={str(key): _names(values) for key, values in _object(one.get("leave_out", {}), "leave_out").items()},
        long=_long_in(one["long"]) if one.get("long") else None,
    )


def _without_line_numbers(one: MappingOf[str, Any]) -> MappingOf[str, Any]:
    """A mapping of an earlier version without the numbers that it gave the lines of an order, and without what it took for repeats then."""
    derived = one.get("derived", {})
    if not (isinstance(derived, dict) and isinstance(derived.get("line_no"), dict) and "number_lines" in derived["line_no"]):
        return one
    kept = {key: value for key, value in one.items() if key != "unique" or set(value) != set(_OLD_REPEATS) & _filled(one)}
    return {**kept, "derived": {target: rule for target, rule in derived.items() if target != "line_no"}}


_OLD_REPEATS = ("order_key", "customer_key", "ordered_on", "product_key", "quantity_units", "amount_yuan")


def _filled(one: MappingOf[str, Any]) -> set[str]:
    return {str(name) for part in ("columns", "constants", "derived") for name in one.get(part, {})}


def _column_in(target: str, value: Any) -> ColumnMap:
    if isinstance(value, str | list):
        return ColumnMap(target, _names(value))
    one = _object(value, target, ("from", "transform", "replace"))
    steps = one.get("transform", [])
    if not isinstance(steps, list):
        raise _wrong(f"{target}.transform", "a list")
    replaced = {str(key): str(text) for key, text in _object(one.get("replace", {}), "replace").items()}
    return ColumnMap(target, _names(one.get("from", [])), tuple(_step_in(step) for step in steps), replaced)


def _step_in(step: Any) -> Transform:
    if isinstance(step, str):
        return Transform(step)
    if isinstance(step, dict) and len(step) == 1:
        ((name, options),) = step.items()
        return Transform(str(name), _object(options or {}, str(name)))
    raise _wrong("transform", "the name of a transform, or a name with its options")


def _long_in(plain: Any) -> Long:
    one = _object(plain, "long", ("columns", "name", "value"))
    if not {"columns", "name", "value"} <= set(one):
        raise _wrong("long", "columns, name and value")
    return Long(_names(one["columns"]), str(one["name"]), str(one["value"]))


def _derived_in(target: str, value: Any) -> Derived:
    one = _object(value, target)
    if len(one) != 1:
        raise _wrong(target, "one rule with the columns it reads")
    ((rule, of),) = one.items()
    return Derived(target, str(rule), _names(of or []))


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(name) for name in value)


def _object(value: Any, where: str, known: tuple[str, ...] = ()) -> MappingOf[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "names with values")
    spare = [key for key in value if known and key not in known]
    if spare:
        raise BadMapping(
            zh=f"映射的 {where} 中有未知的项「{spare[0]}」；可用：{'、'.join(known)}",
            en=f"{where} of the mapping has an unknown entry '{spare[0]}'; known: {', '.join(known)}",
        )
    return value


def _wrong(where: str, expected: str) -> BadMapping:
    return BadMapping(
        zh=f"映射的 {where} 写法不对，应为：{expected}", en=f"{where} of the mapping is not of the right form; expected {expected}"
    )
