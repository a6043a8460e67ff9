"""The condition of an organisation scope, as SQL."""

from xingke.engine.step import DIALECT
from xingke.expr import scope_condition


def scoped(scope_path: str) -> str:
    """The condition of a scope on the table `customer`."""
    return scope_condition(scope_path).sql(DIALECT)
