"""The default plan for people in Latin script: names, birth, numbers, addresses, occupation; what a source lacks stays empty."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from xingke.identity.linkage.levels import alike, crossed, edits, equal
from xingke.identity.linkage.nicknames import roots
from xingke.identity.linkage.plan import RECORD_ID, Block, Comparison, Guard, Level, LinkPlan
from xingke.words import both

FIELDS = (
    "given_name", "surname", "born_on", "birth_place", "gender", "occupation", "id_number", "email", "phone", "street", "house", "estate",
    "suburb", "postcode", "state",
)  # fmt: skip
"""What a source of people may fill, as text."""

STARTS = {"given_start": ("given_name", 3), "surname_start": ("surname", 4), "born_year": ("born_on", 4)}
"""Beginnings that blocks read: a slip in the rest of a name leaves them as they are."""

DERIVED = ("born_swapped", "name_initials", "mailbox", "given_root", "postcode_area", *STARTS)


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
    derived = {
        "born_swapped": month_first,
        "name_initials": initials,
        "mailbox": pc.if_else(pc.equal(mailbox, ""), None, mailbox),
        "given_root": roots(plain["given_name"]),
        "postcode_area": _postcode_area(plain["postcode"]),
        **{name: pc.utf8_slice_codeunits(plain[column], 0, length) for name, (column, length) in STARTS.items()},
    }
    return pa.table({RECORD_ID: pa.array(range(rows), pa.int64()), **plain, **derived})


def _text(values: pa.ChunkedArray | pa.Array | None, rows: int) -> pa.ChunkedArray | pa.Array:
    return pa.nulls(rows, pa.string()) if values is None else values


def _plain(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    letters = pc.replace_substring_regex(pc.utf8_lower(values), r"[^\pL\pN@]+", "")
    return pc.if_else(pc.equal(letters, ""), None, letters)


def _postcode_area(postcode: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """The part that names the region: all but the last three characters of a code with letters, the first two of other digits."""
    is_mixed = pc.match_substring_regex(postcode, r"\pL")
    return pc.if_else(is_mixed, pc.utf8_slice_codeunits(postcode, 0, -3), pc.utf8_slice_codeunits(postcode, 0, 2))


_PLACE_MISSING = "(suburb_l is null or suburb_r is null) and (postcode_l is null or postcode_r is null)"

PERSON = LinkPlan(
    name="latin_person",
    label=both("个人（拉丁文字）", "People in Latin script"),
    columns=(*FIELDS, *DERIVED),
    comparisons=(
        Comparison(
            "given_name",
            both("名", "Given name"),
            ("given_name", "surname", "given_root"),
            (
                equal("given_name", frequency=True),
                crossed("given_name", "surname"),
                equal("given_root", label=both("昵称或简称", "a short form or nickname")),
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
            ("born_on", "born_swapped", "born_year"),
            (
                equal("born_on", frequency=True),
                Level("born_on_l = born_swapped_r", both("月日互换", "day and month swapped")),
                edits("born_on", 1),
                edits("born_on", 2),
                equal("born_year", label=both("同年", "same year")),
            ),
        ),
        Comparison(
            "birth_place",
            both("出生地", "Birth place"),
            ("birth_place",),
            (equal("birth_place", frequency=True), alike("birth_place", 0.9), alike("birth_place", 0.75)),
        ),
        Comparison("gender", both("性别", "Gender"), ("gender",), (equal("gender"),)),
        Comparison(
            "occupation",
            both("职业", "Occupation"),
            ("occupation",),
            (equal("occupation", frequency=True), alike("occupation", 0.88)),
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
            ("suburb", "postcode", "postcode_area"),
            (
                equal("suburb", "postcode", frequency=True),
                equal("suburb", label=both("城区一致", "same suburb")),
                Level(
                    "suburb_l = suburb_r or (postcode_l = postcode_r and jaro_winkler_similarity(suburb_l, suburb_r) >= 0.8)",
                    both("相近", "alike"),
                ),
                equal("postcode", label=both("邮编一致", "same postcode"), frequency=True),
                alike("suburb", 0.85),
                edits("postcode", 1, both("邮编差 1 处", "postcode with one edit")),
                equal("postcode_area", label=both("邮编前段一致", "same region of the postcode")),
            ),
            missing=_PLACE_MISSING,
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
        Block(("surname_start", "given_start", "born_year")),
        Block(("surname_start", "given_start", "postcode_area")),
        Block(("surname_start", "given_start", "birth_place")),
        Block(("surname", "given_root")),
        Block(("surname", "born_year")),
        Block(("given_root", "born_year", "birth_place")),
        Block(("postcode", "born_year")),
        Block(("surname", "birth_place")),
    ),
    training=(("id_number",), ("born_on",), ("given_name", "surname"), ("street", "postcode"), ("email",)),
    sure=(Block(("id_number",)), Block(("given_name", "surname", "born_on")), Block(("email",))),
    guard=Guard(lowest_mean_evidence=2.0),
    match=0.8,
    review_from=0.1,
)
