"""Where the tiers begin, in words, and how many customers stand close to a boundary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from xingke.tiers import Boundary, TierScheme, ValueTier
from xingke_web.accounts.facade import Viewer
from xingke_web.insight.figures import Move
from xingke_web.insight.scope import scoped
from xingke_web.insight.wording import amount
from xingke_web.loop.facade import lake_reader, tier_scheme
from xingke_web.ui.numbers import active_language, fixed, percent

NEAR: Final = Decimal("0.05")


@dataclass(frozen=True)
class Line:
    """A boundary: its amount, how it is drawn, and who stands close to it on either side."""

    name: str
    rule: str
    amount: str
    near_above: int
    near_below: int


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of the workspace's scheme."""

    scheme: str
    lines: tuple[Line, ...]
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MatrixCell:
    """Customers who went from the tier of the row to that of the column; `share` is of the row."""

    customers: int
    share: float | None
    url: str
    tone: str


@dataclass(frozen=True)
class MatrixRow:
    """One tier of 13 weeks before."""

    label: str
    key: str
    total: int
    cells: tuple[MatrixCell, ...]


def matrix_of(moves: Sequence[Move], address: Callable[..., str]) -> tuple[MatrixRow, ...]:
    """From each tier to each, with the share of where they came from."""
    language = active_language()
    counted = {(move.before, move.after): move.customers for move in moves}
    order = list(ValueTier)
    rows = []
    for before in order:
        total = sum(counted.get((before, after), 0) for after in order)
        cells = []
        for after in order:
            found = counted.get((before, after), 0)
            tone = "flat" if before is after else "good" if order.index(after) < order.index(before) else "bad"
            url = address("customers", group="move", before=before.value, after=after.value) if found else ""
            cells.append(MatrixCell(found, found / total if total else None, url, tone))
        rows.append(MatrixRow(before.label[language], before.value, total, tuple(cells)))
    return tuple(rows)


def boundaries_of(viewer: Viewer, scope_path: str) -> Boundaries:
    """The boundaries of the scheme, and the customers of a scope within 5 % of them."""
    scheme = tier_scheme(viewer.workspace.pack)
    reader = lake_reader(viewer.workspace)
    pyramid = scheme.pyramid
    if pyramid.boundary is Boundary.AMOUNT:
        limits = {ValueTier.VALUE: pyramid.value_from_yuan, ValueTier.POTENTIAL: pyramid.potential_from_yuan}
    else:
        rows = reader.rows(
            "select value_tier, min(amount_yuan_365d) as least from tier join portrait using (customer_id)"
            " where value_tier <> 'base' group by 1"
        )
        limits = {ValueTier(row["value_tier"]): row["least"] for row in rows}
    lines = []
    for tier in (ValueTier.VALUE, ValueTier.POTENTIAL):
        if tier not in limits:
            continue
        near = reader.rows(
            f"""
            select count(*) filter (amount_yuan_365d >= $limit and amount_yuan_365d <= $limit * {1 + NEAR}) as above,
                   count(*) filter (amount_yuan_365d < $limit and amount_yuan_365d >= $limit * {1 - NEAR}) as below
            from customer join portrait using (customer_id) where {scoped(scope_path)}
            """,  # noqa: S608
            {"limit": limits[tier]},
        )[0]
        lines.append(Line(tier.label[active_language()], _rule(scheme, tier), amount(viewer, limits[tier]), near["above"], near["below"]))
    return Boundaries(scheme.label[active_language()], tuple(lines), _levels(viewer, scheme))


def _rule(scheme: TierScheme, tier: ValueTier) -> str:
    pyramid = scheme.pyramid
    if pyramid.boundary is Boundary.AMOUNT:
        return gettext("amount of 365 days from this amount on")
    if tier is ValueTier.VALUE:
        return gettext("the first %(share)s of the customers with orders, by amount of 365 days") % {
            "share": percent(pyramid.value_share, 0)
        }
    return gettext("the next %(share)s of the customers with orders, by amount of 365 days") % {
        "share": percent(pyramid.potential_share, 0)
    }


def _levels(viewer: Viewer, scheme: TierScheme) -> tuple[tuple[str, str], ...]:
    from xingke.tiers import RfmLevel

    levels, language = scheme.five_levels, active_language()
    benchmark = amount(viewer, levels.ticket_benchmark_yuan) if levels.ticket_benchmark_yuan else gettext("the mean of all")
    texts = {
        RfmLevel.NEW: gettext("first order at most %(days)s days ago") % {"days": levels.new_days},
        RfmLevel.CHURN_WARNING: gettext("no order for %(days)s days, and an order value among the first %(share)s")
        % {"days": levels.warning_days, "share": percent(levels.warning_top_share, 0)},
        RfmLevel.DORMANT: gettext("no order for %(days)s days") % {"days": levels.dormant_days},
        RfmLevel.HIGH_VALUE: gettext("%(orders)s orders in 30 days, and an order value of at least %(ratio)s times %(benchmark)s")
        % {"orders": levels.high_orders_30d, "ratio": fixed(levels.high_ticket_ratio, 2), "benchmark": benchmark},
        RfmLevel.POTENTIAL: gettext("%(orders)s orders in 90 days, and answers to more than %(share)s of the messages")
        % {"orders": levels.potential_orders_90d, "share": percent(levels.potential_interaction, 0)},
        RfmLevel.ORDINARY: gettext("all others"),
    }
    return tuple((level.label[language], text) for level, text in texts.items())
