"""Columns of tables of truth, in one line each: name, Chinese, English."""

from xingke.schema import Column, ColumnType
from xingke.words import both


def integer(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    """A whole number."""
    return Column(name, ColumnType.INTEGER, both(zh, en), required=required)


def number(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    """A number."""
    return Column(name, ColumnType.NUMBER, both(zh, en), required=required)


def text(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    """A text."""
    return Column(name, ColumnType.TEXT, both(zh, en), required=required)


def flag(name: str, zh: str, en: str) -> Column:
    """A yes or no that is always known."""
    return Column(name, ColumnType.FLAG, both(zh, en), required=True)
