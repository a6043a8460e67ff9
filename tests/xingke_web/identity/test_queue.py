"""The queue after a pass: what waits, for whom, in which order, and that what was decided is never asked again."""

import pytest

from tests.facts import NOW
from tests.xingke_web.identity.conftest import ASKED, NO_FORMAT, NO_PHONE
from xingke_web.identity import selectors
from xingke_web.identity.models import CollectionTask, Decision, ReviewPair
from xingke_web.identity.paths import common_path
from xingke_web.identity.services import decision_undo, pair_decide
from xingke_web.identity.syncing import pairs_sync
from xingke_web.loop.facade import lake_reader


def numbers(pairs):
    return [(pair.left_number, pair.right_number) for pair in pairs]


def test_of_several_pairs_between_two_customers_the_strongest_leads(queued):
    asked = ReviewPair.objects.filter(left_number=4, right_number=8)
    assert [(pair.leads, pair.probability) for pair in asked.order_by("-probability")] == [(True, 0.995), (False, 0.62)]


def test_a_pair_lies_where_both_customers_lie(queued, pair_of):
    assert (pair_of(4, 8).org_path, pair_of(5, 7).org_path) == ("/ia/polk/ames", "/ia")


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [("/a/b/c", "/a/b/c", "/a/b/c"), ("/a/b", "/a/bc", "/a"), ("/a", "/b", "/"), ("/", "/a", "/"), ("/a/b", "/a", "/a")],
)
def test_the_unit_that_holds_two_customers(one, other, common):
    assert common_path(one, other) == common


def test_a_manager_sees_the_pairs_of_the_own_territory_only(queued, viewer_analyst, viewer_customer_manager, viewer_retailer):
    def seen(viewer):
        return set(numbers(selectors.queue(viewer, {}, state="open")))

    assert seen(viewer_analyst) == {(4, 8), (5, 7), (12, 16), (16, 20), (9, 13)}
    assert seen(viewer_customer_manager) == {(4, 8), (12, 16), (16, 20)}
    assert seen(viewer_retailer) == set()


def test_the_queue_is_ordered_by_probability_or_by_value(queued, viewer_analyst):
    pairs = selectors.queue(viewer_analyst, {}, state="open")
    chances = [pair.probability for pair in selectors.ordered(pairs, "probability")]
    values = [pair.value_yuan for pair in selectors.ordered(pairs, "value")]
    assert (chances, values) == (sorted(chances, reverse=True), sorted(values, reverse=True))
    assert any(values)


def test_the_next_pair_follows_in_the_order_and_the_queue_begins_again_at_its_end(queued, viewer_analyst):
    pairs = selectors.queue(viewer_analyst, {}, state="open")
    in_order = list(selectors.ordered(pairs, "probability"))
    walked = [in_order[0]]
    for _ in in_order:
        walked.append(selectors.pair_after(pairs, walked[-1], "probability"))
    assert walked == [*in_order, in_order[0]]
    assert [selectors.place_of(pairs, pair, "probability") for pair in in_order] == list(range(len(in_order)))


def test_the_same_pass_again_changes_nothing(queued):
    before = list(ReviewPair.objects.order_by("id").values())
    assert pairs_sync(queued, lake_reader(queued), now=NOW) == {"asked": len(ASKED), "new": 0, "gone": 0}
    assert list(ReviewPair.objects.order_by("id").values()) == before


def test_what_was_decided_stays_decided_in_the_next_pass(queued, viewer_analyst, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="distinct")
    pair_decide(viewer=viewer_analyst, pair=pair_of(9, 13), kind="later")
    pairs_sync(queued, lake_reader(queued), now=NOW)
    assert {pair.state for pair in ReviewPair.objects.filter(left_number=4)} == {"distinct"}
    assert pair_of(9, 13).state == "later"


def test_two_customers_that_differ_are_not_asked_about_again_for_another_record(queued, viewer_analyst, pair_of):
    pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="distinct")
    ReviewPair.objects.filter(left_number=4, leads=False).delete()  # as if its record had come later
    pairs_sync(queued, lake_reader(queued), now=NOW)
    assert ReviewPair.objects.filter(left_number=4).count() == 1


def test_a_question_that_is_no_longer_asked_leaves_the_queue(queued, viewer_analyst):
    ReviewPair.objects.filter(left_number=12).update(left_key="gone")
    counted = pairs_sync(queued, lake_reader(queued), now=NOW)
    assert (counted["new"], counted["gone"]) == (1, 1)
    assert numbers(selectors.queue(viewer_analyst, {}, state="open")).count((12, 16)) == 1


def test_each_mandatory_field_that_is_missing_is_a_task_until_it_comes(queued, viewer_customer_manager, viewer_marketer):
    tasks = CollectionTask.objects.filter(closed_at__isnull=True)
    assert list(tasks.values_list("number", "field")) == [(NO_PHONE, "phone"), (NO_FORMAT, "format")]
    assert CollectionTask.objects.visible_to(viewer_customer_manager).count() == 2


def test_undoing_puts_every_pair_back(queued, viewer_analyst, pair_of):
    decision = pair_decide(viewer=viewer_analyst, pair=pair_of(4, 8), kind="merge")
    decision_undo(viewer=viewer_analyst, decision=decision)
    assert {(pair.state, pair.decision_id) for pair in ReviewPair.objects.filter(left_number=4)} == {("open", None)}
    assert not Decision.objects.in_force(queued.id).exists()
