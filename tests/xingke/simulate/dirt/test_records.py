"""Rates of the systems' dirt, measured from the records against the clean tables."""

import unicodedata
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from xingke.quality.checks import split
from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.simulate.dirt.glyphs import TRADITIONAL
from xingke.simulate.dirt.systems import DAY_FORMS, SYSTEM

FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "format")
TRADITIONAL_FORMS = frozenset(TRADITIONAL.values())


def _plain(texts: np.ndarray) -> np.ndarray:
    """Full-width digits as usual ones, traditional characters simplified."""
    back = str.maketrans({form: simple for simple, form in TRADITIONAL.items()})
    return np.array([unicodedata.normalize("NFKC", text).translate(back) for text in texts.tolist()])


def _digits_apart(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.array([sum(a != b for a, b in zip(x, y, strict=True)) if len(x) == len(y) else -1 for x, y in zip(some, others, strict=True)])


def _in_systems(seen, *names: str) -> np.ndarray:
    return np.isin(seen.records["system"], names)


def test_every_outlet_is_in_four_to_twelve_systems_and_always_in_ordering_and_licensing(city, dirty) -> None:
    systems = dirty.all_links.group_by("outlet_id").aggregate([("system", "count_distinct")])
    known = systems.filter(systems["outlet_id"].is_valid())
    assert known.num_rows == city.outlet.num_rows
    assert pc.min_max(known["system_count_distinct"]).as_py() == {"min": 4, "max": 12}
    for name in ("ordering", "licensing"):
        assert sorted(dirty.right["outlet_id"][_in_systems(dirty, name)].tolist()) == city.outlet["outlet_id"].to_pylist()
    assert set(dirty.records["system"].tolist()) == set(SYSTEMS)


def test_systems_know_the_outlets_whose_feed_they_get(city, dirty) -> None:
    for system, flag in (("pos", "uses_pos"), ("iot", "has_sensor")):
        expected = city.outlet.filter(city.outlet[flag])["outlet_id"].to_pylist()
        assert sorted(set(dirty.right["outlet_id"][_in_systems(dirty, system)].tolist())) == expected
    without = set(city.owner.filter(pc.invert(city.owner["uses_wechat"]))["owner_id"].to_pylist())
    owners = dirty.all_links.filter(pc.equal(dirty.all_links["system"], "wechat"))["owner_id"].drop_null().to_pylist()
    assert not without & set(owners)


def test_the_records_keep_their_schema(dirty) -> None:
    good, quarantine = split(dirty.all_records, SOURCE_RECORD)
    assert quarantine.num_rows == 0
    assert good.num_rows == dirty.all_links.num_rows


def test_five_values_in_eight_are_right_before_cleaning(dirty) -> None:
    flags = [pc.mean(dirty.all_links[f"{name}_is_right"].cast(pa.int8())).as_py() for name in FIELDS]
    assert np.mean(flags) == pytest.approx(0.62, abs=0.015)


def test_a_value_is_right_exactly_if_it_is_written_as_in_the_clean_tables(dirty) -> None:
    real = dirty.all_links.filter(dirty.all_links["outlet_id"].is_valid())
    for name in FIELDS:
        assert (real[f"{name}_is_right"].to_numpy() == (dirty.records[name] == dirty.right[name])).all()


def test_two_systems_agree_on_the_format_of_an_outlet_less_than_six_times_in_ten(dirty) -> None:
    agree = _pairs_that_agree(dirty, dirty.records["format"])
    assert 0.25 < agree < 0.60


def test_they_agree_more_often_but_not_always_once_their_codes_are_translated(dirty) -> None:
    standard = {
        (system, code): word for system in ("erp", "customer_service") for word, code in SYSTEM[system].formats.items()
    }  # the books that only rename; the others merge formats and cannot be read back
    pairs = zip(dirty.records["system"].tolist(), dirty.records["format"].tolist(), strict=True)
    translated = np.array([standard.get(pair, pair[1]) for pair in pairs])
    assert _pairs_that_agree(dirty, dirty.records["format"]) < _pairs_that_agree(dirty, translated) < 0.75


def _pairs_that_agree(seen, formats: np.ndarray) -> float:
    outlet_id = seen.right["outlet_id"]
    books = []
    for system in SYSTEMS:
        mask = _in_systems(seen, system) & (formats != "")
        books.append(dict(zip(outlet_id[mask].tolist(), formats[mask].tolist(), strict=True)))
    agree = [
        first[outlet] == second[outlet]
        for place, first in enumerate(books)
        for second in books[place + 1 :]
        for outlet in first.keys() & second
    ]
    return float(np.mean(agree))


def test_one_system_books_nearly_all_outlets_as_convenience_stores(dirty) -> None:
    booked = dirty.records["format"][_in_systems(dirty, "membership")]
    assert (booked == "convenience").mean() == pytest.approx(0.86, abs=0.02)


def test_names_differ_in_twenty_two_records_of_a_hundred(dirty) -> None:
    plain = _plain(dirty.records["name"])
    assert (plain != dirty.right["name"]).mean() == pytest.approx(0.22, abs=0.012)


def test_a_shop_that_changed_hands_keeps_name_and_owner_of_before_in_some_systems(dirty) -> None:
    there = dirty.there("owner_name")
    plain = _plain(dirty.records["owner_name"])
    apart = _digits_apart(plain, dirty.right["owner_name"])
    other_person = there & ((apart > 1) | (apart < 0))
    assert dirty.share(other_person, there) == pytest.approx(0.05, abs=0.015)
    assert not (other_person & _in_systems(dirty, "ordering", "licensing")).any()
    assert (dirty.records["name"][other_person] != dirty.right["name"][other_person]).mean() > 0.98


def test_phones_are_missing_old_shared_or_wrong_by_a_digit_at_their_rates(dirty) -> None:
    keeps = np.isin(dirty.records["system"], [name for name, system in SYSTEM.items() if "phone" in system.keeps])
    there = dirty.there("phone")
    assert dirty.share(~there, keeps) == pytest.approx(0.04, abs=0.005)
    plain = _plain(dirty.records["phone"])
    apart = _digits_apart(plain, dirty.right["phone"])
    one_digit = there & (apart == 1)
    others = there & (apart > 1) & np.isin(plain, np.unique(dirty.right["phone"]))
    old = there & (apart > 1) & ~others
    assert dirty.share(one_digit, there) == pytest.approx(0.015 * 0.89, abs=0.003)
    assert dirty.share(others, there) == pytest.approx(0.02, abs=0.006)
    assert dirty.share(old, there) == pytest.approx(0.09, abs=0.008)


def test_a_shared_phone_is_that_of_an_owner_of_the_same_surname_in_the_same_county(city, dirty) -> None:
    by_phone = dict(zip(dirty.right["phone"].tolist(), zip(dirty.right["owner_name"].tolist(), dirty.right["county"].tolist(), strict=True),
                        strict=True))  # fmt: skip
    lent = [
        (by_phone[phone], (name, county))
        for phone, own, name, county in zip(
            _plain(dirty.records["phone"]).tolist(), dirty.right["phone"].tolist(), dirty.right["owner_name"].tolist(),
            dirty.right["county"].tolist(), strict=True,
        )
        if phone in by_phone and phone != own
    ]  # fmt: skip
    assert len(lent) > 100
    assert np.mean([one[0][0] == other[0][0] and one[1] == other[1] for one, other in lent]) > 0.98


def test_three_addresses_in_ten_are_written_in_other_words(dirty) -> None:
    there = dirty.there("address")
    plain = _plain(dirty.records["address"])
    assert dirty.share(plain != dirty.right["address"], there) == pytest.approx(0.30, abs=0.015)


def test_a_licence_number_has_a_wrong_digit_or_is_the_one_before_renewal(dirty) -> None:
    there = dirty.there("licence_no")
    apart = _digits_apart(_plain(dirty.records["licence_no"]), dirty.right["licence_no"])
    registers = _in_systems(dirty, "ordering", "licensing")
    assert dirty.share(apart == 1, there & registers) == pytest.approx(0.012, abs=0.004)
    assert not (apart[registers] > 1).any()
    # 3 % a year over up to five years, kept by half of the systems
    assert dirty.share(apart > 1, there & ~registers) == pytest.approx(0.06, abs=0.02)
    assert (np.char.str_len(dirty.records["licence_no"][there]) == 12).all()


def test_some_records_mix_traditional_characters_in_and_some_write_full_width_digits(dirty) -> None:
    addresses, phones = dirty.there("address"), dirty.there("phone")
    mixed = np.array([bool(TRADITIONAL_FORMS & set(text)) for text in dirty.records["address"].tolist()])
    wide = np.array([text != unicodedata.normalize("NFKC", text) for text in dirty.records["phone"].tolist()])
    assert dirty.share(mixed, addresses) == pytest.approx(0.02, abs=0.005)
    assert dirty.share(wide, phones) == pytest.approx(0.03, abs=0.005)


def test_three_records_in_a_hundred_were_registered_twice_except_where_a_number_is_given_once(dirty) -> None:
    free = ~_in_systems(dirty, "ordering", "licensing")
    pairs = set(zip(dirty.records["system"][free].tolist(), dirty.right["outlet_id"][free].tolist(), strict=True))
    assert free.sum() / len(pairs) - 1 == pytest.approx(0.03, abs=0.004)


def test_three_records_in_a_thousand_stand_for_nobody_and_three_times_as_many_on_a_black_market(city, dirty) -> None:
    nobody = dirty.all_links["outlet_id"].null_count
    assert nobody / dirty.all_links.num_rows == pytest.approx(0.003, rel=0.02)
    records, links = city.records(scenario="black_market")
    assert links["outlet_id"].null_count == pytest.approx(3 * nobody, abs=2)
    forged = records.filter(links["outlet_id"].is_null())
    assert not set(forged["licence_no"].drop_null().to_pylist()) & set(city.licence["licence_no"].to_pylist())
    assert not set(forged["phone"].drop_null().to_pylist()) & set(city.owner["phone"].to_pylist())


def test_what_stands_for_nobody_leaves_honest_records_alone(city, dirty) -> None:
    records, links = city.records(scenario="black_market")
    honest = dirty.all_records.filter(dirty.all_links["outlet_id"].is_valid())
    assert records.filter(links["outlet_id"].is_valid()).equals(honest)


def test_days_are_written_in_five_ways_and_each_can_be_read_back(city, dirty) -> None:
    ways: dict[str, int] = dict.fromkeys(DAY_FORMS, 0)
    for text in dirty.records["registered_on"].tolist():
        way = _way(text)
        ways[way] += 1
        assert date(2014, 1, 1) <= datetime.strptime(text, way).date() <= date(2024, 1, 1)  # noqa: DTZ007 (a day has no zone)
    assert min(ways.values()) > 0.02 * sum(ways.values())
    assert dirty.records["registered_on"].size == sum(ways.values())


def _way(text: str) -> str:
    return next(way for way, sign in zip(DAY_FORMS, ("-", "/", "", "年", "."), strict=True) if sign in text and (sign or text.isdigit()))


def test_without_dirt_every_value_is_there_and_right_in_the_same_systems(city, dirty, see) -> None:
    records, links = city.records(clean=True)
    assert all(pc.all(links[f"{name}_is_right"]).as_py() for name in FIELDS)
    assert sum(column.null_count for column in records.columns) == 0
    assert set(map(_way, records["registered_on"].to_pylist())) == {"%Y-%m-%d"}
    keys = set(zip(records["system"].to_pylist(), records["source_id"].to_pylist(), strict=True))
    first = set(zip(dirty.all_records["system"].to_pylist(), dirty.all_records["source_id"].to_pylist(), strict=True))
    assert keys < first


def test_the_same_seed_gives_the_same_records_and_another_seed_others(small_city) -> None:
    first, second, other = small_city.records(), small_city.records(), small_city.records(seed=8)
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])
    assert not first[0].equals(other[0])


