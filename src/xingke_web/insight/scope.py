"""The condition of an organisation scope, as SQL."""

from xingke.expr import scope_sql


def scoped(scope_path: str) -> str:
    """The condition of a scope on the table `customer`."""
    return scope_sql(scope_path)
