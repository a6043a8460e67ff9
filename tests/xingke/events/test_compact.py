import orjson

from xingke.events.compact import event_rows, links_in, product_rows, record_rows
from xingke.events.event import Event
from xingke.events.personal import blinded_key, record_fields, without_personal
from xingke.schema.intake import INTAKE_TABLES

NOW_MS = 1_764_000_000_000  # 2025-11-25 00:00 in Shanghai


def event(number=1, kind="track", user="u1", anonymous="", traits=None, properties=None, name="Ordered", at=NOW_MS):
    return Event(f"m{number}", kind, name, user, anonymous, at, at, "app", "app", properties or {}, traits or {}, {})


def test_rows_have_the_intake_form_and_the_business_day_of_shanghai(vault):
    table = event_rows([event(1), event(2, at=NOW_MS - 1)], {}, vault)
    assert table.schema == INTAKE_TABLES["tracked_event"].arrow_schema
    assert [str(day) for day in table["happened_on"].to_pylist()] == ["2025-11-25", "2025-11-24"]
    assert table["customer_key"].to_pylist() == ["u1", "u1"]


def test_personal_values_in_properties_are_hashes_that_stay_countable(vault):
    properties = {"phone": "13800138000", "note": "13800138000", "who": {"Real_Name": "王小华"}, "sku": "6901028075831", "n": 13800138000}
    clean = without_personal(properties, vault)
    text = orjson.dumps(clean).decode()
    assert "13800138000" not in text
    assert "王小华" not in text
    assert clean["sku"] == "6901028075831"
    assert clean["phone"] == clean["note"] == clean["n"]


def test_a_key_that_is_an_address_is_blinded_the_same_way_everywhere(vault):
    user = "wang@example.com"
    table = event_rows([event(user=user)], {}, vault)
    records = record_rows([event(kind="identify", user=user, traits={"city": "x", "name": "王小华"})], {}, vault)
    assert table["customer_key"].to_pylist() == records["source_id"].to_pylist() == [blinded_key(user, vault)]
    assert records["email"].to_pylist() == [user]
    assert "@" not in blinded_key(user, vault)


def test_an_anonymous_event_belongs_to_the_user_it_turned_out_to_be(vault):
    events = [event(1, user="", anonymous="a1"), event(2, kind="identify", anonymous="a1"), event(3, kind="alias", user="u2", name="a2")]
    users = links_in(events)
    assert users == {("app", "a1"): [(NOW_MS, "u1")], ("app", "a2"): [(NOW_MS, "u2")]}
    assert links_in(one for one in events) == users
    assert event_rows(events[:1], users, vault)["customer_key"].to_pylist() == ["u1"]
    assert event_rows(events[:1], {}, vault)["customer_key"].to_pylist() == ["a1"]


def test_events_on_a_device_belong_to_who_had_logged_in_last_by_then(vault):
    views = [event(n, user="", anonymous="dev", at=NOW_MS + n) for n in (0, 2, 4)]
    logins = [event(9, "identify", "A", "dev", at=NOW_MS + 1), event(8, "identify", "B", "dev", at=NOW_MS + 3)]
    rows = event_rows(views, links_in(logins), vault)
    assert rows["customer_key"].to_pylist() == ["A", "A", "B"]


def item(number, key, call="item_set", **properties):
    return event(number, "item", user="", name="goods", properties={"$call": call, "$item_id": key, **properties}, at=NOW_MS + number)


def test_items_become_products_and_nobodys_events(vault):
    events = [item(1, "P1", name="A", price=3.5), item(2, "P1", 品牌="B", price="x"), item(3, "P2", "item_delete"), event(4)]
    (row,) = product_rows(events).to_pylist()
    assert (row["product_key"], row["name"], row["brand"], row["category"], str(row["list_price_yuan"])) == ("P1", "A", "B", None, "3.50")
    assert event_rows(events, {}, vault)["event_id"].to_pylist() == ["m4"]


def test_what_is_said_of_a_person_adds_up_in_the_order_in_which_it_happened(vault):
    events = [
        event(1, "identify", traits={"phone": "13900000000"}, at=NOW_MS + 1000),
        event(2, "identify", traits={"phone": "13800138000", "name": "王小华"}, at=NOW_MS),
    ]
    before = {("app", "u1"): {"email": "w@example.com", "phone": "1"}}
    (row,) = record_rows(events, before, vault).to_pylist()
    assert (row["phone"], row["owner_name"], row["email"], str(row["updated_on"])) == (
        "13900000000", "王小华", "w@example.com", "2025-11-25",
    )  # fmt: skip


def test_traits_are_recognised_in_both_languages_and_several_spellings():
    traits = {"手机号": "138", "E-Mail": "a@b.c", "firstName": "Li", "lastName": "Wang", "address": {"city": "杭州", "street": "人民路1号"}}
    assert record_fields(traits) == {"phone": "138", "email": "a@b.c", "owner_name": "WangLi", "address": "杭州人民路1号"}


def test_events_without_traits_make_no_record(vault):
    assert record_rows([event(), event(2, "identify")], {}, vault).num_rows == 0
