"""Whole passes: what is merged, taken apart and undone gives exactly the customers, totals and golden records from before."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, Facts, customer, line, product
from tests.xingke_web.customers.conftest import AS_OF
from xingke.identity import Model
from xingke.identity.linkage.model import digest
from xingke.identity.plans import PLANS
from xingke.schema.golden import GOLDEN_RECORD
from xingke.schema.intake import INTAKE_TABLES, RECORD
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import CustomerNotFound, customer_for
from xingke_web.identity.contracts import RecordKey
from xingke_web.identity.facade import resolve_now
from xingke_web.identity.models import Decision, Redirect, ReviewPair
from xingke_web.identity.resolving import indexes_forget
from xingke_web.identity.services import decision_undo, pair_decide, records_take_apart
from xingke_web.identity.weights import weights_keep
from xingke_web.loop.facade import lake_reader, run_loop
from xingke_web.loop.reading import pieces_of

NAMES = ("兴隆", "福满多", "好又来", "春晖", "安康", "金谷", "永红", "旺达", "华盛", "百惠")
OWNERS = ("王秀英", "李国强", "张丽华", "刘建军", "陈桂兰", "杨德明", "赵玉梅", "黄志远", "周海燕", "吴文杰")
BASE = 10
NEWCOMER = "KH9001"
"""A record of the shop of customer 3 from before it moved and was handed on: only a person can say so."""


def weights() -> str:
    """Weights by hand, so that nothing has to be trained on ten shops."""
    plan = PLANS["outlet"]
    m, u = {}, {}
    for one in plan.comparisons:
        levels = len(one.levels) + 1
        m[one.name] = (0.05, *([0.95 / (levels - 1)] * (levels - 1)))
        u[one.name] = (0.98, *([0.02 / (levels - 1)] * (levels - 1)))
    return Model(digest(plan), 0.002, m, u).to_json()


def shop(system: str, key: str, number: int, **values) -> dict:
    said = {
        "name": f"{NAMES[number]}便利店", "owner_name": OWNERS[number], "phone": f"1390000{number:04d}",
        "address": f"东湖区人民路{number * 7 + 3}号", "licence_no": f"99010{number:07d}", "county": "东湖区", "format": "convenience",
    }  # fmt: skip
    return {**dict.fromkeys(RECORD.column_names), "system": system, "source_id": key, **said, **values}


def facts() -> Facts:
    people = tuple(customer(number, display_name=f"{NAMES[number]}便利店", org_path="/ia/polk/ames") for number in range(BASE))
    goods = (product(0, random.Random(1)),)  # noqa: S311 - test data, not secrets
    lines = tuple(
        line(number, AS_OF - timedelta(days=7 * week + 1), number * 100 + week, 1, 0, Decimal(10 * number + week))
        for number in range(BASE)
        for week in range(1, 5)
    )
    return Facts(people, goods, lines, ())


@pytest.fixture
def own_home(tmp_path):
    """The lake of this test alone."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield tmp_path
    django_settings.XINGKE = original


@pytest.fixture
def passed(own_home, workspace):
    """A workspace whose base has ten shops, each in two systems, and whose CRM knows one of them a second time; after one pass."""
    rows = [shop("ordering", str(number), number) for number in range(BASE)] + [
        shop("crm", f"KH{number}", number) for number in range(BASE)
    ]
    other = {"name": "老街小卖部", "owner_name": "郑晓东", "phone": "13911112222", "licence_no": None, "address": "东湖区解放路88号"}
    rows.append(shop("crm", NEWCOMER, 3, **other))
    pieces_of(workspace).put("load-1", "source_record", pa.Table.from_pylist(rows, schema=RECORD.arrow_schema))
    orders = [
        {
            "system": "crm",
            "customer_key": NEWCOMER,
            "order_key": "N1",
            "product_key": "p0",
            "line_no": "1",
            "ordered_on": AS_OF - timedelta(days=5),
        }
    ]
    whole = {"price_class": 3, "quantity_units": 2, "amount_yuan": Decimal("88.00"), "discount_yuan": Decimal(0)}
    form = INTAKE_TABLES["order_line"]
    lines = [{**dict.fromkeys(form.column_names), **row, **whole} for row in orders]
    pieces_of(workspace).put("load-1", "order_line", pa.Table.from_pylist(lines, schema=form.arrow_schema))
    weights_keep(workspace.id, "outlet", weights(), records=0, at=NOW)
    run_loop(workspace.slug, source=facts(), location=Path(own_home))
    yield workspace
    indexes_forget()


