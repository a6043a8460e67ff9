"""Figures as CSV, exact and unscaled."""

from django.utils.translation import gettext

from xingke_web.accounts.facade import Viewer
from xingke_web.insight.figures import Figures
from xingke_web.insight.periods import DAY, Chosen


def cockpit_rows(viewer: Viewer, figures: Figures, chosen: Chosen) -> list[list[object]]:
    """Everything on the cockpit as one long table: what, of whom, value, value compared with."""
    rows: list[list[object]] = [
        [
            gettext("Figure"),
            gettext("Of"),
            gettext("First day"),
            gettext("Last day"),
            gettext("Number found"),
            gettext("Compared with"),
            gettext("As of"),
        ]
    ]
    first, last, as_of = chosen.period.start_on, chosen.period.end_on - DAY, figures.fresh.as_of
    names = ("amount", "orders", "active_customers", "active_rate", "amount_per_customer")
    rows.extend([name, figures.scope_path, first, last, figures.now.get(name), figures.base.get(name), as_of] for name in names)
    rows.extend(["amount", unit.path, first, last, unit.amount, unit.amount_base, as_of] for unit in figures.units)
    rows.extend(["active_rate", unit.path, first, last, unit.active_rate, unit.active_rate_base, as_of] for unit in figures.units)
    weeks = sorted(figures.weeks.items())
    rows.extend(["amount_week", figures.scope_path, start, start + 6 * DAY, one["amount"], None, as_of] for start, one in weeks)
    rows.extend([f"move:{move.before}>{move.after}", figures.scope_path, None, None, move.customers, None, as_of] for move in figures.moves)
    standing = figures.standing
    rows.append(["overdue_value_customers", figures.scope_path, None, None, standing.overdue_customers, None, as_of])
    rows.append(["overdue_value_amount_365d", figures.scope_path, None, None, standing.overdue_yuan, None, as_of])
    rows.append(["value_share_365d", figures.scope_path, None, None, standing.value_share, standing.value_share_before, as_of])
    return rows
