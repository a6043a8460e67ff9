"""What a workspace's conditions may speak of: master data, tags, tiers, and the facts behind them."""

from collections.abc import Mapping, Sequence

from xingke.expr import Attribute, Catalogue, Choice, Fact, Measure
from xingke.schema import CUSTOMER, ORDER_LINE, TOUCH, ColumnType
from xingke.tags import PORTRAIT, TagLibrary
from xingke.tags.units import CAMPAIGNS, DAYS, OCCASIONS, ORDERS, UNITS, YUAN
from xingke.tiers import DIMENSIONS, TIER, RfmLevel, ValueTier
from xingke.words import Words, both

NOT_ASKED = ("customer_id", "source_key", "org_path", "latitude", "longitude")
"""Columns of the customer that identify or place it; scope and identity have their own doors."""

TRUE_FALSE = (Choice(True, both("是", "yes")), Choice(False, both("否", "no")))


def workspace_catalogue(
    library: TagLibrary,
    *,
    choices: Mapping[str, Sequence[str]],
    segments: Mapping[str, Words] | None = None,
    money: Words = YUAN,
) -> Catalogue:
    """The catalogue of one workspace.

    Parameters
    ----------
    choices
        For text columns of the customer: the values that occur, where they are few; the builder then offers a list.
    segments
        Key and label of saved segments.
    money
        What the workspace's unit of account is called.
    """
    attributes = (*_customer_attributes(choices), *_tier_attributes(), *_tag_attributes(library, money))
    return Catalogue(attributes, (_order_fact(money), _touch_fact()), segments=segments, complete=("customer", PORTRAIT, TIER))


def _customer_attributes(choices: Mapping[str, Sequence[str]]) -> list[Attribute]:
    return [
        Attribute(
            name=column.name,
            label=column.label,
            type=column.type,
            table=CUSTOMER.name,
            column=column.name,
            choices=tuple(Choice(value, both(value, value)) for value in choices.get(column.name, column.choices)),
            family="customer",
            personal=column.personal,
        )
        for column in CUSTOMER.columns
        if column.name not in NOT_ASKED
    ]


def _tier_attributes() -> list[Attribute]:
    tiers = tuple(Choice(str(tier), tier.label) for tier in ValueTier)
    levels = tuple(Choice(str(level), level.label) for level in RfmLevel)
    return [
        Attribute("value_tier", both("客户分层", "Value tier"), ColumnType.TEXT, TIER, "value_tier", choices=tiers, family="tier"),
        Attribute("rfm_level", both("RFM 五级", "RFM level"), ColumnType.TEXT, TIER, "rfm_level", choices=levels, family="tier"),
        *(
            Attribute(name, label, ColumnType.INTEGER, TIER, name, family="tier")
            for name, label in (
                ("recency_score", both("近期性得分（0–5）", "Recency score (0–5)")),
                ("frequency_score", both("频次得分（0–5）", "Frequency score (0–5)")),
                ("monetary_score", both("金额得分（0–5）", "Money score (0–5)")),
            )
        ),
        *(
            Attribute(
                axis.column,
                both(f"{axis.label['zh']}（0–100）", f"{axis.label['en']} (0–100)"),
                ColumnType.NUMBER,
                TIER,
                axis.column,
                family="tier",
            )
            for axis in DIMENSIONS
        ),
    ]


def _tag_attributes(library: TagLibrary, money: Words) -> list[Attribute]:
    return [
        Attribute(
            name=tag.name,
            label=tag.label,
            type=tag.type,
            table=PORTRAIT,
            column=tag.name,
            unit=money if tag.unit == YUAN else tag.unit,
            choices=TRUE_FALSE if tag.type is ColumnType.FLAG else (),
            family=tag.family,
        )
        for tag in library.tags
    ]


def _order_fact(money: Words) -> Fact:
    where = {
        name: Attribute(name, ORDER_LINE.column(name).label, ORDER_LINE.column(name).type, ORDER_LINE.name, name)
        for name in ("price_class", "quantity_units", "amount_yuan", "channel")
    }
    measures = {
        "count": Measure(both("次数", "number"), "count_distinct", "order_id", ORDERS),
        "amount": Measure(both("金额", "amount"), "sum", "amount_yuan", money),
        "quantity": Measure(both("数量", "quantity"), "sum", "quantity_units", UNITS),
        "days": Measure(both("天数", "days"), "count_distinct", "ordered_on", DAYS),
    }
    return Fact("order", both("订货", "orders"), ORDER_LINE.name, "ordered_on", measures, where)


def _touch_fact() -> Fact:
    where = {
        name: Attribute(name, TOUCH.column(name).label, TOUCH.column(name).type, TOUCH.name, name)
        for name in ("kind", "channel", "campaign_key")
    }
    measures = {
        "count": Measure(both("次数", "number"), "count", None, OCCASIONS),
        "campaigns": Measure(both("活动数", "campaigns"), "count_distinct", "campaign_key", CAMPAIGNS),
    }
    return Fact("touch", both("触达与反馈", "touches and responses"), TOUCH.name, "touched_on", measures, where)
