import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from xingke.schema.trade.marketing import CAMPAIGN, CAMPAIGN_MEMBER, CHANNELS, CONTENTS, MESSAGE, RESPONSE
from xingke.simulate.reach import EffectKind, FatigueState, Reached, base_chance, effect_of
from xingke.simulate.reach.rates import DELIVERED, OPENED
from xingke.simulate.sizes import SIZES
from xingke.simulate.truth.tables import EFFECT_TRUTH

COUNT = 15_000
TABLES = ("members", "messages", "responses", "effects")


def rows_without(done: Reached, name: str, customer: int) -> pa.Table:
    rows = getattr(done, name)
    return rows.filter(pc.not_equal(rows["customer_id"], customer))


@pytest.mark.parametrize("channel", CHANNELS)
def test_messages_arrive_and_are_opened_at_the_channels_rate(send, outlets, channel):
    done = send(channel=channel, number=900 + CHANNELS.index(channel))
    contact = outlets.has_contact(CHANNELS.index(channel))
    assert done.delivered[contact].mean() == pytest.approx(DELIVERED[channel], abs=0.015)
    assert done.opened[done.delivered].mean() == pytest.approx(OPENED[channel], abs=0.02)
    assert not done.delivered[~contact].any()


def test_nothing_is_opened_before_it_arrives_nor_clicked_before_it_is_opened(send):
    done = send(channel="push")
    assert not (done.opened & ~done.delivered).any()
    assert not (done.clicked & ~done.opened).any()
    assert not (done.opted_out & ~done.delivered).any()
    assert not (done.delivered & ~done.treated).any()


def test_the_liked_content_and_the_best_hour_are_clicked_more(send, outlets):
    sent = [send(channel="wecom", number=910 + place, hour=10) for place in range(12)]
    opened, clicked = (np.sum([getattr(done, name) for done in sent], axis=0) for name in ("opened", "clicked"))
    liked = outlets.taste == CONTENTS.index("policy")
    near = np.abs(outlets.best_hour - 10) <= 2

    def share(mask):
        return clicked[mask].sum() / opened[mask].sum()

    plain = share(~liked & ~near)
    assert 0.08 < plain < 0.25
    assert share(liked & ~near) / plain == pytest.approx(1.8, abs=0.2)
    assert share(~liked & near) / plain == pytest.approx(1.35, abs=0.12)


@pytest.mark.parametrize("channel", ["sms", "push", "phone"])
def test_over_all_treated_with_a_contact_the_effect_is_the_models(send, outlets, channel):
    member = outlets.has_contact(CHANNELS.index(channel))
    toss = np.random.default_rng(11)
    sent = [send(channel=channel, number=920 + place, member=member, treated=member & (toss.random(COUNT) < 0.5)) for place in range(30)]
    treated = np.mean([done.converted[done.treated].mean() for done in sent])
    control = np.mean([done.converted[done.member & ~done.treated].mean() for done in sent])
    assert treated - control == pytest.approx(effect_of(outlets)[member].mean(), abs=0.004)
    assert control == pytest.approx(base_chance(outlets)[member].mean(), abs=0.004)


def test_truth_counts_what_really_converts(send, halves):
    done = send(treated=halves)
    truth = done.effects
    assert truth["converts_treated"].to_numpy(zero_copy_only=False).mean() == pytest.approx(
        truth["chance_treated"].to_numpy().mean(), abs=0.01
    )
    happened = np.where(
        done.treated, truth["converts_treated"].to_numpy(zero_copy_only=False), truth["converts_untreated"].to_numpy(zero_copy_only=False)
    )
    assert np.array_equal(happened, done.converted)


def test_who_gains_from_a_message_never_loses_a_conversion_by_it(send):
    truth = send().effects
    gains = truth["chance_treated"].to_numpy() >= truth["chance_untreated"].to_numpy()
    untreated, treated = (truth[name].to_numpy(zero_copy_only=False) for name in ("converts_untreated", "converts_treated"))
    assert not (gains & untreated & ~treated).any()
    assert not (~gains & treated & ~untreated).any()


def test_without_a_contact_a_message_changes_nothing(send, outlets):
    truth = send(channel="wecom").effects
    chance = truth["chance_treated"].to_numpy() - truth["chance_untreated"].to_numpy()
    assert not chance[~outlets.has_wecom].any()
    assert chance[outlets.has_wecom].any()


