"""Records in, customers out: the traps of the trade, decisions, anchors, and what a person is asked."""

import json
from collections.abc import Mapping

import pyarrow as pa
import pytest

from xingke.identity.identify import DECISIONS, IdentityResult, identify
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import RECORD

Row = Mapping[str, str]
_FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "county")


def rows(*lines: str) -> list[dict[str, str]]:
    """One record a line: system/key, name, owner, phone, address, licence, county, with | between; an empty field is missing."""
    found = []
    for line in lines:
        key, *values = (part.strip() for part in line.split("|"))
        system, source_id = key.split("/")
        found.append({"system": system, "source_id": source_id, **dict(zip(_FIELDS, values, strict=False))})
    return found


def table(records: list[dict[str, str]]) -> pa.Table:
    names = list(RECORD.column_names)
    return pa.table({name: pa.array([row.get(name) or None for row in records], RECORD.column(name).type.arrow) for name in names})


CROWD = rows(
    *(
        f"{system}/z{number}|{core}食杂店|{surname}{given}|139{number:02d}{turn}5{number:02d}{turn}1|"
        f"云山县{town}镇{road}{number * 7 + 3}号|43018110{number:02d}{turn}7|云山县"
        for turn, system in enumerate(("ordering", "crm"))
        for number, (core, surname, given, town, road) in enumerate(
            zip(
                ("旺达", "金泰", "华盛", "万家", "百姓", "富康", "祥和", "聚鑫", "恒丰", "广源") * 4,
                "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章",
                ("文", "明华", "志强", "平", "秀英", "海", "建国", "丽", "永福", "军") * 4,
                ("东坡", "西岭", "南桥", "北塘", "中和") * 8,
                ("人民路", "建设路", "解放路", "和平路", "新华路", "文化路", "胜利路", "老街") * 5,
                strict=True,
            )
        )
    )
)
"""Forty other shops, twice each under numbers of their own, so that names and roads are as common as they are."""

SHOPS = rows(
    # one shop, written in many ways
    "ordering/a1|鑫源烟酒商行|李建国|13912345670|星湖区古柳街道人民路12号|430102100001|星湖区",
    "crm/a2|鑫源烟酒店|李建国|139 1234 5670|星湖区古柳街道办事处人民路12#|４３０１０２１００００１|星湖区",
    "logistics/a3|鑫源煙酒|李建國|+8613912345670|古柳街道人民路12号(学校对面)||星湖区",
    "wechat/a4|鑫源烟酒商行||13912345670|||",
    "erp/a5|新源烟酒商行|李建国||星湖区人民路12号|430102100001|星湖区",
    # a licence issued anew: same shop, other number
    "licensing/a6|鑫源烟酒商行|李建国|13912345670|星湖区古柳街道人民路12号|430102109876|星湖区",
    # two shops of one name on one road
    "ordering/b1|利民副食店|王秀英|13722220001|星湖区古柳街道建设路8号|430102100101|星湖区",
    "crm/b2|利民副食店|王秀英|13722220001|星湖区古柳街道建设路8号|430102100101|星湖区",
    "ordering/c1|利民副食店|陈平|13655550002|星湖区古柳街道建设路88号|430102100203|星湖区",
    "crm/c2|利民副食店|陈平|13655550002|星湖区古柳街道建设路88号|430102100203|星湖区",
    # branches of one brand
    "ordering/d1|好邻居便利店(古柳店)|赵敏|13511110003|星湖区古柳街道和平路1号|430102100301|星湖区",
    "crm/d2|好邻居便利店(古柳店)|赵敏|13511110003|星湖区古柳街道和平路1号||星湖区",
    "ordering/e1|好邻居便利店(东门店)|钱进|13511110004|星湖区东门街道和平路77号|430102100302|星湖区",
    "crm/e2|好邻居便利店(东门店)|钱进|13511110004|星湖区东门街道和平路77号||星湖区",
    "pos/e3|好邻居便利店||13511110004|星湖区东门街道和平路77号||",
    # one owner, two outlets
    "ordering/f1|刘记副食店|刘大海|13433330005|星湖区南门街道解放路5号|430102100401|星湖区",
    "crm/f2|刘记副食店|刘大海|13433330005|星湖区南门街道解放路5号|430102100401|星湖区",
    "ordering/g1|大海超市|刘大海|13433330005|星湖区北关街道新华路60号|430102100402|星湖区",
    "crm/g2|大海超市|刘大海|13433330005|星湖区北关街道新华路60号|430102100402|星湖区",
    "campaign/g3|大海超市|刘大海|13433330005|||",
    # a family that shares a phone
    "ordering/h1|周氏百货|周国强|13344440006|星湖区西苑街道老街9号|430102100501|星湖区",
    "crm/h2|周氏百货|周国强|13344440006|星湖区西苑街道老街9号|430102100501|星湖区",
    "ordering/i1|阿芳小卖部|周芳|13344440006|星湖区西苑街道文化路31号|430102100502|星湖区",
    "crm/i2|阿芳小卖部|周芳|13344440006|星湖区西苑街道文化路31号|430102100502|星湖区",
    # sold: other name and owner under one licence at one place
    "ordering/j1|新春超市|吴芬|13244440007|星湖区莲塘镇长塘村3组12号|430102100601|星湖区",
    "crm/j2|老春副食店|何老五|13299990008|星湖区莲塘镇长塘村三组12号|430102100601|星湖区",
    # a licence digit that belongs to another shop
    "ordering/k1|天天商店|孙小红|13155550009|星湖区科创街道胜利路2号|430102100701|星湖区",
    "crm/l1|河边饭店|马六|13155551234|星湖区白杨镇人民路200号|430102100701|星湖区",
    # made up, and empty
    "crm/m1|如意商店|胡一刀|13055550010|星湖区科创街道胜利路3号|430102199999|星湖区",
    "app/n1||||||",
    "wechat/n2||||||",
)

