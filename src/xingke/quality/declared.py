"""What is looked at in which column, as data: the general declarations, to which a pack adds its own by the table's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xingke.schema import TABLES, Table
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Slip:
    """A whole factor by which a quantity comes out wrong.

    Parameters
    ----------
    factor
        What was written over what was meant: 10 where packs were counted as cartons, 0.02 where cases (50 cartons) were.
    """

    factor: float
    label: Words


TENFOLD = (Slip(10, both("大十倍", "ten times too large")), Slip(100, both("大百倍", "a hundred times too large")))


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of somebody and something that repeats, so that each is judged by what is usual for both.

    Parameters
    ----------
    column
        An integer column, 0 or more; returns count by their size.
    who, what
        Whose and of what, without the ending (`customer` for `customer_id` or `customer_key`).
    unit, units
        The column that names the row's unit, and how many of it make one of the usual unit.
    """

    column: str
    who: str = "customer"
    what: str = "product"
    slips: tuple[Slip, ...] = TENFOLD
    unit: str = ""
    units: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """An amount and its quantity, whose ratio is nearly the same for one product."""

    amount: str
    quantity: str
    what: str = "product"


@dataclass(frozen=True, slots=True)
class Document:
    """Lines that belong to one document, which may be sent twice under two numbers.

    Parameters
    ----------
    document, who
        The document's number and whose it is, without the ending.
    lines
        What is the same in both; columns without the ending where they are keys.
    within_days
        How far apart the two may be.
    """

    document: str
    lines: tuple[str, ...]
    who: str = "customer"
    within_days: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A column that cannot be larger than another one of its row."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChecks:
    """What is checked in a table beyond type, bounds, choices, references and key, which its columns declare themselves.

    Parameters
    ----------
    name
        Of the canonical table.
    mandatory
        Columns that every record should have though the table can live without them.
    """

    name: str
    measures: tuple[Measure, ...] = ()
    prices: tuple[Price, ...] = ()
    documents: tuple[Document, ...] = ()
    parts: tuple[Part, ...] = ()
    mandatory: tuple[str, ...] = ()

    @property
    def label(self) -> Words:
        """The table's label."""
        return TABLES[self.name].label


GENERAL: tuple[TableChecks, ...] = (
    TableChecks(
        name="order_line",
        measures=(Measure("quantity_units"),),
        prices=(Price("amount_yuan", "quantity_units"),),
        documents=(Document("order", ("product", "quantity_units", "amount_yuan")),),
        parts=(Part("delivered_cartons", "quantity_units"), Part("quantity_units", "cap_cartons")),
    ),
    TableChecks(name="pos_line", measures=(Measure("quantity", unit="unit", units={"pack": 10}),)),
    TableChecks(name="stock_snapshot", measures=(Measure("stock_cartons"),)),
    TableChecks(name="iot_reading", measures=(Measure("stock_cartons"),)),
    TableChecks(name="unmet_line", measures=(Measure("asked_cartons"),)),
    TableChecks(name="customer", mandatory=("source_key", "display_name", "kind", "org_path", "licence_status", "opened_on")),
    TableChecks(name="source_record", mandatory=("name", "phone")),
    TableChecks(name="product", mandatory=("name", "category", "brand", "list_price_yuan")),
)
"""The general declarations, by table."""

BALANCES = (("order", "order_line", "order"), ("delivery", "order_line", "order"))
"""Documents, their lines, and the key that joins them, without the ending."""


def checks_for(table: str, extra: Iterable[TableChecks] = ()) -> TableChecks:
    """The declaration of a table: the pack's own where it has one, the general one otherwise, an empty one for the rest."""
    found = {checks.name: checks for checks in (*GENERAL, *extra)}
    return found.get(table, TableChecks(name=table))


def named(schema: Table, name: str) -> str | None:
    """The column that goes by a name without ending in this form of the table; nothing where it has none."""
    names = schema.column_names
    return next((each for each in (name, f"{name}_id", f"{name}_key") if each in names), None)
