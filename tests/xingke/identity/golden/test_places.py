"""The address of a customer put together from what its records have of it."""

import numpy as np
import pyarrow as pa

from xingke.identity.chinese import normalise_records
from xingke.identity.golden.places import places_of


def put_together(*addresses: str) -> str | None:
    count = len(addresses)
    records = normalise_records(
        pa.table({"system": ["crm"] * count, "source_id": [str(number) for number in range(count)], "address": addresses})
    )
    zero = np.zeros(count, dtype=np.int64)
    return places_of(records, zero, np.arange(count) % 12, 1, trust=np.arange(12), day=zero).text[0]


def test_every_part_comes_from_where_it_is() -> None:
    assert put_together("星湖区古柳街道人民路旁", "人民路12号", "古柳街道办事处人民路12#(学校对面)") == "星湖区古柳街道人民路12号"


def test_a_town_without_its_kind_does_not_split_the_road() -> None:
    assert put_together("星湖区古柳人民路12号", "星湖区古柳街道人民路12号", "古柳街道人民路12号") == "星湖区古柳街道人民路12号"


def test_one_wrong_number_is_outvoted() -> None:
    assert put_together("人民路12号附3号", "人民路12号附3号", "人民路18号") == "人民路12号附3号"


def test_the_city_stands_in_front_where_most_write_it() -> None:
    assert (
        put_together("湖南省长沙市岳麓区麓山南路12号", "湖南长沙市岳麓区麓山南路12号", "岳麓区麓山南路12号")
        == "湖南省长沙市岳麓区麓山南路12号"
    )


def test_building_and_room_stay() -> None:
    assert put_together("深南大道10号3栋201室", "深南大道10号3栋201室", "深南大道10号") == "深南大道10号3栋201室"


def test_an_address_without_a_road_is_left_to_the_vote() -> None:
    assert put_together("菜市场旁边") is None
