"""Gym chain: what was planted is found again from what can be observed."""

import pytest

SIZES = [pytest.param("xs", 1.0, id="xs"), pytest.param("m", 0.35, id="m", marks=pytest.mark.slow)]
"""Sizes, and what remains of the tolerance of the small one."""


@pytest.mark.parametrize(("size", "part"), SIZES)
def test_35_of_100_card_holders_come_in_a_month(world, size: str, part: float) -> None:
    (found,) = world("gym", size=size).one("""
        with month as (select distinct date_trunc('month', day)::date as first, last_day(day) as last from calendar_day),
        holder as (select first, customer_id from month join member on joined_on <= first and expires_on >= last),
        came as (select distinct customer_id, date_trunc('month', visited_on)::date as first from member_visit)
        select avg((came.customer_id is not null)::int) from holder left join came using (customer_id, first)
    """)
    assert found == pytest.approx(0.35, abs=0.06 * part)


UPLIFT = """
    select avg(converted::int) filter (arm = 'treated') - avg(converted::int) filter (arm = 'control'),
           sqrt(var_samp(converted::int) filter (arm = 'treated') / count(*) filter (arm = 'treated')
                + var_samp(converted::int) filter (arm = 'control') / count(*) filter (arm = 'control'))
    from push join true_latent_member using (customer_id)
"""


@pytest.mark.parametrize(("size", "most_error"), [("xs", 0.04), pytest.param("m", 0.015, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("members", "effect"), [("subject = taste", 0.09), ("subject <> taste", 0.01)])
def test_a_matched_course_adds_nine_points_and_another_one_hardly_any(
    world, size: str, most_error: float, members: str, effect: float
) -> None:
    uplift, error = world("gym", size=size).one(f"{UPLIFT} where kind = 'course' and {members}")
    assert abs(uplift - effect) < 3 * error
    assert error < most_error


@pytest.mark.parametrize(("size", "most_error"), [("xs", 0.025), pytest.param("m", 0.01, marks=pytest.mark.slow)])
def test_a_discount_adds_three_points_in_its_week_and_nothing_after(world, size: str, most_error: float) -> None:
    made = world("gym", size=size)
    uplift, error = made.one(f"{UPLIFT} where kind = 'discount'")
    assert abs(uplift - 0.03) < 3 * error
    assert error < most_error
    later, later_error = made.one("""
        with later as (
            select push.customer_id, campaign_key, arm, count(order_id) > 0 as converted
            from push left join (select * from order_line join product using (product_id) where category = '团课包') as pack
                on pack.customer_id = push.customer_id and ordered_on - planned_on between 7 and 27
            where push.kind = 'discount' group by all
        )
        select avg(converted::int) filter (arm = 'treated') - avg(converted::int) filter (arm = 'control'),
               sqrt(var_samp(converted::int) * (1 / count(*) filter (arm = 'treated') + 1 / count(*) filter (arm = 'control')))
        from later
    """)
    assert abs(later) < 3 * later_error


def test_potential_outcomes_have_the_planted_means(world) -> None:
    found = dict(world("gym").rows("select action || ':' || measure, avg(treated - untreated) from true_member_outcome group by 1"))
    assert found["course_matched:trial_within_14_days"] == pytest.approx(0.09, rel=0.03)
    assert found["course_other:trial_within_14_days"] == pytest.approx(0.01, rel=0.03)
    assert found["discount_push:pack_within_7_days"] == pytest.approx(0.03, rel=0.03)
    assert found["discount_push:pack_day_8_to_28"] == 0


def test_the_course_liked_best_is_seen_in_the_visits(world) -> None:
    (share,) = world("gym").one("""
        with seen as (select customer_id, mode(activity) as course, count(*) as visits from member_visit
                      where activity <> '器械' and activity not like '%体验' group by 1)
        select avg((course = taste)::int) from seen join true_latent_member using (customer_id) where visits >= 10
    """)
    assert share > 0.95


def test_who_comes_often_renews_more_and_the_chances_are_calibrated(world) -> None:
    renewed, expected, active, idle = world("gym").one("""
        with seen as (
            select renewal.customer_id, due_on, is_renewed, chance, count(visit_id) as visits
            from renewal join true_renewal_truth as t
                on t.customer_id = renewal.customer_id and due_on = date '2023-01-02' + due_day::int
            left join member_visit as v on v.customer_id = renewal.customer_id and visited_on between due_on - 90 and due_on
            group by all
        )
        select avg(is_renewed::int), avg(chance), avg(is_renewed::int) filter (visits > 3), avg(is_renewed::int) filter (visits = 0)
        from seen
    """)
    assert renewed == pytest.approx(expected, abs=0.1)
    assert active > idle + 0.1


def test_nobody_visits_without_a_card(world) -> None:
    assert world("gym").one("""
        select count(*) from member_visit join member using (customer_id) where visited_on < joined_on or visited_on > expires_on
    """) == (0,)


def test_without_effects_only_what_messages_caused_is_missing(world) -> None:
    real, none = world("gym"), world("gym", "no_effect")
    ordinary = "select * from member_visit where activity not like '%体验'"
    assert real.digest(ordinary) == none.digest(ordinary)
    for table in ("renewal", "member", "ticket"):
        assert real.digest(f"select * from {table}") == none.digest(f"select * from {table}")
    trials = "select count(*) from member_visit where activity like '%体验'"
    moved = """select count(*) from true_effect_truth join push using (campaign_key, customer_id)
               where kind = 'course' and arm = 'treated' and converts_treated and not converts_untreated"""
    assert real.one(trials)[0] - none.one(trials)[0] == real.one(moved)[0] > 0
