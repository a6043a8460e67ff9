"""A file through the wizard: kept sealed, columns chosen, rows checked and corrected, loaded, taken back."""

import io
import re
import shutil

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xingke.loop.pieces import PieceStore
from xingke_web.config.vault import vault_of
from xingke_web.customers.models import Customer
from xingke_web.ingest import imports
from xingke_web.ingest.first_steps import first_steps
from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.models import Import, StoredMapping
from xingke_web.ingest.samples import SAMPLES

SLUG = "iowa"
PHONE = "19900000001"
TEXT = (
    f"客户编号,客户名称,电话,建档日期\nK1,甲店,{PHONE},2026年1月3日\nK2,乙店,1990000,2026-01-04\nK1,甲店,{PHONE},2026年1月3日\n合计,2,,\n"
)


@pytest.fixture(autouse=True)
def _lake_is_empty(workspace):
    shutil.rmtree(workspace.lake_path, ignore_errors=True)


def address(name, *more):
    return reverse(f"ingest:{name}", args=(SLUG, *more))


def upload(person, text=TEXT, name="客户.csv"):
    content = text if isinstance(text, bytes) else text.encode("gbk")
    return person.client.post(address("import_new"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def loaded(person, text=TEXT):
    upload(person, text)
    kept = Import.objects.latest("pk")
    imports.import_start(kept, viewer=person.viewer)
    return load_now(kept.pk)


def store(workspace):
    return PieceStore(workspace.lake_path, vault_of(workspace.id))


def test_upload_shows_the_guess_with_its_reasons(analyst):
    page = upload(analyst)
    body = page.content.decode()
    assert page.redirect_chain[-1][0].endswith("/columns/")
    assert "列名「客户编号」" in body
    assert '<option value="phone" selected>' in body


def test_upload_is_sealed_on_the_disk(analyst, workspace):
    upload(analyst)
    files = [path for path in workspace.lake_path.rglob("*") if path.is_file()]
    assert files
    assert not any(PHONE.encode() in path.read_bytes() or "甲店".encode("gbk") in path.read_bytes() for path in files)
    kept = Import.objects.get()
    assert "客户编号" not in kept.mapping
    assert kept.size_bytes == len(TEXT.encode("gbk"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "请先选择文件|没有数据|submitted"),
        ("图.png", b"\x89PNG\r\n\x1a\n00", "PNG"),
        ("坏.xlsx", b"PK\x03\x04123", "损坏"),
        ("空.csv", b"\n\n", "没有数据"),
    ],
)
def test_file_of_no_use_is_refused_in_words_and_not_kept(analyst, workspace, name, content, words):
    page = upload(analyst, content, name)
    assert page.status_code == 422
    assert re.search(words, page.content.decode())
    assert not Import.objects.exists()
    assert not list(workspace.lake_path.rglob("*.upload"))


def test_check_shows_wrong_cells_and_a_correction_mends_every_row(analyst):
    upload(analyst)
    kept = Import.objects.get()
    body = analyst.client.get(address("import_check", kept.pk)).content.decode()
    assert "1990000" in body
    assert "不是电话号码" in body
    assert "第 4 行" in body  # the repeated one
    wrong = {"place": "0", "target": "phone", "old": "1990000", "new": "13900000002"}
    body = analyst.client.post(address("import_check", kept.pk), wrong, headers={"HX-Request": "true"}).content.decode()
    assert "没有错误的行" in body
    assert imports.mapping_of(Import.objects.get()).tables[0].column("phone").replace == {"1990000": "13900000002"}
    analyst.client.post(address("import_check", kept.pk), {**wrong, "action": "remove"})
    assert not imports.mapping_of(Import.objects.get()).tables[0].column("phone").replace


def test_columns_can_be_chosen_by_hand_and_missing_ones_stop_the_way(analyst):
    upload(analyst)
    kept = Import.objects.get()
    form = {"table-0": "source_record", "system-0": "pos", "t0-1": "name", "t0-2": "phone", "action": "next"}
    page = analyst.client.post(address("import_columns", kept.pk), {**form, "table-0": "member"})
    assert page.status_code == 422
    assert "还缺" in page.content.decode()
    page = analyst.client.post(
        address("import_columns", kept.pk), {**form, "t0-0": "customer_key", "t0-3": "joined_on", "t0-2": "home_unit", "table-0": "member"}
    )
    assert page.status_code == 302
    assert imports.mapping_of(Import.objects.get()).tables[0].constants["system"] == "pos"


def test_two_columns_become_one_text_and_never_one_number(analyst):
    upload(analyst, "编号,省,市,金额\n1,浙江,杭州,2\n")
    kept = Import.objects.get()
    form = {"table-0": "source_record", "system-0": "crm", "t0-0": "source_id", "t0-1": "address", "t0-2": "address", "action": "save"}
    assert analyst.client.post(address("import_columns", kept.pk), form).status_code == 200
    assert imports.mapping_of(Import.objects.get()).tables[0].column("address").source == ("省", "市")
    form |= {"t0-2": "grade", "t0-3": "grade"}
    assert analyst.client.post(address("import_columns", kept.pk), form).status_code == 422


def test_load_puts_sealed_pieces_and_adds_up(analyst, workspace):
    kept = loaded(analyst)
    assert kept.state == Import.State.LOADED
    count = kept.counts[0]
    assert (count["rows_read"], count["rows_loaded"], count["quarantined"], count["duplicates"], count["set_aside"]) == (4, 1, 1, 1, 1)
    rows = store(workspace).read(kept.load_id, "source_record").to_pylist()
    assert [(row["source_id"], row["phone"]) for row in rows] == [("K1", PHONE)]
    raw = (workspace.lake_path / "pieces" / kept.load_id / "source_record.parquet").read_bytes()
    assert PHONE.encode() not in raw


def test_undo_takes_exactly_this_load_back(analyst, workspace):
    first, second = loaded(analyst), loaded(analyst, TEXT.replace("K1", "K7"))
    before = store(workspace).read(first.load_id, "source_record")
    page = analyst.client.post(address("import_undo", second.pk), follow=True)
    assert "已撤销" in page.content.decode()
    assert store(workspace).loads() == [first.load_id]
    assert store(workspace).read(first.load_id, "source_record").equals(before)
    assert Import.objects.get(pk=second.pk).state == Import.State.UNDONE
    analyst.client.post(address("import_again", second.pk))
    assert Import.objects.get(pk=second.pk).state == Import.State.MAPPING


def test_next_file_of_the_same_layout_gets_the_mapping_of_the_last(analyst):
    upload(analyst)
    kept = Import.objects.get()
    analyst.client.post(address("import_check", kept.pk), {"place": "0", "target": "phone", "old": "1990000", "new": ""})
    imports.import_start(kept, viewer=analyst.viewer)
    load_now(kept.pk)
    page = upload(analyst, TEXT.replace("K2", "K3"))
    again = Import.objects.latest("pk")
    assert again.known_mapping
    assert "以前导入过相同表头的文件" in page.content.decode()
    assert imports.mapping_of(again).tables[0].column("phone").replace == {"1990000": ""}
    assert StoredMapping.objects.get().uses == 1


def test_facts_are_placed_in_the_system_that_knows_their_customers(analyst):
    loaded(analyst)
    upload(analyst, "客户编号,单号,日期,品名,数量,金额\nK1,S1,2026-01-02,茶,1,5\n", "销售.csv")
    table = imports.mapping_of(Import.objects.latest("pk")).tables[0]
    assert (table.table, table.constants["system"]) == ("order_line", "crm")


@pytest.mark.parametrize("book", SAMPLES, ids=lambda book: book.key)
def test_sample_book_needs_three_choices_at_most(analyst, book):
    from xingke_web.ingest.wizard_columns import sections_of, to_confirm

    analyst.client.post(address("sample_try", book.key))
    kept = Import.objects.get()
    assert kept.file_name == book.file_name
    with imports.opened(kept, analyst.viewer.workspace) as raw:
        mapping = imports.mapping_of(kept)
        assert to_confirm(sections_of(kept, mapping, raw, "zh")) <= 3
        checked = imports.import_check(kept, analyst.viewer.workspace, raw)
    assert all(one.rows_loaded >= one.rows_read * 0.9 or one.folds for one in checked.applied.tables)
    assert book.make() == book.make()


def test_large_workbook_is_checked(analyst):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as file:
        sheet = file.add_worksheet("客户")
        sheet.write_row(0, 0, ["客户编号", "客户名称", "电话"])
        for number in range(20_000):
            sheet.write_row(number + 1, 0, [f"K{number}", f"店{number}", 13_900_000_000 + number])
    upload(analyst, out.getvalue(), "大表.xlsx")
    kept = Import.objects.get()
    body = analyst.client.get(address("import_check", kept.pk)).content.decode()
    assert "20,000" in body or "2 万" in body


def test_looking_needs_data_view_and_loading_data_run(analyst, make_person, stranger, retailer):
    marketer = make_person("whole", "marketer")
    kept = loaded(analyst)
    assert marketer.client.get(address("import", kept.pk)).status_code == 200
    assert "1990000" not in marketer.client.get(address("import", kept.pk)).content.decode()
    assert "1990000" in analyst.client.get(address("import", kept.pk)).content.decode()
    for name, more in (("import_new", ()), ("import_columns", (kept.pk,)), ("import_mapping", (kept.pk,))):
        assert marketer.client.get(address(name, *more)).status_code == 403
    assert marketer.client.post(address("import_undo", kept.pk)).status_code == 403
    assert retailer.client.get(address("import", kept.pk)).status_code == 403
    assert stranger.get(address("import", kept.pk)).status_code == 404


def test_discarded_file_is_gone(analyst, workspace, django_capture_on_commit_callbacks):
    upload(analyst)
    kept = Import.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        analyst.client.post(address("import_discard", kept.pk))
    assert analyst.client.get(address("import", kept.pk)).status_code == 404
    assert not list(workspace.lake_path.rglob("*.upload"))


def test_loaded_import_cannot_be_changed(analyst):
    kept = loaded(analyst)
    assert analyst.client.get(address("import_columns", kept.pk)).status_code == 302
    with pytest.raises(imports.ImportNotOpen):
        imports.mapping_set(kept, imports.mapping_of(kept))


def test_first_steps_follow_the_imports(analyst):
    assert [step.done for step in first_steps(analyst.viewer)][:2] == [False, False]
    upload(analyst)
    steps = first_steps(analyst.viewer)
    assert (steps[0].done, steps[1].is_next) == (True, True)
    assert steps[1].url.endswith("/columns/")
    assert "首次使用" in analyst.client.get(address("data")).content.decode()


def test_mapping_can_be_taken_along(analyst):
    upload(analyst)
    answer = analyst.client.get(address("import_mapping", Import.objects.get().pk))
    assert answer.content.decode().startswith("name: 客户")
    assert "attachment" in answer["Content-Disposition"]


def test_failed_load_leaves_nothing_behind(analyst, workspace):
    upload(analyst)
    kept = Import.objects.get()
    imports.import_start(kept, viewer=analyst.viewer)
    next(iter(workspace.lake_path.rglob("*.upload"))).unlink()
    with pytest.raises(Exception, match="no longer kept"):
        load_now(kept.pk)
    kept.refresh_from_db()
    assert kept.state == Import.State.FAILED
    assert not store(workspace).loads()
    assert "已不在保存区" in analyst.client.get(address("import", kept.pk)).content.decode()


def test_the_step_of_customers_is_done_once_there_are_some(analyst, workspace):
    assert not first_steps(analyst.viewer)[2].done
    Customer.objects.create(workspace_id=workspace.id, number=1, source_key="1", name="x", kind="outlet", status="active", org_path="/ia")
    assert first_steps(analyst.viewer)[2].done


RIVALS = "订单号,客户编号,下单时间,销售金额,订单总额,备注2\n" + "".join(
    f"S{n},K{n % 5},2026-01-05,{n}.00,{n + 3}.00,x\n" for n in range(1, 29)
)


def test_what_a_file_leaves_open_is_asked_before_anything_is_loaded(analyst):
    body = upload(analyst, RIVALS, "订单.csv").content.decode()
    assert "载入之前请回答" in body
    assert "有 2 列不载入：销售金额、备注2" in body or "备注2" in body
    kept = Import.objects.get()
    with pytest.raises(imports.QuestionsOpen):
        imports.import_start(kept, viewer=analyst.viewer)
    form = {"table-0": "order_line", "system-0": "ordering", "keep-0": "1", "action": "next"}
    form |= {"t0-0": "order_key", "t0-1": "customer_key", "t0-2": "ordered_on", "t0-3": "amount_yuan"}
    page = analyst.client.post(address("import_columns", kept.pk), form)
    assert page.status_code == 422
    assert "请先回答" in page.content.decode()
    page = analyst.client.post(address("import_columns", kept.pk), {**form, "q-amount": "订单总额"})
    assert page.status_code == 302
    kept.refresh_from_db()
    assert not kept.questions
    assert imports.mapping_of(kept).tables[0].column("amount_yuan").source == ("订单总额",)
    assert analyst.client.post(address("import_columns", kept.pk), {**form, "q-amount": "订单总额"}).status_code == 302


def test_the_command_line_asks_by_its_exit_code_and_takes_answers(analyst, tmp_path, capsys):
    import json

    from xingke_web.cli.main import main

    path = tmp_path / "订单.csv"
    path.write_text(RIVALS)
    asked = ["ingest", str(path), "--workspace", SLUG, "--no-run", "--json"]
    assert main(asked) == 7
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["type"] == "QuestionsOpen"
    assert [one["code"] for one in told["questions"]] == ["amount"]
    assert not Import.objects.exists()
    assert main([*asked, "--answer", "amount=备注2"]) == 4
    assert main([*asked, "--answer", "amount=订单总额"]) == 0
    kept = Import.objects.get()
    assert imports.mapping_of(kept).tables[0].column("amount_yuan").source == ("订单总额",)
    assert main(asked) == 0  # the layout is known now


def test_numbers_that_a_spreadsheet_damaged_are_told_with_what_to_do(analyst):
    rows = "".join(f"K{n},甲店{n},1.38E+10\n" for n in range(9))
    upload(analyst, "客户编号,客户名称,电话\n" + rows)
    body = analyst.client.get(address("import_check", Import.objects.get().pk)).content.decode()
    assert "被电子表格损坏" in body
    assert "9 个单元格留空" in body
