"""The builder by its posts: nest, edit, delete, count, refuse, save."""

import json
import re

import pytest
from django.test.utils import CaptureQueriesContext

from xingke_web.audiences.models import Segment
from xingke_web.audit.models import AuditEntry

HTMX = {"HTTP_HX_REQUEST": "true"}
RULE = {"n.0.kind": "group", "n.0.any": "0", "n.0.not": "0"}


def row(at, pick, name, op, *values, kind="rule", **more):
    start = f"n.{at}."
    return {f"{start}kind": kind, f"{start}pick": pick, f"{start}was": name, f"{start}op": op, f"{start}v": list(values)} | {
        f"{start}{key}": value for key, value in more.items()
    }


COUNT_ROW = row("0-0", "近 90 天订货次数", "order_count_90d", ">=", "2")


@pytest.fixture
def post(analyst, url, plain):
    def send(fields, *, only=False, client=None, **more):
        address = url("segments/draft/") + ("?only=count" if only else "")
        return (client or analyst.client).post(address, {**RULE, **fields, **more}, **HTMX)

    return send


def condition(response):
    """The condition in JSON that the panel shows."""
    text = re.search(r"readonly[^>]*>(.*?)</textarea>", response.content.decode(), re.S)[1]
    return json.loads(text.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">"))


def shown_count(response):
    return int(re.search(r'class="xk-hero">([\d,]+)', response.content.decode())[1].replace(",", ""))


def test_the_count_is_that_of_independent_sql(post, plain):
    fields = COUNT_ROW | row("0-1", "客户分层", "value_tier", "!=", "base")
    expected = plain.value(
        "select count(*) from customer join portrait using (customer_id) join tier using (customer_id)"
        " where order_count_90d >= 2 and value_tier <> 'base'"
    )
    response = post(fields, only=True)
    assert response.status_code == 200
    assert shown_count(response) == expected > 0


def test_shares_are_entered_in_per_cent(post, plain):
    response = post(row("0-0", "近 90 天1 类价位占比", "price_class_1_share_90d", ">=", "25"), only=True)
    assert condition(response)["of"][0]["value"] in ("0.25", 0.25)
    assert shown_count(response) == plain.value("select count(*) from portrait where price_class_1_share_90d >= 0.25")


def test_groups_nest_and_switch_and_go_away_by_their_buttons(post):
    added = post(COUNT_ROW, act="add:0")
    assert added.status_code == 200
    assert 'id="row-0-1"' in added.content.decode()
    grouped = post(COUNT_ROW, act="group:0")
    assert condition(grouped)["of"][1]["op"] == "any"
    inner = {"n.0-1.kind": "group", "n.0-1.any": "1", "n.0-1.not": "0"} | row("0-1-0", "客户分层", "value_tier", "=", "value")
    deeper = post(COUNT_ROW | inner, act="group:0-1")
    assert condition(deeper)["of"][1]["of"][1]["op"] == "all"
    third = {"n.0-1-1.kind": "group", "n.0-1-1.any": "0", "n.0-1-1.not": "0"} | row("0-1-1-0", "客户分层", "value_tier", "=", "base")
    refused = post(COUNT_ROW | inner | third, act="group:0-1-1")
    assert len(condition(refused)["of"][1]["of"][1]["of"]) == 1  # three levels are the most on screen
    excluded = post(COUNT_ROW | inner, act="not:0-1")
    assert condition(excluded)["of"][1]["op"] == "not"
    assert condition(post(COUNT_ROW | inner, act="any:0"))["op"] == "any"
    assert len(condition(post(COUNT_ROW | inner, act="remove:0-1-0"))["of"]) == 1  # the empty group goes with its last row
    assert condition(post(COUNT_ROW, act="remove:0-0"))["of"] == []


def test_buttons_that_name_no_place_change_nothing(post):
    for act in ("remove:0-9", "add:x", "unwhere:0-0-w5", "unwhere:0-0-wx", "all:0-0", ":", "where:0"):
        assert condition(post(COUNT_ROW, act=act))["of"] == [{"op": ">=", "attribute": "order_count_90d", "value": "2"}]


def test_another_attribute_begins_with_a_comparison_that_fits(post):
    changed = post(row("0-0", "客户分层", "order_count_90d", ">=", "2"))
    assert condition(changed)["of"][0] == {"op": "=", "attribute": "value_tier", "value": "value"}
    day = post(row("0-0", "建档日期", "value_tier", "=", "value"))
    assert condition(day)["of"][0]["op"] == "days_ago"
    assert post(row("0-0", "order_count_90d", "value_tier", "=", "value")).status_code == 200  # the bare name works too