ONE = ["a1 a2 a3 a4 a5", "b1 b2", "c1 c2", "d1 d2", "e1 e2 e3", "f1 f2", "g1 g2 g3", "h1 h2", "i1 i2", "j1 j2"]
TWO = ["b1 c1", "d1 e1", "d1 e3", "f1 g1", "f1 g3", "h1 i1", "k1 l1", "k1 m1", "n1 n2", "a1 b1"]


@pytest.fixture(scope="module")
def found() -> IdentityResult:
    """The shops among the crowd, by the parameters that come with the product."""
    return identify(table([*SHOPS, *CROWD]), kind="outlet")


def customer_of(result: IdentityResult) -> dict[str, int]:
    return dict(zip(result.links["source_id"].to_pylist(), result.links["customer_id"].to_pylist(), strict=True))


@pytest.mark.parametrize("keys", ONE)
def test_records_of_one_outlet_meet(found: IdentityResult, keys: str) -> None:
    customers = customer_of(found)
    assert len({customers[key] for key in keys.split()}) == 1


@pytest.mark.parametrize("keys", TWO)
def test_records_of_two_outlets_stay_apart(found: IdentityResult, keys: str) -> None:
    one, other = keys.split()
    customers = customer_of(found)
    assert customers[one] != customers[other]


def test_a_licence_issued_anew_keeps_the_outlet(found: IdentityResult) -> None:
    customers = customer_of(found)
    assert customers["a6"] == customers["a1"]


def test_results_have_their_schemas(found: IdentityResult) -> None:
    assert found.links.schema == IDENTITY_LINK.arrow_schema
    assert found.golden.schema == GOLDEN_RECORD.arrow_schema
    assert found.redirects.schema == IDENTITY_REDIRECT.arrow_schema
    assert set(found.links["customer_id"].to_pylist()) == set(found.golden["customer_id"].to_pylist())


def test_the_golden_record_is_whole_and_says_where_it_is_from(found: IdentityResult) -> None:
    row = next(row for row in found.golden.to_pylist() if row["customer_id"] == customer_of(found)["a1"])
    assert (row["name"], row["owner_name"], row["phone"]) == ("鑫源烟酒商行", "李建国", "13912345670")
    assert row["address"] == "星湖区古柳街道人民路12号"
    said = json.loads(row["provenance"])
    assert said["phone"]["agree"] == 5
    assert set(said["name"]) >= {"system", "source_id", "rule", "agree", "of", "confidence"}
    assert not any(value in row["provenance"] for value in ("李建国", "13912345670", "人民路"))


