"""The pieces of the result page, from a report as it is stored."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from xingke.experiment import SecondEstimate
from xingke.tiers import ValueTier
from xingke_web.accounts.facade import Viewer
from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.insight.results import Report
from xingke_web.ui.charts import Chart, Series, line_chart
from xingke_web.ui.numbers import MISSING, active_language, fixed, money, percent, points, ratio, signed, signed_percent
from xingke_web.ui.svg import Interval

TONES: Final = {
    "ship": ("ok", "circle-check"),
    "stop": ("bad", "player-stop"),
    "wait": ("info", "hourglass"),
    "cannot_decide": ("warn", "help"),
    "broken_split": ("bad", "alert-triangle"),
    "without_lot": ("warn", "alert-triangle"),
    "no_number": ("warn", "info-circle"),
}


@dataclass(frozen=True)
class Verdict:
    """The sentence that the page opens with."""

    tone: str
    icon: str
    title: str
    text: str


def verdict_of(report: Report) -> Verdict:
    """What was found and what to do, in one sentence."""
    language, kind = active_language(), report["verdict"]
    tone, icon = TONES[kind]
    titles = {
        "ship": gettext("It works: roll it out"),
        "stop": gettext("Stop"),
        "wait": gettext("Not over yet: wait"),
        "cannot_decide": gettext("No difference can be seen"),
        "broken_split": gettext("The split is broken: do not use the result"),
        "without_lot": gettext("No lot was drawn: an indication, not a verdict"),
        "no_number": gettext("There is no number yet"),
    }
    if report["lot"]:
        text = report["lot"]["decision"]["words"][language]
    elif report["difference"]:
        text = report["difference"]["words"][language]
    else:
        text = report["reason"][language]
    return Verdict(tone, icon, titles[kind], text)


class Units:
    """How numbers of the response are written: money, or orders."""

    def __init__(self, viewer: Viewer, info: CampaignInfo) -> None:
        self._currency, self._is_money = viewer.workspace.currency, info.goal_metric == "amount"

    @property
    def is_money(self) -> bool:
        """Whether the response is an amount."""
        return self._is_money

    def each(self, value: float | None) -> str:
        """A value a customer."""
        if value is None:
            return MISSING
        return money(value, self._currency, active_language(), detail=True) if self._is_money else fixed(value, 3)

    def total(self, value: float | None) -> str:
        """A sum over customers."""
        return money(value, self._currency, active_language()) if self._is_money else fixed(value, 0)

    def span(self, estimate: dict[str, Any], *, total: bool = False) -> str:
        """An estimate with its interval."""
        write = self.total if total else self.each
        return f"{write(estimate['value'])} ({write(estimate['low'])} – {write(estimate['high'])})"


def arms_of(report: Report, units: Units) -> list[dict[str, str]]:
    """The arms: how many were assigned, and what they did."""
    effect = report["lot"]["effect"]
    rows = ((gettext("Treated"), "treated"), (gettext("Control"), "control"))
    return [{"label": label, "count": fixed(effect[f"n_{key}"]), "mean": units.each(effect[f"mean_{key}"])} for label, key in rows]


def absolute_rows(report: Report, units: Units) -> list[Interval]:
    """The effect a customer by method; before the end only the interval that allows for looking often."""
    effect, over = report["lot"]["effect"], report["window"]["is_over"]
    rows = [(gettext("Any number of looks"), effect["sequential"])]
    if over:
        rows = [(gettext("At the end, adjusted"), effect["absolute"]), (gettext("At the end, unadjusted"), effect["unadjusted"]), *rows]
        rows += _second_rows(report["lot"].get("second"))
    return [_interval(label, one, units.span(one)) for label, one in rows]


def _second_rows(second: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    """The second estimate that the campaign was launched with; reports from before there was one have none."""
    if not second:
        return []
    rows = [(SecondEstimate(second["kind"]).label[active_language()], second["effect"]["absolute"])]
    if second["largest"]:
        rows.append((gettext("The largest alone"), second["largest"]["absolute"]))
    return rows


def relative_rows(report: Report) -> list[Interval]:
    """The same as a share of the control mean; nothing where that is not above zero."""
    effect, over = report["lot"]["effect"], report["window"]["is_over"]
    rows = [(gettext("Any number of looks"), effect["sequential_relative"])]
    if over:
        rows = [(gettext("At the end, adjusted"), effect["relative"]), *rows]
    return [_interval(label, one, _percent_span(one)) for label, one in rows if one]


def tier_rows(report: Report, units: Units) -> list[dict[str, Any]]:
    """The effect by tier of before the launch."""
    language, found = active_language(), []
    for one in report["lot"]["tiers"]:
        label = ValueTier(one["tier"]).label[language]
        text = units.span(one["effect"]["absolute"]) if one["effect"] else gettext("too few customers")
        row = _interval(label, one["effect"]["absolute"], text) if one["effect"] else None
        found.append({"label": label, "treated": fixed(one["treated"]), "control": fixed(one["control"]), "row": row, "text": text})
    return found


def guardrails_of(report: Report) -> list[Interval]:
    """What must not get worse: opt-outs and returns."""
    lot, found = report["lot"], []
    one = lot["opt_outs"]["absolute"]
    found.append(_interval(gettext("Opt-outs"), one, _points_span(one), better_when="lower"))
    if lot["returns"]:
        one = lot["returns"]["absolute"]
        found.append(_interval(gettext("Share of returns"), one, _points_span(one), better_when="lower"))
    return found


def weeks_chart(report: Report, viewer: Viewer, units: Units) -> Chart | None:
    """The effect a customer since the launch, week by week; None before the first whole week."""
    weeks = report["lot"]["weeks"]
    if not weeks:
        return None
    names = [gettext("Week %(number)s") % {"number": one["week"]} for one in weeks]
    values = [one["estimate"]["value"] for one in weeks]
    band = [(one["estimate"]["low"], one["estimate"]["high"]) for one in weeks]
    summary = gettext("Effect a customer until each week; at last %(text)s") % {"text": units.span(weeks[-1]["estimate"])}
    return line_chart(
        names,
        [Series(gettext("Effect a customer since launch"), values, band=band)],
        fmt="money" if units.is_money else "decimal2",
        currency=viewer.workspace.currency,
        axis_label=gettext("Week"),
        summary=summary,
        from_zero=True,
    )


def money_facts(report: Report, units: Units) -> list[dict[str, str]]:
    """The incremental total beside what a report without a control group would say."""
    effect, roi = report["lot"]["effect"], report["lot"]["roi"]
    total = effect["total"]
    is_open = total["low"] <= 0 <= total["high"]
    span = f"{units.total(total['low'])} – {units.total(total['high'])}"
    facts = [
        _incremental(gettext("Incremental, all treated"), units.total(total["value"]), span, is_open=is_open),
        {
            "label": gettext("Naive: all that the treated bought"),
            "value": units.total(effect["naive_total"]),
            "sub": gettext("wrong: most of it would have come anyway, as the control group shows"),
            "kind": "naive",
        },
    ]
    if effect["naive_before_after"] is not None:
        facts.append(
            {
                "label": gettext("Naive: after less before"),
                "value": units.total(effect["naive_before_after"]),
                "sub": gettext("wrong: the periods differ in season and length"),
                "kind": "naive",
            }
        )
    if roi and roi["incremental_ratio"] is not None:
        span = f"{ratio(roi['incremental_low_ratio'], 1)} – {ratio(roi['incremental_high_ratio'], 1)}"
        returned = _incremental(gettext("Return on cost, incremental"), ratio(roi["incremental_ratio"], 1), span, is_open=is_open)
        returned["sub"] += " · " + gettext("cost %(cost)s") % {"cost": units.total(roi["cost_yuan"])}
        facts += [
            returned,
            {
                "label": gettext("Return on cost, naive"),
                "value": ratio(roi["naive_ratio"], 1),
                "sub": gettext("wrong for the same reason"),
                "kind": "naive",
            },
        ]
    return facts


def _incremental(label: str, value: str, span: str, *, is_open: bool) -> dict[str, str]:
    """A figure with its interval; where the interval contains nothing, the interval itself is the figure, not its middle."""
    if is_open:
        return {"label": label, "value": span, "sub": gettext("contains zero: no gain to speak of"), "kind": "open"}
    return {"label": label, "value": value, "sub": span, "kind": "true"}


def difference_rows(report: Report, units: Units) -> list[Interval]:
    """The difference in differences and its placebo."""
    found = report["difference"]
    rows = [_interval(gettext("Around the campaign"), found["effect"], units.span(found["effect"]))]
    if found["placebo"]:
        rows.append(_interval(gettext("Placebo, before it"), found["placebo"], units.span(found["placebo"])))
    return rows


def csv_rows(report: Report) -> list[list[object]]:
    """Every number of the report by its path."""
    rows: list[list[object]] = []

    def walk(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                walk(f"{path}.{key}" if path else key, each)
        elif isinstance(value, list):
            for place, each in enumerate(value):
                walk(f"{path}.{place}", each)
        else:
            rows.append([path, "" if value is None else value])

    walk("", report)
    return rows


def _interval(label: str, estimate: dict[str, Any], text: str, better_when: str = "higher") -> Interval:
    return Interval(label, estimate["low"], estimate["value"], estimate["high"], text, better_when)


def _percent_span(one: dict[str, Any]) -> str:
    return f"{signed_percent(one['value'])} ({signed_percent(one['low'])} – {signed_percent(one['high'])})"


def _points_span(one: dict[str, Any]) -> str:
    language = active_language()
    return f"{points(one['value'], language, 2)} ({signed(one['low'] * 100, 2)} – {signed(one['high'] * 100, 2)})"


def shares_text(info: CampaignInfo) -> str:
    """The planned shares."""
    names = {"treated": gettext("Treated"), "control": gettext("Control")}
    return " · ".join(f"{names.get(key, key)} {percent(share, 0)}" for key, share in info.shares.items()) or MISSING
