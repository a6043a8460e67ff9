"""Values that many records share count less: a number that a clerk types for everybody joins nobody."""

from collections.abc import Sequence

import pyarrow as pa
import pytest

from xingke.identity.identify import IdentityResult, identify
from xingke.schema.intake import RECORD

CORES = ("幸福", "永安", "利民", "佳佳", "鑫源", "宏达", "顺发", "吉祥", "旺旺", "好又多")
ROADS = ("东山路", "西山路", "南山路", "北山路")
OWNERS = "赵钱孙李周吴郑王冯陈"
PLACEHOLDER = "13800000000"


def shops(count: int, *, phones: Sequence[str] | None = None) -> list[dict[str, str]]:
    return [
        {
            "system": "crm",
            "source_id": f"P{number:03d}",
            "name": f"{CORES[number % 10]}{'甲乙丙丁'[number // 10]}便利店",
            "owner_name": f"{OWNERS[number % 10]}{'建国秀志'[number // 10]}英",
            "phone": phones[number] if phones else PLACEHOLDER,
            "address": f"杭州市西湖区{ROADS[number // 10]}{3 + 7 * number}号",
        }
        for number in range(count)
    ]


def identified(rows: list[dict[str, str]], kind: str = "outlet") -> IdentityResult:
    columns = {name: pa.array([row.get(name) for row in rows], RECORD.column(name).type.arrow) for name in RECORD.column_names}
    return identify(pa.table(columns), kind=kind)


@pytest.mark.parametrize("kind", ["outlet", "person"])
@pytest.mark.parametrize("count", [2, 3, 5, 9, 40])
def test_a_number_typed_for_everybody_joins_nobody(count: int, kind: str) -> None:
    assert identified(shops(count), kind).golden.num_rows == count


def test_the_number_stays_in_the_golden_record() -> None:
    assert set(identified(shops(12)).golden["phone"].to_pylist()) == {PLACEHOLDER}


def test_shops_with_numbers_of_their_own_are_as_many() -> None:
    assert identified(shops(40, phones=[f"138{number * 7919 + 15838662:08d}" for number in range(40)])).golden.num_rows == 40


def test_a_second_system_still_meets_over_a_number_that_a_few_share() -> None:
    """Three shops of one owner's family use one phone; each is known to a second system too."""
    first = shops(3)
    second = [{**row, "system": "erp", "source_id": f"E{row['source_id']}"} for row in first]
    links = identified([*first, *second]).links
    customer = dict(zip(links["source_id"].to_pylist(), links["customer_id"].to_pylist(), strict=True))
    assert all(customer[row["source_id"]] == customer[f"E{row['source_id']}"] for row in first)
    assert len(set(customer.values())) == 3


@pytest.mark.parametrize("field", ["licence_no", "uscc", "open_id", "email"])
def test_no_other_number_that_all_share_joins_anybody(field: str) -> None:
    placeholder = {"licence_no": "330106100001", "uscc": "91330106MA2XXXXX0X", "open_id": "o000", "email": "no@mail.example"}[field]
    rows = [{**row, field: placeholder, "phone": f"1380000{number:04d}"} for number, row in enumerate(shops(20))]
    for kind in ("outlet", "person"):
        assert identified(rows, kind).golden.num_rows == 20
