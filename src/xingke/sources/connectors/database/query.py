"""The statement that reads a table or a query, from a cursor on; nothing but one `select` gets through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xingke.errors import ConfigurationError, UnknownName
from xingke.sources.connectors.database.values import MYSQL_TIMESTAMP, PG_INSTANTS, PG_MONEY, PG_NUMBERS, is_finite, type_codes
from xingke.sources.connectors.errors import NotReadOnly
from xingke.words import both

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Inspector
    from sqlalchemy.sql import ColumnElement, Select
    from sqlalchemy.sql.selectable import FromClause

QUERY = "query"
"""The name of the stream that a query makes."""
SQLGLOT: Mapping[str, str] = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


class NoSuchColumn(UnknownName):
    """A column that the table or the query does not have."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: the relation, its columns, by what new rows are told, and the driver's number of each column's type."""

    relation: FromClause
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: Mapping[str, int] = field(default_factory=dict)
    dialect: str = ""

    def selected(self) -> list[ColumnElement[Any]]:
        """The columns as they are asked for: money, which comes as text with the signs of a country, as a number."""
        from sqlalchemy import Numeric, cast

        money = self.dialect == "postgresql" and PG_MONEY
        return [
            cast(self.relation.c[name], Numeric).label(name) if money and self.types.get(name) == money else self.relation.c[name]
            for name in self.columns
        ]

    def is_instant(self, name: str) -> bool:
        """Whether a column is an instant that MariaDB and MySQL show in the zone of the session."""
        return self.dialect in {"mysql", "mariadb"} and self.types.get(name) == MYSQL_TIMESTAMP

    def beyond(self, name: str) -> str:
        """From where on the values of a column are none that Python knows, where its type has such; they say nothing about progress."""
        if self.dialect != "postgresql":
            return ""
        code = self.types.get(name)
        return "10000-01-01" if code in PG_INSTANTS else "NaN" if code in PG_NUMBERS else ""

    def is_odd(self, name: str, value: Any) -> bool:
        """Whether a value is such a one: `infinity`, which comes as text, or no number."""
        return not is_finite(value) or (isinstance(value, str) and self.beyond(name).startswith("1"))


def tables_of(connection: Connection, schema: str) -> list[str]:
    """Tables and views that can be read, by name."""
    inspector = _inspector(connection)
    return sorted({*inspector.get_table_names(schema=schema or None), *inspector.get_view_names(schema=schema or None)})


def _inspector(connection: Connection) -> Inspector:
    from sqlalchemy import inspect

    return inspect(connection)


def streams_of(connection: Connection, schema: str, *, most: int) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Name, columns and primary key of tables and views; asked for together, which a far server answers in one go."""
    from sqlalchemy.engine.reflection import ObjectKind

    inspector, names = _inspector(connection), tables_of(connection, schema)[:most]
    asked: Any = {"schema": schema or None, "filter_names": names, "kind": ObjectKind.ANY}
    columns, keys = inspector.get_multi_columns(**asked), inspector.get_multi_pk_constraint(**asked)
    found = []
    for name in names:
        place = (schema or None, name)
        primary = keys.get(place)
        key = tuple(primary["constrained_columns"]) if primary else ()
        found.append((name, tuple(one["name"] for one in columns.get(place, ())), key))
    return found


def table_reading(connection: Connection, name: str, schema: str, key: Sequence[str]) -> Reading:
    """A table or a view.

    Raises
    ------
    UnknownName
        There is none of that name; the nearest one is named.
    """
    from sqlalchemy import column, false, select
    from sqlalchemy import table as relation

    known = tables_of(connection, schema)
    if name not in known:
        raise UnknownName(kind=both("表", "table"), name=name, known=known)
    inspector = _inspector(connection)
    columns = tuple(one["name"] for one in inspector.get_columns(name, schema=schema or None))
    primary = tuple(key) or tuple(inspector.get_pk_constraint(name, schema=schema or None)["constrained_columns"])
    _known_columns(primary, columns)
    # Columns without a type: values come as the driver gives them, and an odd date of SQLite does not stop the reading.
    whole = relation(name, *(column(one) for one in columns), schema=schema or None)
    with connection.execute(select(*(whole.c[one] for one in columns)).where(false())) as empty:
        return Reading(whole, columns, primary, type_codes(empty), connection.dialect.name)


def query_reading(connection: Connection, query: str, key: Sequence[str]) -> Reading:
    """A query as a relation; its columns are those that the database says it has."""
    from sqlalchemy import column, text

    body = only_select(query, connection.dialect.name)
    empty = connection.execute(text(f"select * from ({body.replace(':', chr(92) + ':')}) xk_rows where 1 = 0"))  # noqa: S608 - checked above
    columns, types = tuple(empty.keys()), type_codes(empty)
    empty.close()
    _known_columns(key, columns)
    relation = text(body.replace(":", "\\:")).columns(*(column(name) for name in columns)).subquery("xk_rows")
    return Reading(relation, columns, tuple(key), types, connection.dialect.name)


def only_select(query: str, dialect: str) -> str:
    """The query without a closing semicolon, if it does nothing but read.

    Raises
    ------
    NotReadOnly
        It is more than one statement, or not a plain `select`.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = [one for one in sqlglot.parse(query, dialect=SQLGLOT.get(dialect, "")) if one is not None]
    except SqlglotError as error:
        line = str(error).splitlines()[0][:160]
        raise ConfigurationError(zh=f"查询无法解析：{line}", en=f"the query cannot be parsed: {line}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation | exp.Subquery):
        raise NotReadOnly(zh="只能是一条 SELECT 查询", en="it must be one SELECT and nothing else")
    writing = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command, exp.Into, exp.Lock)
    if next(statements[0].find_all(*writing), None) is not None:
        raise NotReadOnly(zh="查询中有写入或加锁的部分；只能读取", en="the query writes or locks something; it may only read")
    return query.strip().rstrip(";").strip()


def _known_columns(names: Sequence[str], columns: Sequence[str]) -> None:
    for name in names:
        if name not in columns:
            raise NoSuchColumn(kind=both("列", "column"), name=name, known=columns)


def statement(reading: Reading, cursor_column: str, low: Any, after_key: Sequence[Any]) -> Select[Any]:
    """Every row without a cursor column; with one, rows from `low` on in its order.

    Parameters
    ----------
    low
        Rows below it are left out; None takes all.
    after_key
        Of the rows at `low` itself, only those whose key comes behind this one; where the cursor column is the whole key, none of them.
    """
    from sqlalchemy import literal_column, select

    chosen = select(*reading.selected())
    if not cursor_column:
        return chosen
    _known_columns((cursor_column,), reading.columns)
    at = reading.relation.c[cursor_column]
    rest = [reading.relation.c[name] for name in reading.key if name != cursor_column]
    chosen = chosen.order_by(at, *rest)
    if low is None:
        return chosen
    if beyond := reading.beyond(cursor_column):
        # It would be behind every cursor for ever, and read again each time.
        chosen = chosen.where(at < literal_column(f"'{beyond}'"))
    if not after_key:
        return chosen.where(at >= low)
    return chosen.where(_behind([at, *rest], [low, *after_key]) if rest else at > low)


def _behind(order: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    """`(a, b) > (x, y)` written out, since not every database compares rows."""
    from sqlalchemy import and_, or_

    first: ColumnElement[bool] = order[0] > values[0]
    if len(order) == 1:
        return first
    return or_(first, and_(order[0] == values[0], _behind(order[1:], values[1:])))
