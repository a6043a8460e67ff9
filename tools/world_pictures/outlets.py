"""Pictures of the outlets: their grades, what they earn the firm, and why they leave."""

import numpy as np
from numpy.typing import NDArray

from tools.world_pictures.look import Look, spread
from tools.world_pictures.svg import BLUE, GOLD, GREEN, INK, LINE, RED, SLATE, SOFT, TEAL, VIOLET, WIDTH, Picture, Plot, legend, round_ticks

LEFT, RIGHT = 76, WIDTH - 150
GRADES = 30
TRAPEZOID = (1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 1, 1)
"""Percent of outlets planned for grade 30, 29, ... 1."""


def grades(look: Look) -> Picture:
    """Share of outlets by grade, town and country, beside the planned trapezoid."""
    shares = spread(
        look.ask("""
            select grade - 1 as grade, (market_type = 'rural')::int as rural, count(*) * 100.0 / sum(count(*)) over () as share
            from outlet group by all
        """),
        "grade", "rural", "share", GRADES, 2,
    )  # fmt: skip
    planned = np.array(TRAPEZOID[::-1], dtype=np.float64) * 100 / sum(TRAPEZOID)
    gap = float(np.abs(shares.sum(axis=1) - planned).max())
    picture = Picture(
        "零售户档位分布与设定的梯形",
        "Outlets by grade (30 is the highest) and the trapezoid they are planned by",
        source=look.source,
        height=430,
    )
    plot = Plot(picture, LEFT, 124, WIDTH - MARGIN_RIGHT, 376, 0.5, 30.5, 0, 6)
    plot.y_axis([0, 1, 2, 3, 4, 5, 6], lambda tick: f"{tick:.0f}%", "零售户占比 share of outlets")
    width = (plot.right - plot.left) / GRADES - 4
    for grade in range(GRADES):
        town, country = shares[grade]
        plot.bar(grade + 1, 0, town, BLUE, width=width, opacity=0.85)
        plot.bar(grade + 1, town, town + country, GOLD, width=width, opacity=0.85)
    steps = [(plot.x(grade + 1 + side), plot.y(planned[grade])) for grade in range(GRADES) for side in (-0.5, 0.5)]
    picture.line([(plot.left, plot.bottom), *steps, (plot.right, plot.bottom)], INK, width=1.8)
    plot.x_axis([(grade, str(grade)) for grade in (1, 5, 10, 15, 20, 25, 30)])
    picture.text((plot.left + plot.right) / 2, plot.bottom + 38, "档位 grade", colour=SOFT, anchor="middle")
    legend(picture, LEFT, 84, [(BLUE, "城镇 urban"), (GOLD, "农村 rural"), (INK, "设定的梯形 planned trapezoid")])
    picture.text(plot.right, 84, f"最大偏差 {gap:.2f} 个百分点 largest gap in points", colour=SOFT, anchor="end")
    return picture


MARGIN_RIGHT = 36
TIERS = (("value", GOLD, "价值 value"), ("potential", BLUE, "潜力 potential"), ("base", SLATE, "基础 base"))


def profit(look: Look) -> Picture:
    """The Lorenz curve of a year's profit, and how outlets and profit fall on the tiers."""
    year = _year(look)
    found = look.ask("select profit_yuan, tier from tier_truth where year = $year order by profit_yuan", year=year)
    values = found["profit_yuan"]
    outlets, money = np.arange(1, values.size + 1) / values.size, np.cumsum(values) / values.sum()
    picture = Picture(
        "年利润的洛伦兹曲线与三层客户",
        f"Lorenz curve of the profit that outlets brought in {year}, and the three tiers",
        source=look.source,
        height=480,
    )
    plot = Plot(picture, LEFT, 108, 520, 424, 0, 1, -0.05, 1)
    plot.y_axis([0, 0.2, 0.4, 0.6, 0.8, 1.0], lambda tick: f"{tick * 100:.0f}%", "累计利润 cumulated profit")
    plot.x_axis([(part / 5, f"{part * 20}%") for part in range(6)])
    picture.text(
        (plot.left + plot.right) / 2, plot.bottom + 38, "零售户，利润由低到高 outlets, least profit first", colour=SOFT, anchor="middle"
    )
    picture.line([(plot.x(0), plot.y(0)), (plot.x(1), plot.y(1))], SLATE, dash="4 4")
    places = np.unique(np.linspace(0, values.size - 1, 300).astype(np.int64))
    plot.series(np.concatenate([[0], outlets[places]]), np.concatenate([[0], money[places]]), BLUE, width=2.6)
    _marked(plot, outlets, money)
    _tiers(picture, found["tier"], values)
    return picture


def _year(look: Look) -> int:
    """The calendar year with most weeks in the world, the later one of two."""
    years = [look.size.week_on(week).year for week in range(look.size.history_weeks)]
    return max(set(years), key=lambda year: (years.count(year), year))


