"""Measuring a campaign over the lake, storing what was found, and finding it again."""

from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from xingke.experiment import NotEnoughCustomers, SecondEstimate
from xingke.words import both
from xingke_web.accounts.facade import ROOT, Viewer, WorkspaceInfo, workspace_info
from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.campaigns.facade import campaign_arms, campaigns_visible
from xingke_web.insight.effects import Design, measure, measure_without_lot
from xingke_web.insight.figures import Freshness, freshness, once
from xingke_web.insight.models import EffectReport
from xingke_web.insight.scope import scoped
from xingke_web.insight.selectors import report_latest
from xingke_web.loop.facade import BUSINESS_ZONE, RunContext, Stage, When, lake_reader, stage_register, tier_scheme
from xingke_web.ui.numbers import currency_unit

MEASURED: Final = ("launched", "finished", "imported")
NO_NUMBER: Final = "no_number"
WITHOUT_LOT: Final = "without_lot"
_TOO_EARLY: Final = "The facts begin on %s: there is no period of equal length before the campaign to compare with."

Report = dict[str, Any]


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(Stage("effects", both("计算活动效果", "Measure the campaigns"), When.AFTER_PUBLISHING, _stage, order=80))


def _stage(context: RunContext) -> dict[str, int]:
    """Store the effect of each campaign whose window is over and that has none yet."""
    workspace = workspace_info(context.workspace_slug)
    known = set(EffectReport.objects.filter(workspace_id=workspace.id, window_over=True).values_list("campaign_id", flat=True))
    fresh = freshness(workspace)
    stored = 0
    for info in campaigns_visible(_everything(workspace)):
        if info.id in known or info.state not in MEASURED or not window_of(info, fresh.as_of)["is_over"]:
            continue
        report_store(workspace, info, fresh, report_of(workspace, info, fresh))
        stored += 1
    return {"reports": stored}


def _everything(workspace: WorkspaceInfo) -> Viewer:
    """The product itself, when no person looks: it measures every campaign of the workspace."""
    return Viewer(
        user_id=0,
        username="",
        display_name="",
        role="admin",
        role_label="",
        language="zh",
        workspace=workspace,
        org_path=ROOT,
        scope_path=ROOT,
        scope_name="",
        customer_number=None,
        workspaces=(workspace,),
    )


def report_for(workspace: WorkspaceInfo, info: CampaignInfo) -> tuple[Report, date, int]:
    """The stored effect of a finished window, or today's; with its business day and snapshot."""
    fresh = freshness(workspace)
    stored = report_latest(workspace.id, info.id, as_of=fresh.as_of, snapshot=fresh.snapshot)
    if stored is not None:
        return stored.report, stored.as_of, stored.snapshot
    reader = lake_reader(workspace)
    key = ("effect", info.id, info.state, info.launched_at, info.outcome_days, info.treated, info.control, info.cost_yuan)
    return once(reader, key, lambda: report_of(workspace, info, fresh)), fresh.as_of, fresh.snapshot


def report_store(workspace: WorkspaceInfo, info: CampaignInfo, fresh: Freshness, report: Report) -> EffectReport:
    """Keep what was found; it is never changed afterwards."""
    return EffectReport.objects.create(
        workspace_id=workspace.id,
        campaign_id=info.id,
        snapshot=fresh.snapshot,
        as_of=fresh.as_of,
        window_over=report["window"]["is_over"],
        verdict=report["verdict"],
        report=report,
        made_at=timezone.now(),
    )


def window_of(info: CampaignInfo, as_of: date) -> dict[str, Any]:
    """The days that count: from the launch until the end of the window or the business day, whichever comes first."""
    if info.launched_at is None:
        raise NotEnoughCustomers(found=0)
    start = info.launched_at.astimezone(BUSINESS_ZONE).date()
    planned_end = start + timedelta(days=info.outcome_days)
    end = max(min(planned_end, as_of), start)
    days = (end - start).days
    return {"start_on": start, "end_on": end, "planned_end_on": planned_end, "days_run": days, "is_over": planned_end <= as_of}


def report_of(workspace: WorkspaceInfo, info: CampaignInfo, fresh: Freshness) -> Report:
    """Measure a campaign over the live snapshot, as plain data."""
    window = window_of(info, fresh.as_of)
    report: Report = {"window": _plain(window), "verdict": NO_NUMBER, "lot": None, "difference": None}
    try:
        if info.control >= 2 and not info.is_imported:
            return {**report, **_by_lot(workspace, info, window)}
        return {**report, **_without_lot(workspace, info, window, fresh)}
    except NotEnoughCustomers as error:
        return {**report, "reason": error.words}


def _by_lot(workspace: WorkspaceInfo, info: CampaignInfo, window: dict[str, Any]) -> Report:
    arms = campaign_arms(workspace.id, info.id)
    customers, weekly = responses(workspace, info, arms, window)
    is_amount = info.goal_metric == "amount"
    unit = both(currency_unit(workspace.currency, "zh"), currency_unit(workspace.currency, "en"))
    design = Design(
        days_run=window["days_run"],
        planned_days=info.outcome_days,
        shares=info.shares,
        cost_yuan=info.cost_yuan,
        is_amount=is_amount,
        unit=unit if is_amount else both("次订货", "orders"),
        second=SecondEstimate(info.second_estimate) if info.second_estimate else None,
    )
    found = measure(customers, weekly, design)
    return {"verdict": found.decision.kind, "lot": _plain(found)}


