"""Pictures of service: a delivery route that fails, and two managers who leave."""

import numpy as np
from numpy.typing import NDArray

from tools.world_pictures.look import Look
from tools.world_pictures.svg import BLUE, GREEN, RED, SLATE, SOFT, WIDTH, Picture, Plot

LEFT, RIGHT = 76, WIDTH - 176


def route(look: Look) -> Picture:
    """Share of deliveries on time, of the failing route and of all others."""
    first, last = look.size.bad_route_weeks
    begin, end = max(first - 22, 0), min(last + 23, look.size.history_weeks)
    found = look.ask(
        """
        with delivered as (select (promised_on - $starts_on) // 7 as week, route_id, is_on_time::int as is_on_time from delivery)
        select week, route_id, avg(is_on_time) as share, count(*) as stops from delivered
        where week >= $begin and week < $end group by week, route_id order by week, route_id
        """,
        begin=begin, end=end,
    )  # fmt: skip
    routes, weeks = np.unique(found["route_id"]), np.arange(begin, end)
    share, stops = np.full((2, weeks.size, routes.size), np.nan)
    where = (found["week"].astype(np.int64) - begin, np.searchsorted(routes, found["route_id"]))
    share[where], stops[where] = found["share"], found["stops"]
    planted = (weeks >= first) & (weeks <= last)
    bad = int(np.nanargmin(np.nanmean(share[planted], axis=0)))
    others = np.delete(np.arange(routes.size), bad)
    low, middle, high = np.nanpercentile(share[:, others], [5, 50, 95], axis=1)
    picture = Picture(
        f"准时送达率：第 {routes[bad]} 号线路与其他线路",
        f"Deliveries on time: route {routes[bad]}, which fails for eight weeks, and all {others.size} others",
        source=look.source,
        height=430,
    )
    plot = Plot(picture, LEFT, 108, RIGHT, 386, begin, end, 0.4, 1.04)
    plot.band(first, last + 1, f"第 {first}–{last} 周")
    plot.y_axis([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0], lambda tick: f"{tick * 100:.0f}%", "准时的比例 share on time")
    xs = weeks + 0.5
    plot.area(xs.tolist(), low.tolist(), high.tolist(), BLUE, opacity=0.16)
    plot.series(xs, middle, BLUE, width=2.0)
    plot.series(xs, share[:, bad], RED, width=2.4)
    mean = float(np.nansum(share[planted, bad] * stops[planted, bad]) / np.nansum(stops[planted, bad]))
    rest = float(np.nansum(share[:, others] * stops[:, others]) / np.nansum(stops[:, others]))
    picture.text(plot.x((first + last + 1) / 2), plot.bottom - 10, f"八周平均 {mean * 100:.1f}%", colour=RED, weight=600, anchor="middle")
    side = [
        (13, f"其他线路 others {rest * 100:.1f}%", BLUE, 600),
        (29, "中位数与 5%–95% 带", SOFT, 400),
        (45, "median, 5 to 95 %", SOFT, 400),
    ]
    for down, words, colour, weight in side:
        picture.text(RIGHT + 8, plot.y(1.0) + down, words, colour=colour, weight=weight)
    picture.text(RIGHT + 8, plot.y(1.0) + 72, f"第 {routes[bad]} 号 route {routes[bad]}", colour=RED, weight=600)
    plot.x_axis(look.month_ticks(begin, end, every=1))
    return picture


MOST_BEFORE, MOST_AFTER = 12, 27


def manager(look: Look) -> Picture:
    """Satisfaction and visits in the territories of two managers who leave: without a word, and with a handover."""
    before = min(MOST_BEFORE, *look.size.leaving_weeks)
    after = min(MOST_AFTER, *(look.size.history_weeks - week for week in look.size.leaving_weeks))
    alone, handed = (_territory(look, week, before, after) for week in look.size.leaving_weeks)
    picture = Picture(
        "两位客户经理离开前后：零售户满意度与走访",
        "Satisfaction and visits around two departures: one manager left without a word, one handed over",
        source=look.source,
        height=560,
    )
    lines = (("不辞而别 no handover", RED, alone), ("交接后离开 handed over", GREEN, handed))
    upper = Plot(picture, LEFT, 108, RIGHT, 322, -before, after, -0.12, 0.04)
    lower = Plot(picture, LEFT, 388, RIGHT, 500, -before, after, 0, 40)
    for plot in (upper, lower):
        plot.band(0, 8, "离开后八周 eight weeks after" if plot is upper else "")
    upper.y_axis(
        [-0.12, -0.08, -0.04, 0, 0.04], lambda tick: f"{tick:+.2f}" if tick else "0", "满意度变化（0–1）change of satisfaction, 0 to 1"
    )
    lower.y_axis([0, 20, 40], lambda tick: f"{tick:.0f}", "每百户每周走访 visits per 100 outlets a week")
    xs = np.arange(-before, after) + 0.5
    ends = []
    for words, colour, (feeling, visits, outlets) in lines:
        upper.series(xs, feeling, colour, width=2.4)
        lower.series(xs, visits, colour, width=2.0)
        ends.append((float(feeling[-1]), words, colour))
        picture.text(RIGHT + 8, 406 + 18 * len(ends), f"{outlets} 户 outlets", colour=colour)
    upper.end_labels(ends)
    picture.text(lower.x(5.8), lower.y(0) - 7, "五周无人走访 five weeks without a visit", colour=RED, size=11)
    picture.line([(upper.left, upper.y(0)), (upper.right, upper.y(0))], SLATE)
    lower.x_axis([(week, f"{week:+d}" if week else "离开 leaves") for week in range(-before, after, 4)])
    picture.text((LEFT + RIGHT) / 2, 540, "距离开的周数 weeks from the departure", colour=SOFT, anchor="middle")
    return picture


def _territory(look: Look, week: int, before: int, after: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Of the largest territory whose manager left in a week: change of mean satisfaction, visits per 100 outlets, and its outlets."""
    found = look.ask(
        """
        with gone as (
            select staff_id, count(*) as outlets from assignment join staff using (staff_id)
            where left_on >= $starts_on + (7 * $week)::int and left_on < $starts_on + (7 * $week + 7)::int
            group by staff_id order by outlets desc, staff_id limit 1
        ), member as (select distinct outlet_id from assignment where staff_id in (select staff_id from gone)),
        whole as (
            select outlet_id from member join outlet_week using (outlet_id) where week >= $week - $before and week < $week + $after
            group by outlet_id having count(*) = $before + $after
        ), visits as (
            select (visited_on - $starts_on) // 7 as week, count(*) as visits from visit
            where customer_id in (select outlet_id from whole) group by all
        )
        select week, avg(satisfaction) as feeling, coalesce(any_value(visits), 0) * 100.0 / count(*) as visits, count(*) as outlets
        from outlet_week left join visits using (week)
        where outlet_id in (select outlet_id from whole) and week >= $week - $before and week < $week + $after group by week order by week
        """,
        week=week, before=before, after=after,
    )  # fmt: skip
    feeling = found["feeling"] - found["feeling"][:before].mean()
    return feeling, np.asarray(found["visits"], dtype=np.float64), int(found["outlets"][0])
