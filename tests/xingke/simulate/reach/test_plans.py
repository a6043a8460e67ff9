from datetime import timedelta

import numpy as np
import pytest

from xingke.errors import UnknownName
from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.reach import (
    EffectKind,
    FatigueState,
    InvalidMessage,
    base_chance,
    campaigns_of_week,
    draw_members,
    history_campaigns,
    live_plan,
    run_message,
)
from xingke.simulate.scenarios import SCENARIOS
from xingke.simulate.sizes import SIZES
from xingke.simulate.streams import Streams

STREAMS = Streams(7)
COUNT = 15_000


@pytest.fixture(scope="module")
def plans():
    return history_campaigns(STREAMS, SIZES["l"])


def test_history_holds_twenty_four_randomised_and_thirty_targeted_campaigns(plans):
    assert [plan.number for plan in plans] == list(range(54))
    assert sum(plan.is_randomised for plan in plans) == 24
    assert len({plan.key for plan in plans}) == 54
    assert {plan.effect for plan in plans if plan.is_randomised} == set(EffectKind)
    assert {plan.content for plan in plans} == set(CONTENTS)
    assert {plan.channel for plan in plans} == set(CHANNELS)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_outcome_window_lies_within_history(size):
    plans = history_campaigns(STREAMS, size)
    ends = [size.week_on(plan.week) + timedelta(days=plan.day + plan.outcome_days) for plan in plans]
    assert max(ends) <= size.week_on(size.history_weeks)
    weeks = {plan.week for plan in plans}
    assert min(weeks) >= 1
    assert len(weeks) >= min(20, size.history_weeks // 2)


def test_cities_of_a_province_have_campaigns_of_their_own():
    keys = [plan.key for city in range(8) for plan in history_campaigns(Streams(7, city), SIZES["xl"])]
    assert len(set(keys)) == len(keys)


def test_names_say_month_and_kind_and_promote_nothing(plans):
    for plan in plans:
        started_on = SIZES["l"].week_on(plan.week) + timedelta(days=plan.day)
        assert plan.name.startswith(f"{started_on.year}年{started_on.month}月")
        assert not any(word in plan.name for word in ("促销", "优惠", "抽奖", "积分", "新品上市", "品吸", "推广"))


def test_campaigns_of_a_week_come_in_the_order_of_sending(plans):
    found = [plan for week in range(SIZES["l"].weeks) for plan in campaigns_of_week(plans, week)]
    assert sorted(plan.number for plan in found) == list(range(54))
    assert found == sorted(found, key=lambda plan: (plan.week, plan.day, plan.hour, plan.number))


def test_members_have_a_contact_and_are_as_many_as_planned(plans, outlets):
    for plan in plans:
        members = draw_members(STREAMS, plan, outlets)
        contact = outlets.has_contact(CHANNELS.index(plan.channel))
        assert not (members.member & ~contact).any()
        assert not (members.treated & ~members.member).any()
        assert members.member.sum() == pytest.approx(min(plan.share * COUNT, contact.sum()), abs=250)
        assert members.treated.sum() == pytest.approx(plan.treated_share * members.member.sum(), rel=0.2)


def test_managers_choose_high_need_and_chance_does_not(plans, outlets):
    base = base_chance(outlets)
    for plan in plans:
        members = draw_members(STREAMS, plan, outlets)
        gap = base[members.treated].mean() - base[members.member & ~members.treated].mean()
        if plan.is_randomised:
            assert abs(gap) < 0.012
        else:
            assert gap > 0.04


def test_a_naive_comparison_is_right_when_randomised_and_too_high_when_targeted(plans, outlets):
    randomised, targeted = [], []
    for plan in plans:
        members = draw_members(STREAMS, plan, outlets)
        done = run_message(
            STREAMS,
            plan,
            outlets,
            outlet_ids=np.arange(COUNT),
            member=members.member,
            treated=members.treated,
            is_open=np.ones(COUNT, dtype=np.bool_),
            fatigue=FatigueState.fresh(COUNT),
            scenario=SCENARIOS["baseline"],
            size=SIZES["l"],
        )
        naive = done.converted[done.treated].mean() - done.converted[done.member & ~done.treated].mean()
        true = np.mean(done.effects["chance_treated"].to_numpy() - done.effects["chance_untreated"].to_numpy())
        (randomised if plan.is_randomised else targeted).append(naive - true)
    assert np.mean(randomised) == pytest.approx(0.0, abs=0.005)
    assert min(targeted) > 0.04


def test_a_live_message_has_a_number_of_its_own_and_shows_nothing_beyond_its_week():
    plan = live_plan(key="L1", name="订货提醒", week=104, place=3, channel="wecom", content="supply_notice", hour=9, day=2)
    assert plan.number == 1000 + 10_403
    assert plan.day + plan.outcome_days == 7


@pytest.mark.parametrize(("wrong", "error"), [({"channel": "fax"}, UnknownName), ({"content": "coupon"}, UnknownName)])
def test_a_live_message_of_unknown_kind_is_refused(wrong, error):
    asked = {"key": "L1", "name": "提醒", "week": 3, "place": 0, "channel": "sms", "content": "policy", "hour": 9}
    with pytest.raises(error):
        live_plan(**{**asked, **wrong})


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"day": 7}, {"place": 100}, {"hour": -1}])
def test_a_live_message_out_of_range_says_which_number(wrong):
    asked = {"key": "L1", "name": "提醒", "week": 3, "place": 0, "channel": "sms", "content": "policy", "hour": 9}
    with pytest.raises(InvalidMessage, match=next(iter(wrong))):
        live_plan(**{**asked, **wrong})