def test_another_name_of_one_outlet_changes_no_record_of_another(small_city) -> None:
    names = small_city.outlet["name"].to_pylist()
    names[17] = "新来的店"
    records, links = small_city.records()
    again, _ = small_city.with_outlet("name", pa.array(names)).records()
    others = pc.not_equal(links["outlet_id"], 1017)
    assert again.filter(others).equals(records.filter(others))
    assert not again.equals(records)


def test_an_outlet_that_opens_later_is_in_no_system_yet(small_city) -> None:
    as_of = date(2019, 1, 1)
    _, links = small_city.records(as_of=as_of)
    opened = small_city.outlet.filter(pc.less_equal(small_city.outlet["opened_on"], pa.scalar(as_of)))
    assert 0 < opened.num_rows < 300
    assert sorted(set(links["outlet_id"].drop_null().to_pylist())) == opened["outlet_id"].to_pylist()


def test_of_several_licences_the_last_one_issued_counts(small_city) -> None:
    renewed = small_city.licence.slice(5, 1)
    newer = renewed.set_column(0, "licence_no", pa.array(["990102199999"]))
    newer = newer.set_column(3, "issued_on", pa.array([date(2023, 12, 1)]))
    later = newer.set_column(0, "licence_no", pa.array(["990102188888"])).set_column(3, "issued_on", pa.array([date(2024, 6, 1)]))
    tables = pa.concat_tables([newer.cast(renewed.schema), small_city.licence, later.cast(renewed.schema)])
    records, links = type(small_city)(small_city.outlet, small_city.owner, tables).records(clean=True)
    mine = records.filter(pc.equal(links["outlet_id"], 1005))
    assert mine["licence_no"].unique().to_pylist() == ["990102199999"]


