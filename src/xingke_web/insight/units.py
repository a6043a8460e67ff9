"""The table of the units below a scope."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xingke_web.insight.figures import Figures, Unit
from xingke_web.insight.pieces import Address
from xingke_web.ui.tables import Column, DataTable, Window


@dataclass(frozen=True)
class UnitRow:
    """A line of the table."""

    unit: Unit
    url: str

    @property
    def path(self) -> str:
        """The key of the line."""
        return self.unit.path


TABLE: Final = DataTable(
    name="units",
    caption=_("Organisation units"),
    row_key="path",
    default_sort="-amount",
    columns=(
        Column("name", _("Unit"), value=lambda row: row.unit.name, sortable=True, phone="title", link=lambda row: row.url),
        Column("customers", _("Customers"), value=lambda row: row.unit.customers, format="integer", sortable=True, phone="line"),
        Column("amount", _("Amount"), value=lambda row: row.unit.amount, format="money", sortable=True, phone="value"),
        Column("amount_base", _("Compared with"), value=lambda row: row.unit.amount_base, format="money", sortable=True, phone="line"),
        Column("change", _("Relative change"), value=lambda row: row.unit.change, format="change", sortable=True, phone="sub"),
        Column("active_rate", _("Active rate"), value=lambda row: row.unit.active_rate, format="percent", sortable=True, phone="line"),
        Column("active_change", _("Difference"), value=lambda row: row.unit.active_rate - row.unit.active_rate_base, format="points"),
    ),
)


def rows_of(figures: Figures, window: Window, address: Address) -> tuple[list[UnitRow], int]:
    """A page of the units, in the order asked for; units without the figure come last."""

    def key(unit: Unit) -> Any:
        return getattr(unit, window.sort)

    known = sorted((unit for unit in figures.units if key(unit) is not None), key=key, reverse=window.descending)
    ordered = [*known, *(unit for unit in figures.units if key(unit) is None)]
    shown = ordered[window.offset : window.offset + window.limit]
    return [UnitRow(unit, address("unit", path=unit.path) if unit.path != figures.units_path else "") for unit in shown], len(ordered)