def test_behaviour_in_a_window_with_a_restriction(post, plain):
    event = row("0-0", "行为：订货", "order", ">=", "1", kind="event", measure="count", within="60")
    where = {"n.0-0-w0.name": "amount_yuan", "n.0-0-w0.was": "amount_yuan", "n.0-0-w0.op": ">=", "n.0-0-w0.v": "50"}
    expected = plain.value(
        "select count(distinct customer_id) from order_line"
        " where amount_yuan >= 50 and ordered_on >= date '2024-07-01' - 60 and ordered_on < date '2024-07-01'"
    )
    response = post(event | where, only=True)
    assert response.status_code == 200
    assert shown_count(response) == expected > 0
    added = post(event, act="where:0-0")
    assert condition(added)["of"][0]["where"][0]["attribute"] == "price_class"
    assert condition(post(event | where, act="unwhere:0-0-w0"))["of"][0]["where"] == []


def test_a_bad_value_keeps_the_last_count_and_marks_its_field(post):
    bad = row("0-0", "近 90 天订货次数", "order_count_90d", ">=", "many") | row("0-1", "客户分层", "value_tier", "=", "value")
    response = post(bad, only=True, last="17")
    text = response.content.decode()
    assert response.status_code == 422
    assert response["HX-Reswap"] == "none"
    assert 'id="row-0-0" ' in text
    assert 'id="row-0-1" ' not in text
    assert 'aria-invalid="true"' in text
    assert "需要整数" in text
    assert 'name="marked" value="0-0"' in text
    again = post(row("0-0", "近 90 天订货次数", "order_count_90d", ">=", "3"), only=True, marked="0-0")
    assert again.status_code == 200
    assert 'id="row-0-0" ' in again.content.decode()
    assert "aria-invalid" not in again.content.decode()


def test_an_unknown_attribute_and_a_bad_window_are_marked_where_they_stand(post):
    unknown = post(row("0-0", "没有这个", "", "=", "1"))
    assert unknown.status_code == 422
    assert "没有这个" in unknown.content.decode()
    window = post(row("0-0", "行为：订货", "order", ">=", "1", kind="event", measure="count", within="-3"))
    assert window.status_code == 422
    assert "整天数" in window.content.decode()


def test_hostile_forms_are_read_without_failing(post):
    deep = {f"n.0{'-0' * level}.kind": "group" for level in range(1, 14)}
    assert post(deep).status_code == 422
    assert post({"n.x.kind": "group", "n.0-5-1.kind": "rule", "n.9.kind": "rule"}).status_code == 200
    many = {}
    for place in range(150):
        many |= row(f"0-{place}", "客户分层", "value_tier", "=", "value")
    assert len(condition(post(many, only=True))["of"]) == 150


def test_the_scope_limits_count_and_samples(post, plain, marketer):
    everything = post({}, only=True)
    part = post({}, only=True, client=marketer.client)
    assert shown_count(everything) == 80
    assert shown_count(part) == plain.value("select count(*) from customer where starts_with(org_path, '/ia/polk/')")
    shown = {int(number) for number in re.findall(r"/customers/(\d+)/", part.content.decode())}
    assert len(shown) == 4
    inside = {row["customer_id"] for row in plain.rows("select customer_id from customer where starts_with(org_path, '/ia/polk/')")}
    assert shown <= inside


def test_the_funnel_never_increases_and_counts_no_consent_as_not_agreed(analyst, url, plain):
    response = analyst.client.post(url("segments/reach/"), {**RULE, "channel": "inbox"}, **HTMX)
    counts = [int(number.replace(",", "")) for number in re.findall(r'class="xk-num">([\d,]+)<', response.content.decode())]
    assert counts[0] == 80
    assert counts == sorted(counts, reverse=True)
    assert counts[3] == 0  # matched, licence, age, consent


def test_saving_makes_a_segment_and_changing_it_a_version(analyst, url, plain):
    saved = analyst.client.post(url("segments/new/"), {**RULE, **COUNT_ROW, "name": "常订户", "act": "save"})
    segment = Segment.objects.get(name="常订户")
    assert saved.status_code == 302
    assert saved["Location"].endswith(f"/segments/{segment.key}/")
    assert segment.condition == {"op": "all", "of": [{"op": ">=", "attribute": "order_count_90d", "value": 2}]}
    changed = row("0-0", "近 90 天订货次数", "order_count_90d", ">=", "4")
    analyst.client.post(url(f"segments/{segment.key}/"), {**RULE, **changed, "name": "常订户", "act": "save"})
    segment.refresh_from_db()
    assert segment.version == 2
    page = analyst.client.get(url(f"segments/{segment.key}/")).content.decode()
    assert 'value="4"' in page
    names = list(AuditEntry.objects.order_by("sequence").values_list("name", flat=True))
    assert [name for name in names if name.startswith("segment.")] == ["segment.created", "segment.changed"]
    analyst.client.post(url(f"segments/{segment.key}/"), {**RULE, **changed, "name": "另一个", "act": "save_as"})
    assert Segment.objects.filter(name="另一个", version=1).exists()