def test_numbers_and_order_of_records_tell_nothing_about_the_outlet(dirty) -> None:
    mask = _in_systems(dirty, "crm")
    number = np.array([int(key[2:]) for key in dirty.records["source_id"][mask].tolist()])
    assert abs(np.corrcoef(number, dirty.right["outlet_id"][mask])[0, 1]) < 0.06
    assert abs(np.corrcoef(np.arange(mask.sum()), dirty.right["outlet_id"][mask])[0, 1]) < 0.06


def test_ordering_knows_an_outlet_by_its_own_number(dirty) -> None:
    mask = _in_systems(dirty, "ordering")
    assert dirty.records["source_id"][mask].tolist() == dirty.right["outlet_id"][mask].astype(str).tolist()


def test_keys_of_two_cities_do_not_meet(small_city) -> None:
    from xingke.simulate.dirt import source_records
    from xingke.simulate.scenarios import SCENARIOS
    from xingke.simulate.streams import Streams

    tables = {"outlet": small_city.outlet, "owner": small_city.owner, "licence": small_city.licence}
    keys = [
        set(source_records(Streams(7, city), **tables, scenario=SCENARIOS["baseline"], clean=False, as_of=date(2024, 1, 1))[0]
            .filter(pc.field("system") == "crm")["source_id"].to_pylist())
        for city in (0, 1)
    ]  # fmt: skip
    assert not keys[0] & keys[1]


def test_before_the_first_opening_there_is_no_record(small_city) -> None:
    records, links = small_city.records(as_of=date(2013, 1, 1))
    assert (records.num_rows, links.num_rows) == (0, 0)
