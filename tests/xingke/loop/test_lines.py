"""Order lines over pulls, parts, corrections and files that come again: whatever the cuts, what is loaded is what the source has."""

import itertools
import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.engine import DuckEngine
from xingke.loop.assemble.facts import judge
from xingke.loop.assemble.reading import open_pieces, open_table
from xingke.loop.pieces import PieceStore
from xingke.schema import ORDER_LINE

DAY = date(2026, 11, 5)
FORM = pa.schema(
    [
        ("system", pa.string()), ("customer_key", pa.string()), ("ordered_on", pa.date32()), ("order_key", pa.string()),
        ("line_no", pa.string()), ("product_key", pa.string()), ("quantity_units", pa.int64()), ("amount_yuan", pa.decimal128(14, 2)),
    ]
)  # fmt: skip


def line(order: str | None, product: str, amount: int, *, key: str | None = None, quantity: int = 1, customer: str = "V1") -> dict:
    """A line as a file has it; without an order number its customer and day stand for one."""
    return {
        "system": "pos",
        "customer_key": customer,
        "ordered_on": DAY,
        "order_key": order or f"{customer}-{DAY}",
        "line_no": key,
        "product_key": product,
        "quantity_units": quantity,
        "amount_yuan": Decimal(amount),
    }


class Loads:
    """The loads of a lake, and what comes of them."""

    def __init__(self, root: Path) -> None:
        self.store = PieceStore(root)
        self._numbers = itertools.count(1)

    def put(self, lines: list[dict], *, parts: int = 1, reading: str = "", whole: bool = False, numbered: bool = False) -> str:
        """A load of these lines, cut into parts; `numbered` as the first version stored it. Answers the name of the load."""
        name = f"import-{next(self._numbers)}"
        size = max(1, -(-len(lines) // parts))
        for place, start in enumerate(range(0, len(lines), size)):
            load_id = name if not place else f"{name}-p{place:02d}"
            if reading or whole:
                self.store.begin(load_id, reading=reading, is_whole=whole)
            self.store.put(load_id, "order_line", pa.Table.from_pylist(lines[start : start + size], schema=FORM))
            if numbered:
                _as_before(self.store, load_id)
        return name

    def correct(self, load_id: str, lines: list[dict]) -> None:
        """Rows of a load that waited and were put right."""
        self.store.begin_correction(f"{load_id}-r1", load_id)
        self.store.put(f"{load_id}-r1", "order_line", pa.Table.from_pylist(lines, schema=FORM))

    def lines(self, base: list[dict] | None = None) -> list[dict]:
        """Every line with its fate."""
        pieces = self.store.pieces("order_line")
        with DuckEngine(memory_mb=200, threads=1) as engine:
            open_pieces(engine, "piece", "order_line", pieces)
            engine.connection.execute("""
                create temp table link_of as select distinct system, customer_key as source_id, hash(customer_key) % 1000 as customer_id
                from piece where customer_key <> 'stranger';
                create temp table customer_of as select 'nobody' as source_key, 0 as customer_id;
                create temp table product_of as select 'P' as product_key, 1 as product_id, 3 as price_class;
            """)
            open_table(engine, "base_table", (), ORDER_LINE)
            if base:
                engine.load("base_table", pa.Table.from_pylist(base, schema=ORDER_LINE.arrow_schema))
            judge(engine, ORDER_LINE, {}, numbered=any(piece.is_numbered for piece in pieces))
            return engine.query("""
                select fate.*, piece.order_key, piece.product_key, piece.customer_key from fate
                join piece on piece.load_id = fate.load_id and piece.file_row_number = fate.piece_row
            """).to_pylist()

    def held(self) -> Counter:
        """What the lake holds: order, product, quantity and amount of each loaded line; its keys are all different."""
        loaded = [row for row in self.lines() if row["fate"] == "loaded"]
        assert len({(row["order_id"], row["line_no"]) for row in loaded}) == len(loaded)
        return Counter((row["order_key"], row["product_key"], row["quantity_units"], int(row["amount_yuan"])) for row in loaded)


def _as_before(store: PieceStore, load_id: str) -> None:
    """The piece as the first version wrote it: lines numbered as they came where they have no key, whole numbers otherwise."""
    path = store.pieces("order_line")[-1].path
    rows = pq.read_table(path).to_pylist()
    seen: Counter = Counter()
    for row in rows:
        seen[row["order_key"]] += 1
        row["line_no"] = seen[row["order_key"]] if row["line_no"] is None else int(row["line_no"])
        for name in ("asked_cartons", "cap_cartons", "delivered_cartons"):
            del row[name]
    old = pa.Table.from_pylist(rows)
    pq.write_table(old.cast(old.schema.set(old.schema.get_field_index("line_no"), pa.field("line_no", pa.int64()))), path)


def told(lines: list[dict]) -> Counter:
    return Counter((row["order_key"], row["product_key"], row["quantity_units"], int(row["amount_yuan"])) for row in lines)


def total(loads: Loads) -> int:
    return sum(amount * count for (_, _, _, amount), count in loads.held().items())


@contextmanager
def fresh():
    """Loads of a folder of their own, for an example of a property."""
    root = Path(tempfile.mkdtemp(prefix="lines-"))
    try:
        yield Loads(root)
    finally:
        shutil.rmtree(root)


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    return Loads(tmp_path)


def test_files_without_order_numbers_add_up_and_one_that_comes_twice_counts_once(loads):
    morning = [line(None, "cut", 50), line(None, "dye", 200, customer="V2")]
    afternoon = [line(None, "care", 80), line(None, "cut", 50, customer="V3")]
    for rows in (morning, afternoon, morning):
        loads.put(rows)
    assert loads.held() == told(morning + afternoon)
    assert total(loads) == 380


def test_lines_that_are_alike_count_as_often_as_they_stand_in_one_file(loads):
    loads.put([line(None, "cut", 50), line(None, "cut", 50), line("X", "milk", 5), line("X", "milk", 5)])
    assert sum(loads.held().values()) == 4


@pytest.mark.parametrize("keys", [(None, None), ("1", "2"), ("a-7", "a-8")], ids=["no keys", "numbers", "texts"])
def test_a_changed_line_that_comes_alone_takes_the_place_of_the_earlier_one(loads, keys):
    loads.put([line("X", "AAA", 100, key=keys[0]), line("X", "BBB", 200, key=keys[1])])
    loads.put([line("X", "BBB", 222, key=keys[1])])
    assert total(loads) == 322


def test_an_order_that_is_read_again_as_a_whole_loses_the_lines_that_the_source_deleted(loads):
    loads.put([line("X", "AAA", 100), line("X", "BBB", 200), line("Y", "AAA", 7)])
    loads.put([line("X", "BBB", 222)], whole=True)
    assert loads.held() == told([line("X", "BBB", 222), line("Y", "AAA", 7)])


def test_a_return_stays_beside_the_sale_that_it_takes_back(loads):
    loads.put([line("X", "AAA", 100)])
    loads.put([line("X", "AAA", -100, quantity=-1)])
    assert total(loads) == 0
    assert sum(loads.held().values()) == 2


def test_a_correction_goes_on_counting_where_its_load_ended_and_does_not_pass_a_later_load(loads):
    first = loads.put([line("X", "AAA", 100), line("X", "BBB", 200)])
    loads.correct(first, [line("X", "BBB", 30)])
    assert total(loads) == 330
    loads.put([line("X", "AAA", 100), line("X", "BBB", 200), line("X", "BBB", 30)])
    assert total(loads) == 330
    loads.put([line("X", "BBB", 201)])
    assert total(loads) == 331


def test_a_line_of_nobody_waits_and_replaces_nothing(loads):
    loads.put([line("X", "AAA", 100)])
    loads.put([line("X", "AAA", 120, customer="stranger")])
    assert total(loads) == 100
    assert Counter(row["fate"] for row in loads.lines()) == {"loaded": 1, "waiting": 1}


def test_an_order_of_the_base_counts_once_and_keeps_its_later_returns(loads):
    rows = [{**line("77", "P", 100), "system": "ordering"}, {**line("77", "P", -100, quantity=-1), "system": "ordering"}]
    loads.put(rows)
    base = {
        "customer_id": 1, "ordered_on": DAY, "order_id": 77, "line_no": 4, "product_id": 1, "price_class": 3, "quantity_units": 1,
        "amount_yuan": Decimal(100), "discount_yuan": Decimal(0), "channel": None,
    }  # fmt: skip
    assert sorted((int(row["amount_yuan"]), row["fate"]) for row in loads.lines([base])) == [(-100, "loaded"), (100, "duplicate")]


def test_files_with_and_without_keys_of_the_same_order_count_once(loads):
    loads.put([line("X", "AAA", 100, key="1"), line("X", "BBB", 200, key="2")])
    loads.put([line("X", "BBB", 200), line("X", "AAA", 100)])
    assert total(loads) == 300
    loads.put([line("X", "AAA", 100, key="1"), line("X", "BBB", 222, key="2")])
    assert total(loads) == 322


@pytest.mark.parametrize("keys", [(None, None, None), ("1", "2", "3"), ("10", "20", "30")], ids=["none", "counted", "tens"])
def test_pieces_of_the_first_version_are_replaced_by_the_same_lines_loaded_again(loads, keys):
    rows = [line("X", name, amount, key=key) for name, amount, key in zip("ABA", (100, 200, 30), keys, strict=True)]
    loads.put(rows, numbered=True)
    assert total(loads) == 330
    loads.put(rows)
    assert total(loads) == 330
    loads.put([line("X", "B", 222, key=keys[1])])
    assert total(loads) == 352


def test_files_that_the_first_version_let_overwrite_each_other_are_whole_again(loads):
    loads.put([line(None, "cut", 50)], numbered=True)
    loads.put([line(None, "care", 80)], numbered=True)
    assert total(loads) == 130


# Random histories. A source is a list of lines of orders; each step changes it and something of it is loaded.

ORDERS, PRODUCTS = ("X", "Y", "Z"), ("A", "B", "C")
STEP = st.tuples(
    st.sampled_from(("add", "add", "change", "delete", "return")),
    st.sampled_from(ORDERS),
    st.sampled_from(PRODUCTS),
    st.integers(1, 3),
    st.integers(0, 5),
)
HISTORY = st.lists(st.tuples(st.lists(STEP, max_size=4), st.integers(1, 3)), min_size=1, max_size=5)
QUICK = settings(max_examples=max(15, settings.default.max_examples // 4), deadline=None)


class Source:
    """Lines of orders that change; knows which lines are new or changed since it was asked last."""

    def __init__(self, *, keyed: bool, deletes: bool = True) -> None:
        self.rows: list[dict] = []
        self._keyed, self._deletes, self._keys = keyed, deletes, itertools.count(1)
        self._touched: list[dict] = []
        self._orders: set[str] = set()

    def do(self, what: str, order: str, product: str, amount: int, place: int) -> None:
        mine = [row for row in self.rows if row["order_key"] == order]
        if what in ("add", "return") or not mine:
            sign = -1 if what == "return" else 1
            key = str(next(self._keys)) if self._keyed else None
            row = line(order, product, sign * amount * 10, key=key, quantity=sign)
            self.rows.append(row)
            self._touched.append(row)
        elif what == "change":
            row = mine[place % len(mine)]
            row["amount_yuan"] += Decimal(row["quantity_units"] * amount)
            self._touched.append(row)
        elif self._deletes and len(mine) > 1:
            row = mine[place % len(mine)]
            self.rows.remove(row)
        self._orders.add(order)

    def changed(self) -> list[dict]:
        """Lines that are new or were changed, each once, as they are now."""
        found = [dict(row) for row in self.rows if any(row is one for one in self._touched)]
        self._touched, self._orders = [], set()
        return found

    def orders(self) -> list[dict]:
        """All lines of the orders in which something happened."""
        found = [dict(row) for row in self.rows if row["order_key"] in self._orders]
        self._touched, self._orders = [], set()
        return found


@QUICK
@given(history=HISTORY)
def test_pulls_of_changed_lines_with_keys_end_equal_to_the_source(history):
    source = Source(keyed=True, deletes=False)
    with fresh() as loads:
        for steps, parts in history:
            for step in steps:
                source.do(*step)
            loads.put(source.changed(), parts=parts)
        assert loads.held() == told(source.rows)


@QUICK
@given(history=HISTORY, keyed=st.booleans(), data=st.data())
def test_orders_read_whole_end_equal_to_the_source_deletions_included(history, keyed, data):
    source = Source(keyed=keyed)
    with fresh() as loads:
        for steps, parts in history:
            for step in steps:
                source.do(*step)
            rows = source.orders()
            loads.put(data.draw(st.permutations(rows)) if rows else rows, parts=parts, whole=True)
        assert loads.held() == told(source.rows)


@QUICK
@given(history=HISTORY, cuts=st.lists(st.integers(1, 4), min_size=1, max_size=8), keyed=st.booleans())
def test_a_first_reading_cut_anywhere_loses_nothing(history, cuts, keyed):
    source = Source(keyed=keyed)
    for steps, _ in history:
        for step in steps:
            source.do(*step)
    with fresh() as loads:
        rows, reading = list(source.rows), "pull-1-000001"
        for size in itertools.cycle(cuts):
            if not rows:
                break
            loads.put(rows[:size], reading=reading)
            rows = rows[size:]
        assert loads.held() == told(source.rows)


@QUICK
@given(history=HISTORY, keyed=st.booleans(), again=st.lists(st.integers(0, 4), max_size=3), old=st.booleans())
def test_files_of_whole_orders_end_equal_to_the_source_however_often_the_last_ones_come(history, keyed, again, old):
    source, files = Source(keyed=keyed, deletes=False), []
    with fresh() as loads:
        for steps, parts in history:
            for step in steps:
                source.do(*step)
            files.append((source.orders(), parts))
            loads.put(files[-1][0], parts=parts, numbered=old and parts == 1)
        for number in again:
            rows, parts = files[-1 if number else 0]
            orders = {row["order_key"] for row in rows}
            if rows and told(rows) == told([row for row in source.rows if row["order_key"] in orders]):  # a file that is still true
                loads.put(rows, parts=parts)
        assert loads.held() == told(source.rows)


PURCHASE = st.tuples(st.sampled_from(("V1", "V2")), st.sampled_from(PRODUCTS), st.sampled_from((10, 20, -10)))


@QUICK
@given(files=st.lists(st.lists(PURCHASE, max_size=6), min_size=1, max_size=4), again=st.lists(st.integers(0, 3), max_size=3))
def test_files_without_order_numbers_end_equal_to_their_union(files, again):
    # What is alike in two files cannot be told from one file that came twice: it counts as often as it stands in the one that has it most.
    rows = [[line(None, product, amount, customer=who, quantity=-1 if amount < 0 else 1) for who, product, amount in one] for one in files]
    expected: Counter = Counter()
    for one in rows:
        expected |= told(one)
    with fresh() as loads:
        for one in [*rows, *(rows[number % len(rows)] for number in again)]:
            loads.put(one)
        assert loads.held() == expected