def test_a_save_that_is_refused_answers_422_with_what_was_typed(analyst, url, plain):
    nameless = analyst.client.post(url("segments/new/"), {**RULE, **COUNT_ROW, "name": " ", "act": "save"})
    assert nameless.status_code == 422
    assert "请填写客群名称" in nameless.content.decode()
    wrong = row("0-0", "近 90 天订货次数", "order_count_90d", ">=", "x")
    refused = analyst.client.post(url("segments/new/"), {**RULE, **wrong, "name": "甲", "act": "save", "last": "42"})
    assert refused.status_code == 422
    assert ">42 <small>" in refused.content.decode()
    assert not Segment.objects.exists()


def test_a_condition_in_the_address_opens_as_a_rule(analyst, url, plain):
    tree = {
        "op": "all",
        "of": [
            {"op": "not", "of": {"op": "between", "attribute": "order_count_90d", "low": 1, "high": 3}},
            {"op": "not", "of": {"op": "any", "of": [{"op": "missing", "attribute": "district"}]}},
            {"op": "in", "attribute": "district", "values": ["Polk"]},
        ],
    }
    response = analyst.client.get(url("segments/new/"), {"condition": json.dumps(tree)})
    assert response.status_code == 200
    assert condition(response)["of"][0]["of"]["op"] == "between"
    assert condition(response)["of"][1]["op"] == "not"
    for broken in ("{", "[]", '{"op": "all"}', "[" * 5000, json.dumps({"op": "=", "attribute": "nix", "value": 1})):
        answer = analyst.client.get(url("segments/new/"), {"condition": broken})
        assert answer.status_code == 200
        assert "xk-note-warn" in answer.content.decode()


def test_without_scripts_a_button_draws_the_whole_page(analyst, url, plain):
    response = analyst.client.post(url("segments/draft/"), {**RULE, **COUNT_ROW, "act": "add:0"})
    assert b"<!doctype html>" in response.content
    assert b'id="row-0-1"' in response.content


@pytest.mark.parametrize(
    ("who", "expected"), [("analyst", 200), ("marketer", 200), ("approver", 403), ("customer_manager", 403), ("retailer", 403)]
)
def test_roles_that_may_edit(who, expected, request, url, plain):
    person = request.getfixturevalue(who)
    assert person.client.get(url("segments/new/")).status_code == expected
    assert person.client.post(url("segments/new/"), {**RULE, "name": "甲", "act": "save"}).status_code == (302 if expected == 200 else 403)


def test_a_stranger_finds_nothing(stranger, url, lake):
    for tail in ("segments/", "segments/new/", "tags/", "segments/shrinking/", "segments/shrinking/members/"):
        assert stranger.get(url(tail)).status_code == 404


def test_a_reader_sees_the_rule_but_no_button(approver, url, lake):
    page = approver.client.get(url("segments/shrinking/")).content.decode()
    assert 'id="seg-rule" inert' in page
    assert 'value="save"' not in page
    assert approver.client.post(url("segments/shrinking/"), {**RULE, "act": "save", "name": "甲"}).status_code == 403
    assert approver.client.post(url("segments/shrinking/retire/")).status_code == 403


def test_both_languages_read_the_rule_back(analyst, url, plain, settings):
    fields = {**RULE, **row("0-0", "order_count_90d", "order_count_90d", ">=", "2")}
    chinese = analyst.client.post(url("segments/draft/"), fields, **HTMX).content.decode()
    analyst.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = analyst.client.post(url("segments/draft/"), fields, **HTMX).content.decode()
    assert "这条规则读作" in chinese
    assert "This rule reads" in english
    assert not re.search(r"[\u4e00-\u9fff]", english.replace("得梅因", ""))  # a city of the data


def test_a_count_asks_the_database_a_bounded_number_of_times(post, connection_queries):
    fields = COUNT_ROW | row("0-1", "客户分层", "value_tier", "=", "value")
    with connection_queries as queries:
        post(fields, only=True)
    assert len(queries) <= 12


@pytest.fixture
def connection_queries():
    from django.db import connection

    return CaptureQueriesContext(connection)