def test_pairs_for_a_person_explain_themselves_without_values(found: IdentityResult) -> None:
    assert found.review.num_rows
    for row in found.review.to_pylist():
        parts = json.loads(row["parts"])
        assert abs(sum(part["weight"] for part in parts) - row["weight"]) < 0.1
        assert all(part["label"]["zh"] and part["label"]["en"] and part["level"]["zh"] for part in parts)
        assert row["left_customer_id"] != row["right_customer_id"]


def test_the_order_of_the_records_does_not_matter(found: IdentityResult) -> None:
    again = identify(table([*CROWD, *reversed(SHOPS)]), kind="outlet")
    assert again.links == found.links
    assert again.golden == found.golden


def decided(left: str, right: str, decision: str) -> pa.Table:
    one, other = left.split("/"), right.split("/")
    return pa.table([[value] for value in (*one, *other, decision)], schema=DECISIONS)


def test_a_decision_merges_and_taking_it_back_restores_both(found: IdentityResult) -> None:
    records = table([*SHOPS, *CROWD])
    merged = identify(records, kind="outlet", previous=found.links, decisions=decided("ordering/b1", "crm/c2", "must"))
    customers = customer_of(merged)
    assert customers["b1"] == customers["c2"]
    back = identify(records, kind="outlet", previous=merged.links)
    assert customer_of(back)["b1"] != customer_of(back)["c2"]


def test_a_decision_keeps_apart_what_looks_alike() -> None:
    records = table([*SHOPS, *CROWD])
    apart = identify(records, kind="outlet", decisions=decided("ordering/b1", "crm/b2", "cannot"))
    assert customer_of(apart)["b1"] != customer_of(apart)["b2"]


def test_two_anchored_customers_are_never_joined_but_asked_about() -> None:
    records = table([*SHOPS, *CROWD])
    anchors = {("crm", "a2"): 70, ("erp", "a5"): 71}
    result = identify(records, kind="outlet", anchors=anchors)
    customers = customer_of(result)
    assert (customers["a2"], customers["a5"]) == (70, 71)
    pairs = {frozenset((row["left_id"], row["right_id"])) for row in result.review.to_pylist()}
    assert any("a5" in pair for pair in pairs)
    rules = dict(zip(result.links["source_id"].to_pylist(), result.links["rule"].to_pylist(), strict=True))
    assert rules["a2"] == "anchor"


MEMBERS = [
    {"system": "crm", "source_id": "p1", "name": "王建国", "phone": "13912345670", "address": "星湖区古柳街道人民路12号"},
    {"system": "app", "source_id": "p2", "name": "王**", "phone": "139-1234-5670", "address": "古柳街道人民路12"},
    {"system": "pos", "source_id": "p3", "name": "王建国", "phone": "13912345671", "address": "星湖区古柳街道人民路12号"},
    # his daughter: same phone, same house
    {"system": "crm", "source_id": "q1", "name": "王小敏", "phone": "13912345670", "address": "星湖区古柳街道人民路12号"},
    # another man of the same name
    {"system": "crm", "source_id": "r1", "name": "王建国", "phone": "13599998888", "address": "星湖区东门街道建设路200号"},
    {"system": "app", "source_id": "s1", "name": "歐陽明", "phone": "13411112222"},
    {"system": "crm", "source_id": "s2", "name": "欧阳明", "phone": "１３４１１１１２２２２", "address": "星湖区老街5号"},
]


@pytest.fixture(scope="module")
def people() -> IdentityResult:
    crowd = [{"system": row["system"], "source_id": row["source_id"], "name": row["owner_name"], "phone": row["phone"]} for row in CROWD]
    return identify(table([*MEMBERS, *crowd]), kind="person")


def test_members_meet_and_relatives_and_namesakes_stay_apart(people: IdentityResult) -> None:
    customers = customer_of(people)
    assert customers["p1"] == customers["p2"] == customers["p3"]
    assert customers["s1"] == customers["s2"]
    assert len({customers["p1"], customers["q1"], customers["r1"]}) == 3


def test_a_person_is_shown_without_the_given_name(people: IdentityResult) -> None:
    row = next(row for row in people.golden.to_pylist() if row["customer_id"] == customer_of(people)["p2"])
    assert (row["name"], row["display_name"], row["kind"]) == ("王建国", "王**", "consumer")


def test_no_records_no_customers() -> None:
    result = identify(table([]), kind="outlet")
    assert result.links.num_rows == result.golden.num_rows == result.review.num_rows == 0
