import numpy as np
import pytest

from xingke.schema.trade.marketing import CHANNELS, CONTENTS
from xingke.simulate.reach import EffectKind, base_chance, best_channel_table, draw_responders, effect_of, potential_outcomes
from xingke.simulate.reach.rates import DELIVERED, OPENED, open_chance
from xingke.simulate.scenarios import SCENARIOS
from xingke.simulate.streams import Streams
from xingke.simulate.truth.tables import BEST_CHANNEL_TRUTH, POTENTIAL_OUTCOME

IDS = np.arange(15_000, dtype=np.int64) + 100_000


def test_base_and_effect_are_spread_as_the_bars_say(outlets):
    base, effect = base_chance(outlets), effect_of(outlets)
    assert base.mean() == pytest.approx(0.140, abs=0.003)
    assert (base + effect).mean() == pytest.approx(0.166, abs=0.003)
    assert effect.mean() == pytest.approx(0.026, abs=0.0015)
    assert effect.std() == pytest.approx(0.046, abs=0.0015)
    assert (effect > 0.08).mean() == pytest.approx(0.13, abs=0.01)
    assert (effect < 0).mean() == pytest.approx(0.24, abs=0.01)


def test_the_other_kinds_of_campaign_work_as_they_are_called(outlets):
    assert not effect_of(outlets, EffectKind.NULL).any()
    assert effect_of(outlets, EffectKind.LIFT) == pytest.approx(0.08)
    harm = effect_of(outlets, EffectKind.HARMFUL)
    assert harm.mean() == pytest.approx(-0.03, abs=0.001)
    assert (harm < 0).all()


def test_contacts_are_as_frequent_as_measured_and_wecom_needs_wechat(outlets):
    assert outlets.has_wecom.mean() == pytest.approx(0.71, abs=0.015)
    assert outlets.follows_account.mean() == pytest.approx(0.64, abs=0.015)
    assert not ((outlets.has_wecom | outlets.follows_account) & ~outlets.uses_wechat).any()


def test_each_channel_is_opened_at_its_rate_on_average(outlets):
    for place, name in enumerate(CHANNELS):
        chance = open_chance(place, best_channel=outlets.best_channel, engagement=outlets.engagement)
        assert chance[outlets.has_contact(place)].mean() == pytest.approx(OPENED[name], abs=0.01), name


def test_no_channel_gets_more_messages_through_than_the_best_one(outlets):
    through = np.stack(
        [
            DELIVERED[name]
            * outlets.has_contact(place)
            * open_chance(place, best_channel=outlets.best_channel, engagement=outlets.engagement)
            for place, name in enumerate(CHANNELS)
        ]
    )
    assert np.array_equal(through.argmax(axis=0), outlets.best_channel)
    assert (np.bincount(outlets.best_channel, minlength=len(CHANNELS)) > 300).all()


def test_need_shows_weakly_in_order_size_and_the_signs_show_what_they_are_of(outlets, size_log):
    assert np.corrcoef(outlets.need, size_log)[0, 1] == pytest.approx(0.35, abs=0.03)
    for sign, trait, correlation in (
        (outlets.need_sign, outlets.need, 0.6),
        (outlets.engagement_sign, outlets.engagement, 0.9),
        (outlets.irritability_sign, outlets.irritability, 0.6),
    ):
        assert np.corrcoef(sign, trait)[0, 1] == pytest.approx(correlation, abs=0.03)


def test_outlets_of_one_size_can_be_drawn():
    drawn = draw_responders(Streams(1), 50, np.zeros(50, dtype=np.bool_), np.full(50, 2.0))
    assert np.isfinite(drawn.need).all()
    assert not drawn.has_wecom.any()
    assert set(drawn.best_channel) <= {CHANNELS.index(name) for name in ("sms", "push", "phone", "task")}
    assert drawn.best_hour.min() >= 8
    assert drawn.best_hour.max() <= 20


def test_best_channel_rows_keep_their_schema_and_name_what_was_drawn(outlets):
    rows = best_channel_table(outlets, IDS)
    assert rows.schema.equals(BEST_CHANNEL_TRUTH.arrow_schema)
    first = rows.slice(5, 1).to_pylist()[0]
    assert first == {
        "outlet_id": 100_005,
        "channel": CHANNELS[outlets.best_channel[5]],
        "hour": outlets.best_hour[5],
        "content": CONTENTS[outlets.taste[5]],
    }


def test_without_effects_both_potential_outcomes_are_equal(outlets):
    rows = potential_outcomes(outlets, IDS, SCENARIOS["no_effect"])
    assert rows["untreated"].equals(rows["treated"])


def test_potential_outcomes_keep_their_schema_and_differ_by_the_effect(outlets):
    rows = potential_outcomes(outlets, IDS, SCENARIOS["baseline"])
    assert rows.schema.equals(POTENTIAL_OUTCOME.arrow_schema)
    assert set(rows["action"].to_pylist()) == {"message"}
    assert rows["treated"].to_numpy() - rows["untreated"].to_numpy() == pytest.approx(effect_of(outlets))