@pytest.mark.parametrize("kind", EffectKind)
def test_without_effects_no_kind_of_campaign_changes_a_conversion(send, kind):
    truth = send(scenario="no_effect", kind=kind).effects
    assert truth["chance_treated"].equals(truth["chance_untreated"])
    assert truth["converts_treated"].equals(truth["converts_untreated"])


def test_without_effects_messages_are_still_opened_by_the_same_outlets(send):
    assert np.array_equal(send(scenario="no_effect").opened, send().opened)


def test_a_drift_changes_taste_and_effect_from_its_week_on(send, outlets):
    before, after = ({name: send(week=week, scenario=name) for name in ("baseline", "drift")} for week in (124, 125))
    assert before["drift"].effects.equals(before["baseline"].effects)
    assert not after["drift"].effects.equals(after["baseline"].effects)
    assert np.mean(outlets.taste != outlets.later_taste) == pytest.approx(0.48, abs=0.02)


def test_after_a_drift_the_new_taste_is_clicked(send, outlets):
    usual, drifted = (send(week=125, channel="wecom", scenario=name) for name in ("baseline", "drift"))
    policy = CONTENTS.index("policy")
    newly, no_longer = (
        (one == policy) & (other != policy) for one, other in ((outlets.later_taste, outlets.taste), (outlets.taste, outlets.later_taste))
    )
    assert np.array_equal(drifted.opened, usual.opened)
    assert drifted.clicked[newly].sum() > usual.clicked[newly].sum()
    assert drifted.clicked[no_longer].sum() < usual.clicked[no_longer].sum()
    assert np.array_equal(drifted.clicked[~newly & ~no_longer], usual.clicked[~newly & ~no_longer])


def test_treating_one_more_outlet_changes_only_its_own_rows(send, halves):
    more = halves.copy()
    one = int(np.flatnonzero(~halves)[77])
    more[one] = True
    less_done, more_done = send(treated=halves), send(treated=more)
    for name in TABLES:
        assert rows_without(less_done, name, 100_000 + one).equals(rows_without(more_done, name, 100_000 + one)), name
    assert more_done.messages.num_rows == less_done.messages.num_rows + 1


def rows_among(done: Reached, name: str, outlets: np.ndarray) -> pa.Table:
    rows = getattr(done, name)
    return rows.filter(pc.is_in(rows["customer_id"], value_set=pa.array(np.flatnonzero(outlets) + 100_000)))


def test_a_campaign_added_before_changes_a_later_one_only_for_those_it_tired_or_lost(send, halves):
    first = send(number=901, week=20, day=5)
    added = send(number=902, week=20, day=6, member=halves, treated=halves, fatigue=first.fatigue)
    without, with_ = (send(number=903, week=21, day=0, fatigue=done.fatigue) for done in (first, added))
    touched = added.delivered
    for name in TABLES:
        assert rows_among(without, name, ~touched).equals(rows_among(with_, name, ~touched)), name
    assert with_.opened[touched].sum() < without.opened[touched].sum()


def test_a_campaign_added_long_before_changes_a_later_one_only_for_those_it_lost(send):
    added = send(number=902, week=10)
    assert added.opted_out.any()
    alone, later = (send(number=903, week=21, fatigue=state) for state in (FatigueState.fresh(COUNT), added.fatigue))
    for name in TABLES:
        assert rows_among(alone, name, ~added.opted_out).equals(getattr(later, name)), name


def test_a_third_touch_in_a_week_is_opened_less_and_opted_out_more(send):
    state, done = FatigueState.fresh(COUNT), []
    for place in range(6):
        done.append(send(number=960 + place, channel="task", fatigue=state))
        state = done[-1].fatigue
    opened = [one.opened[one.delivered].mean() for one in done]
    lost = [one.opted_out[one.delivered].mean() for one in done]
    assert opened[1] == pytest.approx(opened[0], rel=0.05)
    assert opened[2] == pytest.approx(0.8 * opened[0], rel=0.06)
    assert opened[5] == pytest.approx(0.8**4 * opened[0], rel=0.08)
    assert lost[5] - lost[1] == pytest.approx(4 * 0.003, abs=0.004)
    gain = [np.mean(one.effects["chance_treated"].to_numpy() - one.effects["chance_untreated"].to_numpy()) for one in done]
    assert gain[4] == pytest.approx(0.8**3 * gain[0], rel=0.05)