def _marked(plot: Plot, outlets: NDArray[np.float64], money: NDArray[np.float64]) -> None:
    for share, side, words in ((0.60, "start", "后 60% 的户占利润 bottom 60 %"), (0.95, "end", "前 5% 的户占利润 top 5 %")):
        height = float(np.interp(share, outlets, money))
        shown = height if side == "start" else 1 - height
        plot.picture.line([(plot.x(share), plot.bottom), (plot.x(share), plot.y(height))], RED, dash="3 3")
        plot.picture.dot(plot.x(share), plot.y(height), RED)
        plot.picture.text(plot.x(share) - 10, plot.y(height) - 22, words, anchor="end", colour=SOFT)
        plot.picture.text(plot.x(share) - 10, plot.y(height) - 6, f"{shown * 100:.1f}%", anchor="end", colour=RED, weight=600, size=14)


def _tiers(picture: Picture, tier: NDArray[np.object_], values: NDArray[np.float64]) -> None:
    left, bottom, top, width = 600, 424, 108, 88
    columns = (("零售户", "outlets", np.ones(values.size)), ("利润", "profit", values))
    for place, (name, english, weight) in enumerate(columns):
        x, y = left + place * 148, float(bottom)
        for key, colour, words in reversed(TIERS):
            share = float(weight[tier == key].sum() / weight.sum())
            height = share * (bottom - top)
            picture.rect(x, y - height, width, height - 1.5, colour, opacity=0.88)
            picture.add(
                f'<text x="{x + width / 2}" y="{y - height / 2 + 5:.1f}" font-size="14" font-weight="600" fill="#fff" text-anchor="middle">'
                f"{share * 100:.0f}%</text>"
            )
            if place:
                picture.text(x + width + 8, y - height / 2 + 5, words, colour=colour if colour != SLATE else SOFT, weight=600)
            y -= height
        picture.text(x + width / 2, bottom + 18, name, anchor="middle", colour=SOFT)
        picture.text(x + width / 2, bottom + 34, english, anchor="middle", colour=SOFT)


CAUSES = (
    ("service", BLUE, "服务 service", 24), ("supply", GOLD, "货源 supply", 26), ("price", GREEN, "价格 price", 12),
    ("closing", VIOLET, "歇业 closing", 18), ("sudden", RED, "突发 sudden", 20), ("early", TEAL, "新户夭折 newcomer", None),
)  # fmt: skip


def leavers(look: Look) -> Picture:
    """Outlets that left a week, by month and cause, and the mix of causes beside the planned one."""
    found = look.ask("""
        select datediff('month', $starts_on, ($starts_on + (7 * left_week)::int)::date) as month, cause, count(*) as left_
        from churn_truth where left_week is not null group by all
    """)
    last = look.size.week_on(look.size.history_weeks - 1)
    months = (last.year - look.size.starts_on.year) * 12 + last.month - look.size.starts_on.month + 1
    counts = np.zeros((months, len(CAUSES)))
    for month, cause, left in zip(found["month"], found["cause"], found["left_"], strict=True):
        counts[month, [name for name, *_ in CAUSES].index(cause)] += left
    picture = Picture(
        "离开的零售户：按月与原因",
        "Outlets that left a week, by month and true cause, and the mix of causes",
        source=look.source,
        height=470,
    )
    start = look.size.starts_on
    mondays = np.zeros(months)
    for week in range(look.size.history_weeks):
        day = look.size.week_on(week)
        mondays[(day.year - start.year) * 12 + day.month - start.month] += 1
    weekly = counts / mondays[:, None]
    ticks = round_ticks(float(weekly.sum(axis=1).max()))
    plot = Plot(picture, LEFT, 108, 640, 420, 0, months, 0, ticks[-1])
    plot.y_axis(ticks, lambda tick: f"{tick:g}", "户/周，按月平均 outlets a week, mean of the month")
    width = (plot.right - plot.left) / months - 3
    for month in range(months):
        low = 0.0
        for place, (_, colour, _, _) in enumerate(CAUSES):
            plot.bar(month + 0.5, low, low + weekly[month, place], colour, width=width, opacity=0.88)
            low += weekly[month, place]
    calendar = [(month, *divmod(start.month - 1 + month, 12)) for month in range(months)]
    plot.x_axis([(at + 0.5, f"{of + 1} 月" if of else str(start.year + years)) for at, years, of in calendar if of % 3 == 0])
    _mix(picture, counts.sum(axis=0))
    return picture


def _mix(picture: Picture, total: NDArray[np.float64]) -> None:
    """The share of each cause as a bar with its planned share as a line; newcomers that fail stand apart."""
    left, top, scale = 690, 132, 5.2
    picture.text(left, 93, "构成与设定（竖线） mix, planned as a line", colour=SOFT)
    causes = total[:-1].sum()
    for place, ((_, colour, words, planned), count) in enumerate(zip(CAUSES, total, strict=True)):
        y = top + place * 50
        share = count / causes * 100
        picture.text(left, y, words, colour=INK, weight=600)
        picture.rect(left, y + 8, share * scale, 14, colour, opacity=0.88)
        if planned is not None:
            picture.line([(left + planned * scale, y + 5), (left + planned * scale, y + 25)], INK, width=2)
        picture.text(
            left + max(share, planned or 0) * scale + 8, y + 20, f"{share:.1f}%" if planned is not None else f"{count:.0f} 户", colour=SOFT
        )
    picture.line([(left, top - 12 + 5 * 50 - 4), (WIDTH - 28, top - 12 + 5 * 50 - 4)], LINE)
