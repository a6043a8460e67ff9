"""The default plan for people in Latin script: names, birth date, numbers, addresses; what a source lacks stays empty."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from xingke.identity.linkage.levels import alike, crossed, edits, equal
from xingke.identity.linkage.plan import RECORD_ID, Block, Comparison, Level, LinkPlan
from xingke.words import both

FIELDS = ("given_name", "surname", "born_on", "id_number", "email", "phone", "street", "house", "estate", "suburb", "postcode", "state")
"""What a source of people may fill, as text."""

DERIVED = ("born_swapped", "name_initials", "mailbox")


def person_records(fields: Mapping[str, pa.ChunkedArray | pa.Array], rows: int) -> pa.Table:
    """Fields of people in normal form: lower case, no marks, empty as missing, and the parts that blocks and conditions read.

    Parameters
    ----------
    fields
        Text by the names of `FIELDS`; `born_on` as year, month, day with or without dashes.
    """
    plain = {name: _plain(fields[name]) if name in fields else pa.nulls(rows, pa.string()) for name in FIELDS}
    born = plain["born_on"]
    month_first = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(born, 0, 4), pc.utf8_slice_codeunits(born, 6, 8), pc.utf8_slice_codeunits(born, 4, 6), ""
    )
    initials = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(plain["given_name"], 0, 1), pc.utf8_slice_codeunits(plain["surname"], 0, 1), ""
    )
    mailbox = pc.utf8_lower(pc.list_element(pc.split_pattern(pc.coalesce(_text(fields.get("email"), rows), ""), "@"), 0))
    derived = {"born_swapped": month_first, "name_initials": initials, "mailbox": pc.if_else(pc.equal(mailbox, ""), None, mailbox)}
    return pa.table({RECORD_ID: pa.array(range(rows), pa.int64()), **plain, **derived})


def _text(values: pa.ChunkedArray | pa.Array | None, rows: int) -> pa.ChunkedArray | pa.Array:
    return pa.nulls(rows, pa.string()) if values is None else values


def _plain(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    letters = pc.replace_substring_regex(pc.utf8_lower(values), r"[^\pL\pN@]+", "")
    return pc.if_else(pc.equal(letters, ""), None, letters)


def _name(condition: str, zh: str, en: str) -> Level:
    return Level(condition, both(zh, en))


_GIVEN, _SURNAME = "jaro_winkler_similarity(given_name_l, given_name_r)", "jaro_winkler_similarity(surname_l, surname_r)"

PERSON = LinkPlan(
    name="latin_person",
    label=both("个人（拉丁文字）", "People in Latin script"),
    columns=(*FIELDS, *DERIVED),
    comparisons=(
        Comparison(
            "given_name",
            both("名", "Given name"),
            ("given_name", "surname"),
            (
                equal("given_name", frequency=True),
                crossed("given_name", "surname"),
                alike("given_name", 0.9),
                alike("given_name", 0.7),
            ),
        ),
        Comparison(
            "surname",
            both("姓", "Surname"),
            ("surname", "given_name"),
            (
                equal("surname", frequency=True),
                crossed("surname", "given_name"),
                alike("surname", 0.9),
                alike("surname", 0.7),
            ),
        ),
        Comparison(
            "born_on",
            both("出生日期", "Birth date"),
            ("born_on", "born_swapped"),
            (
                equal("born_on"),
                Level("born_on_l = born_swapped_r", both("月日互换", "day and month swapped")),
                edits("born_on", 1),
                edits("born_on", 2),
            ),
        ),
        Comparison(
            "id_number",
            both("证件号", "Identity number"),
            ("id_number",),
            (equal("id_number"), edits("id_number", 1), edits("id_number", 2)),
        ),
        Comparison(
            "email",
            both("邮箱", "E-mail"),
            ("email", "mailbox"),
            (equal("email", frequency=True), equal("mailbox", label=both("邮箱名一致", "same mailbox")), alike("email", 0.88)),
        ),
        Comparison("phone", both("电话", "Phone"), ("phone",), (equal("phone", frequency=True), edits("phone", 1))),
        Comparison(
            "street",
            both("街道", "Street"),
            ("street", "estate"),
            (equal("street", frequency=True), crossed("street", "estate"), alike("street", 0.9), alike("street", 0.75)),
        ),
        Comparison("house", both("门牌", "House number"), ("house",), (equal("house"), edits("house", 1))),
        Comparison(
            "estate", both("小区", "Estate"), ("estate",), (equal("estate", frequency=True), alike("estate", 0.9), alike("estate", 0.75))
        ),
        Comparison(
            "place",
            both("地区", "Place"),
            ("suburb", "postcode"),
            (
                equal("suburb", "postcode", frequency=True),
                equal("suburb", label=both("城区一致", "same suburb")),
                Level(
                    "suburb_l = suburb_r or (postcode_l = postcode_r and jaro_winkler_similarity(suburb_l, suburb_r) >= 0.8)",
                    both("相近", "alike"),
                ),
                equal("postcode", label=both("邮编一致", "same postcode")),
                alike("suburb", 0.85),
                edits("postcode", 1, both("邮编差 1 处", "postcode with one edit")),
            ),
        ),
    ),
    blocks=(
        Block(("id_number",)),
        Block(("email",)),
        Block(("phone",)),
        Block(("born_on",)),
        Block(("given_name", "surname")),
        Block(("surname", "postcode")),
        Block(("given_name", "postcode")),
        Block(("surname", "house")),
        Block(("street", "house")),
        Block(("suburb", "house")),
        Block(("street", "surname")),
        Block(("street", "given_name")),
        Block(("estate", "postcode")),
        Block(("mailbox",)),
    ),
    training=(("id_number",), ("born_on",), ("given_name", "surname"), ("street", "postcode"), ("email",)),
    sure=(Block(("id_number",)), Block(("given_name", "surname", "born_on")), Block(("email",))),
    sure_recall=0.9,
    match=0.5,
    review_from=0.1,
)