def test_whoever_opted_out_is_in_neither_arm_again(send, halves):
    state = FatigueState.fresh(COUNT)
    left = np.random.default_rng(9).random(COUNT) < 0.1
    done = send(treated=halves, fatigue=state.after(delivered=left, opted_out=left))
    gone = set((np.flatnonzero(left) + 100_000).tolist())
    for name in TABLES:
        assert not gone & set(getattr(done, name)["customer_id"].to_pylist()), name
    assert done.fatigue.opted_out[left].all()


def test_closed_outlets_take_no_part(send, halves):
    is_open = np.random.default_rng(9).random(COUNT) < 0.9
    done = send(treated=halves, is_open=is_open)
    assert not (done.member & ~is_open).any()
    assert done.members.num_rows == is_open.sum()


def test_rows_keep_their_schemas_and_belong_together(send, halves):
    done = send(treated=halves)
    for rows, table in (
        (done.campaign, CAMPAIGN),
        (done.members, CAMPAIGN_MEMBER),
        (done.messages, MESSAGE),
        (done.responses, RESPONSE),
        (done.effects, EFFECT_TRUTH),
    ):
        assert rows.schema.equals(table.arrow_schema), table.name
        assert all(rows[name].null_count == 0 for name in table.column_names), table.name
        keys = rows.group_by(list(table.key)).aggregate([])
        assert keys.num_rows == rows.num_rows, table.name
    assert done.messages.num_rows == halves.sum()
    assert done.members.filter(pc.equal(done.members["arm"], "treated")).num_rows == halves.sum()
    assert done.members["converted"].to_numpy(zero_copy_only=False).sum() == done.converted.sum()
    kinds = done.responses["kind"].to_pylist()
    assert kinds.count("converted") == (done.converted & done.delivered).sum()
    assert kinds.count("opened") == done.opened.sum()
    assert set(done.responses["message_id"].to_pylist()) <= set(done.messages["message_id"].to_pylist())


def test_messages_of_different_campaigns_have_different_ids(send):
    first, second = send(number=3).messages, send(number=1000).messages
    assert not set(first["message_id"].to_pylist()) & set(second["message_id"].to_pylist())


def test_a_campaign_goes_out_at_its_local_hour_and_is_stored_in_utc(send):
    rows = send(hour=20).messages
    on = SIZES["l"].week_on(20) + timedelta(days=1)
    start = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    assert start <= pc.min(rows["sent_at"]).as_py() <= pc.max(rows["sent_at"]).as_py() < start + timedelta(minutes=10)
    assert rows["sent_on"].unique().to_pylist() == [on]


def test_a_message_of_the_small_hours_keeps_its_local_day(send):
    rows = send(hour=3).messages
    assert rows["sent_on"].unique().to_pylist() == [date(2023, 5, 23)]
    assert pc.max(rows["sent_at"]).as_py().date() == date(2023, 5, 22)


def test_answers_come_after_the_message_and_within_the_window(send):
    done = send(hour=20, outcome_days=7, number=977)
    answers = done.responses.join(done.messages.select(["message_id", "sent_at"]), "message_id")
    assert pc.all(pc.greater_equal(answers["responded_at"], answers["sent_at"])).as_py()
    assert pc.max(answers["responded_on"]).as_py() <= date(2023, 5, 29)
    opened, clicked = (
        {row["message_id"]: row["responded_at"] for row in done.responses.to_pylist() if row["kind"] == kind}
        for kind in ("opened", "clicked")
    )
    assert clicked
    assert all(clicked[message] >= opened[message] for message in clicked)


def test_a_campaign_without_treated_members_is_only_a_control(send):
    done = send(treated=np.zeros(COUNT, dtype=np.bool_))
    assert done.messages.num_rows == done.responses.num_rows == 0
    assert done.members["arm"].unique().to_pylist() == ["control"]


def test_the_same_campaign_comes_out_the_same_twice(send, halves):
    first, second = send(treated=halves), send(treated=halves)
    assert all(getattr(first, name).equals(getattr(second, name)) for name in ("campaign", *TABLES))


def test_fifteen_thousand_members_take_less_than_a_tenth_of_a_second(send, halves):
    def seconds() -> float:
        started = time.perf_counter()
        send(treated=halves)
        return time.perf_counter() - started

    seconds()
    assert min(seconds() for _ in range(3)) < 0.1
