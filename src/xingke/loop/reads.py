"""Which canonical columns SQL reads: traced in the statements themselves, or in those that the source of a module holds.

A star names no column and counts for none, so a statement is never credited with more than it spells out.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from xingke.engine.step import DIALECT
from xingke.loop.use import grain_sources
from xingke.schema import TABLES
from xingke.schema.golden import GOLDEN_RECORD
from xingke.tags.tag import Grain

Field = tuple[str, str]

_RECORD: Final = "source_record"
_RECORDS: Final = frozenset({GOLDEN_RECORD.name, "golden"})
"""Tables whose columns are chosen from those of records by the same names."""
_BODY: Final = re.compile(r"\b(from|join|as)\s*\(\s*$", re.IGNORECASE)
_TABLE: Final = re.compile(r"\b(from|join)\s*$", re.IGNORECASE)
_STARTS: Final = ("select ", "with ")


def fields_read(statements: Iterable[str]) -> set[Field]:
    """Table and column of everything that statements read of canonical tables, through derived ones too.

    What is read of orders counts for the lines that they are made of, what is read of a golden record for the records behind it. What
    cannot be parsed counts for nothing.
    """
    return {field for tree in map(_parsed, statements) if tree is not None for field in _of_tree(tree)}


def fields_behind(statement: str, outputs: Collection[str]) -> set[Field]:
    """What a statement reads for some of its columns alone: for them, and to join, cut and group its rows."""
    tree = _parsed(statement)
    if not isinstance(tree, exp.Select):
        return set()
    tree.set("expressions", [each for each in tree.expressions if each.alias_or_name in outputs])
    if not tree.expressions:
        return set()
    tree.set("order", None)
    schema: dict[str, object] = {table.name: {column.name: column.type.sql for column in table.columns} for table in TABLES.values()}
    qualified = qualify(
        tree, schema=schema, dialect=DIALECT, validate_qualify_columns=False, allow_partial_qualification=True, quote_identifiers=False
    )
    return _of_tree(pushdown_projections(qualified))


def by_table(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Columns by table, both in order."""
    found: dict[str, list[str]] = {}
    for table, column in sorted(fields):
        found.setdefault(table, []).append(column)
    return found


def module_statements(module: ModuleType) -> list[str]:
    """The statements in the source of a module: its texts that begin like one.

    Parts of a text that are filled in while it runs are replaced by the module's constants where they are such, by an empty table or a 1
    otherwise.
    """
    tree = ast.parse(inspect.getsource(module))
    texts = (_text(node, module) for node in _outermost(tree))
    return [text for text in texts if text.lower().startswith(_STARTS)]


def row_keys(module: ModuleType, table: str, *, row: str = "row") -> list[str]:
    """The columns of a table that a module takes out of a row by name: `row["format"]`, `row.get("format")`."""
    known, found = set(TABLES[table].column_names), set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key))) if name == row:
                found.add(key)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[ast.Constant(value=str(key)), *_]) if name == row:
                found.add(key)
    return sorted(found & known)


def _outermost(node: ast.AST) -> Iterator[ast.expr]:
    """Constants and formatted texts; docstrings and what is within formatted texts are left out."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _outermost(child)


def _text(node: ast.expr, module: ModuleType) -> str:
    if isinstance(node, ast.Constant):
        return textwrap.dedent(str(node.value)).strip()
    assert isinstance(node, ast.JoinedStr)  # noqa: S101 - nothing else is yielded above
    text = ""
    for part in node.values:
        text += str(part.value) if isinstance(part, ast.Constant) else _filled(part, module, text)
    return textwrap.dedent(text).strip()


def _filled(part: ast.expr, module: ModuleType, before: str) -> str:
    """A constant of the module by name, or what is valid behind the text before it and names no column."""
    if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
        value = getattr(module, part.value.id, None)
        if isinstance(value, str):
            return value
    return "select 1" if _BODY.search(before) else "filled_in" if _TABLE.search(before) else "1"


def _parsed(statement: str) -> exp.Expr | None:
    """The tree of a statement; None for what is none."""
    try:
        return sqlglot.parse_one(statement, read=DIALECT)
    except sqlglot.errors.SqlglotError:
        return None


def _of_tree(tree: exp.Expr) -> set[Field]:
    return {field for scope in traverse_scope(tree) for field in _of_scope(scope)}


def _of_scope(scope: Scope) -> set[Field]:
    tables = _tables(scope)
    found: set[Field] = set()
    for column in scope.columns:
        within = [tables[column.table]] if column.table in tables else [] if column.table else _around(scope)
        found |= _first(column.name, within)
    for join in scope.expression.args.get("joins") or ():
        for name in join.args.get("using") or ():
            found |= {field for table in tables.values() for field in _fields(table, name.name)}
    return found


def _tables(scope: Scope) -> Mapping[str, str]:
    """Tables of a scope and of those around it by the name that the statement gives them."""
    around = _tables(scope.parent) if scope.parent else {}
    found = {name: table for name, table in around.items() if name not in scope.sources}
    return {**found, **{name: source.name for name, source in scope.sources.items() if isinstance(source, exp.Table)}}


def _around(scope: Scope) -> list[str]:
    """Where a column without a table may come from: its scope, and what is around it where the scope itself has known tables alone."""
    own = [source.name if isinstance(source, exp.Table) else "" for source in scope.sources.values()]
    is_known = all(name in TABLES for name in own)
    return [*own, *(_around(scope.parent) if scope.parent and is_known else [])]


def _first(column: str, tables: Iterable[str]) -> set[Field]:
    """The fields behind a column in the first table that has it: a valid statement leaves only one."""
    return next((fields for table in tables if (fields := _fields(table, column))), set())


def _fields(table: str, column: str) -> set[Field]:
    if table == Grain.ORDER:
        return set(grain_sources(Grain.ORDER, column))
    if table in _RECORDS:
        table = _RECORD if column in GOLDEN_RECORD.column_names else ""
    known = TABLES.get(table)
    return {(table, column)} if known is not None and column in known.column_names else set()
