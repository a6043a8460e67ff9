"""Rows that wait: corrected by value, tried again, left out for good; and every row of the file accounted for at each step."""

import io
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.loop.pieces import PieceStore
from xingke_web.accounts.facade import workspace_info
from xingke_web.audit.models import AuditEntry
from xingke_web.config.vault import vault_of
from xingke_web.ingest import retry as trying
from xingke_web.ingest.holding import holder_of, loads_held
from xingke_web.ingest.import_loading import load_now
from xingke_web.ingest.imports import import_add, import_start, import_undo
from xingke_web.ingest.models import Import

HEADER = "客户编号,订单号,订货日期,商品编号,数量,金额"
GOOD = [f"C{n},O{n},2024-01-0{n},P{n},3,30.00" for n in range(1, 6)]


@pytest.fixture
def ground(tmp_path, workspace):
    """The workspace with its lake in the test's own home."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield workspace_info(workspace.slug)
    django_settings.XINGKE = original


def loaded(ground, viewer, lines):
    """A file of order lines, loaded by its guessed mapping."""
    content = "\n".join([HEADER, *lines]).encode()
    kept = import_add(workspace=ground, file=io.BytesIO(content), name="orders.csv", viewer=viewer)
    import_start(kept, viewer=viewer)
    return load_now(kept.pk)


def accounted(ground, kept, lines):
    """Rows of the order lines by where they are: pieces, waiting, left out; duplicates are among the waiting, named."""
    store = PieceStore(ground.lake_path, vault_of(ground.id))
    mine = [load for load in store.loads() if load == kept.load_id or load.startswith(f"{kept.load_id}-")]
    pieces = sum(store.read(load, "order_line").num_rows for load in mine)
    holder = holder_of(ground, kept.load_id)
    rows = holder.read(ground, kept.load_id) if holder else None
    waiting = sum(1 for row in rows.to_pylist() if row["table"] == "order_line") if rows is not None else 0
    assert pieces + waiting + trying.left_out_rows(ground, kept.load_id) == len(lines)
    return pieces, waiting


def group(ground, kept, value):
    return next(one for one in trying.groups_of(ground, kept.load_id) if one.value == value)


def test_a_value_corrected_once_is_corrected_in_every_row_that_has_it(ground, viewer_analyst):
    lines = [*GOOD, "C6,O6,2024-01-06,P6,many,9", "C7,O7,2024-01-07,P7,many,9", "C8,O8,2024-01-08,P8,few,9"]
    kept = loaded(ground, viewer_analyst, lines)
    assert accounted(ground, kept, lines) == (5, 3)
    done = trying.retry(viewer=viewer_analyst, load_id=kept.load_id, group=group(ground, kept, "many").key, value="4")
    assert (done.tried, done.passed, done.waiting) == (2, 2, 0)
    assert accounted(ground, kept, lines) == (7, 1)
    store = PieceStore(ground.lake_path, vault_of(ground.id))
    assert store.read(f"{kept.load_id}-r1", "order_line")["quantity_units"].to_pylist() == [4, 4]
    assert AuditEntry.objects.get(name="quarantine.retried").facts["passed"] == 2
    again = trying.retry(viewer=viewer_analyst, load_id=kept.load_id, group=group(ground, kept, "few").key, value="none")
    assert (again.passed, again.waiting) == (0, 1)
    assert group(ground, kept, "none").places == "9"
    assert accounted(ground, kept, lines) == (7, 1)


def test_what_is_left_out_for_good_needs_a_reason_and_stays_counted(ground, viewer_analyst):
    lines = [*GOOD, "C6,O6,2024-02-31,P6,1,9"]
    kept = loaded(ground, viewer_analyst, lines)
    key = group(ground, kept, "2024-02-31").key
    with pytest.raises(trying.CannotCorrect):
        trying.leave_out(viewer=viewer_analyst, load_id=kept.load_id, group=key, why=" ")
    assert trying.leave_out(viewer=viewer_analyst, load_id=kept.load_id, group=key, why="a test order") == 1
    assert accounted(ground, kept, lines) == (5, 0)
    assert AuditEntry.objects.get(name="quarantine.left_out").facts["why"] == "a test order"
    with pytest.raises(trying.NothingWaits):
        trying.leave_out(viewer=viewer_analyst, load_id=kept.load_id, group=key, why="again")


def test_taking_the_load_back_takes_its_corrections_along(ground, viewer_analyst):
    kept = loaded(ground, viewer_analyst, [*GOOD, "C6,O6,2024-01-06,P6,many,9"])
    trying.retry(viewer=viewer_analyst, load_id=kept.load_id, group=group(ground, kept, "many").key, value="4")
    import_undo(Import.objects.get(pk=kept.pk), workspace=ground, viewer=viewer_analyst)
    assert PieceStore(ground.lake_path).loads() == []
    assert loads_held(ground) == []


def test_the_pages_show_correct_and_refuse(ground, analyst, marketer, customer_manager):
    kept = loaded(ground, analyst.viewer, [*GOOD, "C6,O6,2024-01-06,P6,many,9"])
    base = "/w/iowa/data/quarantine/"
    assert "orders.csv" in analyst.client.get(base).content.decode()
    page = analyst.client.get(f"{base}load/{kept.load_id}/").content.decode()
    assert "many" in page
    key = group(ground, kept, "many").key
    assert marketer.client.post(f"{base}load/{kept.load_id}/again/", {"group": key, "value": "4"}).status_code == 403
    assert customer_manager.client.get(base).status_code == 403
    answer = analyst.client.post(f"{base}load/{kept.load_id}/again/", {"group": key, "value": "4"}, follow=True)
    assert "1 行中有 1 行通过" in answer.content.decode()
    assert analyst.client.get(f"{base}load/{kept.load_id}/", follow=True).status_code == 200


cells = st.tuples(
    st.sampled_from(["2024-01-05", "2024-02-31", "never"]), st.sampled_from(["3", "many", ""]), st.sampled_from(["9.50", "x", "1e999"])
)


@settings(max_examples=8)
@given(st.lists(cells, min_size=1, max_size=12), st.lists(st.sampled_from(["7", "2024-03-01", "junk"]), max_size=4))
def test_no_row_is_lost_whatever_is_corrected(django_db_setup, django_db_blocker, request, odd, values):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        ground, viewer = request.getfixturevalue("ground"), request.getfixturevalue("viewer_analyst")
        many = [f"E{n},R{n},2024-01-03,P{n},3,30.00" for n in range(30)]  # a guess that would throw away most rows asks first
        lines = [*many, *(f"D{n},Q{n},{day},P{n},{quantity},{amount}" for n, (day, quantity, amount) in enumerate(odd))]
        kept = loaded(ground, viewer, lines)
        accounted(ground, kept, lines)
        for value in values:
            groups = [one for one in trying.groups_of(ground, kept.load_id) if one.can_correct] if holder_of(ground, kept.load_id) else []
            if groups:
                trying.retry(viewer=viewer, load_id=kept.load_id, group=groups[0].key, value=value)
                accounted(ground, kept, lines)