def state(workspace) -> dict[str, bytes]:
    """The bytes of what a customer is: rows, totals, links, and golden records in the clear (a seal is new each time)."""
    reader = lake_reader(workspace)
    golden = vault_of(workspace.id).open_table(reader.query("select * from golden_record order by customer_id"), GOLDEN_RECORD)
    tables = {
        "customer": reader.query("select * from customer order by customer_id"),
        "totals": reader.query("select customer_id, count(*) as lines, sum(amount_yuan) as amount from order_line group by 1 order by 1"),
        "links": reader.query("select * from identity_link order by system, source_id"),
        "golden": golden,
    }
    found = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        found[name] = sink.getvalue().to_pybytes()
    return found


def newcomer(workspace) -> int:
    return int(lake_reader(workspace).value("select customer_id from identity_link where source_id = $key", {"key": NEWCOMER}))


def amount(workspace, number: int) -> Decimal:
    return lake_reader(workspace).value("select sum(amount_yuan) from order_line where customer_id = $n", {"n": number})


def merge_of(workspace, viewer, number: int) -> Decision:
    pair = ReviewPair.objects.filter(left_number__in=(3, number), right_number__in=(3, number)).first()
    if pair is None:  # the weights saw no likeness at all: the steward names the pair
        keys = {"left_system": "crm", "left_key": "KH3", "right_system": "crm", "right_key": NEWCOMER}
        pair = ReviewPair.objects.create(
            workspace_id=workspace.id, kind="outlet", left_number=3, right_number=number, org_path="/ia/polk/ames", probability=0.4,
            weight=-1.0, found_at=NOW, **keys,
        )  # fmt: skip
    return pair_decide(viewer=viewer, pair=pair, kind="merge")


def test_a_merge_and_its_undo_restore_everything_to_the_byte(passed, viewer_analyst):
    before, number, own = state(passed), newcomer(passed), amount(passed, 3)
    assert number >= BASE
    assert amount(passed, number) == Decimal("88.00")
    decision = merge_of(passed, viewer_analyst, number)
    run_loop(passed.slug)
    merged = state(passed)
    assert (newcomer(passed), amount(passed, 3)) == (3, own + Decimal("88.00"))
    assert all(merged[name] != before[name] for name in ("customer", "totals", "links"))
    assert list(Redirect.objects.values_list("number", "survivor")) == [(number, 3)]
    with pytest.raises(CustomerNotFound):
        customer_for(viewer_analyst, number)
    run_loop(passed.slug)
    assert state(passed) == merged
    assert Redirect.objects.count() == 1
    decision_undo(viewer=viewer_analyst, decision=decision)
    run_loop(passed.slug)
    assert state(passed) == before
    assert not Redirect.objects.exists()
    assert customer_for(viewer_analyst, number).number == number


def test_records_taken_apart_and_put_back_restore_everything_to_the_byte(passed, viewer_analyst):
    before = state(passed)
    decision = records_take_apart(
        viewer=viewer_analyst, number=5, org_path="/ia/polk/ames", moved=[RecordKey("crm", "KH5")], kept=[RecordKey("ordering", "5")],
        reason="another shop",
    )  # fmt: skip
    run_loop(passed.slug)
    apart = lake_reader(passed).value("select customer_id from identity_link where source_id = 'KH5'")
    assert apart != 5
    decision_undo(viewer=viewer_analyst, decision=decision)
    run_loop(passed.slug)
    assert state(passed) == before


def test_a_pass_without_news_identifies_nobody_again_and_nothing_personal_lies_in_the_clear(passed):
    run = run_loop(passed.slug)
    stage = next(one for one in run.stages if one["label"]["en"] == "Find who is who")
    assert stage["facts"] == {"records": 2 * BASE + 1, "skipped": 1, "decisions": 0}
    stored = b"".join(path.read_bytes() for path in passed.lake_path.rglob("*") if path.is_file())
    for value in ("13900000003", "13911112222", OWNERS[3], "解放路88号"):
        assert value.encode() not in stored


def test_a_new_record_is_found_while_somebody_waits(passed):
    record = shop("wechat", "new", 7, licence_no=None, name="旺达便民店")
    found = resolve_now(passed, record)
    assert found[0].number == 7
    assert resolve_now(passed, {"name": "无人知晓商行", "phone": "13700000000"}) == []
