"""The corpus of files is the same each time, and the guess of it is as good as it was."""

import json
from decimal import Decimal

import pytest

from xingke.evaluate.guess.answers import answer_of
from xingke.evaluate.guess.books import made
from xingke.evaluate.guess.corpus import BOOKS, BUILT_ON, KEPT
from xingke.evaluate.guess.run import guess_quality, judge, metrics_of, written


def test_a_book_is_the_same_bytes_each_time():
    assert len({book.name for book in BOOKS}) == len(BOOKS) >= 60
    assert made(BOOKS[0])[1] == made(BOOKS[0])[1]


@pytest.mark.parametrize("half", [BUILT_ON, KEPT], ids=["built on", "kept"])
def test_files_as_firms_export_them_are_understood_or_asked_about(half, tmp_path):
    figures = metrics_of([judge(path, answer) for path, answer in written(half[::3], tmp_path)])
    assert figures["amount_right_share"] == 1.0
    assert figures["tables_right_share"] >= 0.95
    assert figures["columns_right_share"] >= 0.92
    assert figures["asked_per_file"] <= 1.5


def test_a_folder_of_files_is_judged_by_the_answers_beside_them(tmp_path):
    (tmp_path / "deep").mkdir()
    text = "订单号,客户编号,下单时间,商品名称,数量,金额\nA1,K1,2026-01-05,茶,1,10\n"
    for name in ("a.csv", "deep/b.csv", "c.csv"):
        (tmp_path / name).write_text(text)
    (tmp_path / "a.csv.answer.json").write_text(
        json.dumps({"tables": ["order_line"], "columns": {"amount_yuan": "金额"}, "amount": 10, "why": 1})
    )
    (tmp_path / "deep" / "b.answer.yaml").write_text("amount: 99\n")
    (tmp_path / "EXPECTED.md").write_text("words")
    result, judged = guess_quality(tmp_path)
    assert [one.file for one in judged] == ["a.csv", "c.csv", "b.csv"]
    assert [one.amount for one in judged] == [True, None, False]
    assert result.metrics["amount_right_share"] == 0.5
    assert judged[1].said["amount"] == "10.00"


def test_answers_may_be_written_in_several_ways():
    assert answer_of({"table": "product", "columns": {"name": "品名"}}).columns == {"product.name": ("品名",)}
    nested = answer_of({"tables": {"order_line": {"columns": {"amount_yuan": ["金额", "实付"]}}}, "amount": "1,200.50"})
    assert nested.columns == {"order_line.amount_yuan": ("金额", "实付")}
    assert (nested.tables, nested.amount) == (("order_line",), Decimal("1200.50"))
    assert answer_of(["nothing"]).tables == ()