def responses(workspace: WorkspaceInfo, info: CampaignInfo, arms: pa.Table, window: dict[str, Any]) -> tuple[pa.Table, pa.Table]:
    """One row a customer of both arms, and one a customer and week, as `effects.measure` takes them."""
    reader = lake_reader(workspace)
    chosen = arms.filter(pc.is_in(arms["arm"], pa.array(["treated", "control"])))
    members = dict(zip(chosen["customer_id"].to_pylist(), chosen["arm"].to_pylist(), strict=True))
    response = "cast(amount_yuan as double)" if info.goal_metric == "amount" else "1.0"
    days = {
        "ids": list(members),
        "start_on": window["start_on"],
        "end_on": window["end_on"],
        "before_on": window["start_on"] - timedelta(days=info.before_days),
    }
    sums = reader.query(
        f"""
        select member.customer_id,
               coalesce(sum({response}) filter (ordered_on >= $start_on), 0.0) as response,
               coalesce(sum({response}) filter (ordered_on < $start_on), 0.0) as before,
               coalesce(sum(cast(return_yuan as double)) filter (ordered_on >= $start_on), 0.0) as returned,
               coalesce(sum(cast(amount_yuan + return_yuan as double)) filter (ordered_on >= $start_on), 0.0) as bought
        from (select unnest($ids) as customer_id) as member
        left join customer_order on customer_order.customer_id = member.customer_id and ordered_on >= $before_on and ordered_on < $end_on
        group by 1 order by 1
        """,  # noqa: S608  # an expression above
        days,
    )
    weekly = reader.query(
        f"""
        select customer_id, date_diff('day', cast($start_on as date), ordered_on) // 7 as week, sum({response}) as response
        from customer_order where ordered_on >= $start_on and ordered_on < $end_on and customer_id in (select unnest($ids))
        group by 1, 2
        """,  # noqa: S608
        {key: days[key] for key in ("ids", "start_on", "end_on")},
    )
    gone = _opted_out(workspace, window)
    tiers = _tiers_at(workspace, window["start_on"])
    numbers = sums["customer_id"].to_pylist()
    columns = {
        "arm": pa.array([members[number] for number in numbers]),
        "tier": pa.array([tiers.get(number, "base") for number in numbers]),
        "opted_out": pa.array([int(number in gone) for number in numbers]),
    }
    for name, column in columns.items():
        sums = sums.append_column(name, column)
    return sums, weekly


def _opted_out(workspace: WorkspaceInfo, window: dict[str, Any]) -> set[int]:
    reader = lake_reader(workspace)
    if not reader.has("touch"):
        return set()
    sql = "select distinct customer_id from touch where kind = 'opted_out' and touched_on >= $start_on and touched_on < $end_on"
    return set(reader.query(sql, {key: window[key] for key in ("start_on", "end_on")})["customer_id"].to_pylist())


def _tiers_at(workspace: WorkspaceInfo, day: date) -> dict[int, str]:
    """The tier of each customer on the day of the launch, by the workspace's scheme: today's tier would know the outcome."""
    pyramid = tier_scheme(workspace.pack).pyramid
    rows = lake_reader(workspace).rows(
        """
        select customer_id, cast(sum(amount_yuan) as decimal(18, 2)) as amount,
               row_number() over (order by sum(amount_yuan) desc, customer_id) as place, count(*) over () as customers
        from customer_order where ordered_on >= $from_on and ordered_on < $day group by 1
        """,
        {"from_on": day - timedelta(days=365), "day": day},
    )
    found = {}
    for row in rows:
        tier = pyramid.tier_of(amount_yuan=row["amount"], place=row["place"], customers=row["customers"])
        found[row["customer_id"]] = tier.value
    return found


def _without_lot(workspace: WorkspaceInfo, info: CampaignInfo, window: dict[str, Any], fresh: Freshness) -> Report:
    """Those touched against all others of the campaign's area, in equal periods around the launch."""
    arms = campaign_arms(workspace.id, info.id)
    touched = arms.filter(pc.equal(arms["arm"], "treated"))["customer_id"].to_pylist()
    days, start = window["days_run"], window["start_on"]
    if fresh.first_on is None or fresh.first_on > start - timedelta(days=days):
        return {"reason": both(f"数据从 {fresh.first_on or '—'} 开始，活动前没有等长的时期可比", _TOO_EARLY % (fresh.first_on or "—"))}
    earliest = start - timedelta(days=2 * days)
    knows_earlier = fresh.first_on <= earliest
    length = timedelta(days=days)
    customers = lake_reader(workspace).query(
        f"""
        select customer.customer_id, list_contains($ids, customer.customer_id) as treated, customer.org_path as cluster,
               coalesce(sum(cast(amount_yuan as double)) filter (ordered_on >= $start_on), 0.0) as after,
               coalesce(sum(cast(amount_yuan as double)) filter (ordered_on >= $before_on and ordered_on < $start_on), 0.0) as before,
               coalesce(sum(cast(amount_yuan as double)) filter (ordered_on < $before_on), 0.0) as earlier
        from customer left join customer_order on customer_order.customer_id = customer.customer_id
             and ordered_on >= $earliest and ordered_on < $end_on
        where {scoped(info.org_path)} group by 1, 2, 3
        """,  # noqa: S608
        {"ids": touched or [-1], "start_on": start, "before_on": start - length, "earliest": earliest, "end_on": start + length},
    )
    found = measure_without_lot(customers if knows_earlier else customers.drop_columns(["earlier"]), days=days)
    treated = customers.filter(customers["treated"])
    naive = {"after": sum(treated["after"].to_pylist()), "before": sum(treated["before"].to_pylist())}
    return {"verdict": WITHOUT_LOT, "difference": {**_plain(found), "naive": naive, "days": days}}


def _plain(value: Any) -> Any:
    """Dataclasses, days and decimals as JSON holds them."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
