"""What the lake and the pieces hold about a person."""

from typing import Any

from django.utils import timezone

from xingke.loop.personal import Person, erase_in_lake, erase_in_pieces, person_of, rows_about
from xingke.words import both
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.accounts.facade import workspace_info
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import Rows, Subject, SubjectData, subject_data_register
from xingke_web.loop.facade import lake_of, pieces_of

_SYSTEMS = both("各业务系统，见每行的 system 与 source_id", "the systems of the firm; each row names its own")
_OURS = both("本公司", "our own")


def register() -> None:
    """Called once when the application is ready."""
    subject_data_register(
        SubjectData(
            "lake", both("客户数据（数据湖）", "Customer data (lake)"), both("客户画像与服务", "portrait and service"), _SYSTEMS, _OURS,
            _lake_rows, _lake_erase,
        )
    )  # fmt: skip
    subject_data_register(
        SubjectData(
            "pieces", both("导入批次", "Loads"), both("还原与核对导入", "restoring and checking loads"), _SYSTEMS, _OURS,
            _piece_rows, _piece_erase,
        )
    )  # fmt: skip
    subject_data_register(
        SubjectData(
            "trade", both("订单与往来", "Orders and dealings"), both("履行合同与税务", "contract and tax law"), _SYSTEMS, _OURS,
            _trade_rows,
            kept_because=both(
                "交易记录依税法与合同保留，只以编号存放，已不指向本人",
                "records of trade are kept by tax and contract law, under a number that names nobody any more",
            ),
        )
    )  # fmt: skip


def person_in(workspace: WorkspaceInfo, number: int) -> Person:
    """The person as the live snapshot ties rows to them; only the number where the lake is empty."""
    lake = lake_of(workspace)
    return Person(frozenset({number})) if lake.is_empty else person_of(lake.current(), number)


def _person(subject: Subject) -> Person:
    found = person_in(workspace_info(subject.workspace_slug), subject.number)
    return Person(found.customers, found.owners, found.records | subject.records)


def _lake_rows(subject: Subject) -> Rows:
    lake = lake_of(workspace_info(subject.workspace_slug))
    if lake.is_empty:
        return []
    found = rows_about(lake.current(), _person(subject), vault_of(subject.workspace_id))
    return [{"table": table, **_texts(row)} for table, rows in found.items() for row in rows]


def _lake_erase(subject: Subject) -> int:
    """Out of the current tables, and with them every older snapshot, at once."""
    lake, now = lake_of(workspace_info(subject.workspace_slug)), timezone.now()
    if lake.is_empty:
        return 0
    person = _person(subject)
    with lake.writer(now=now) as writer:
        erased = erase_in_lake(writer, person, now=now, vault=vault_of(subject.workspace_id), values=subject.values)
        if erased:
            writer.publish()
        lake.forget_past()
    return sum(erased.values())


def _piece_rows(subject: Subject) -> Rows:
    store, person = pieces_of(workspace_info(subject.workspace_slug)), _person(subject)
    found: list[dict[str, str]] = []
    for load_id in store.loads():
        for table in store.tables(load_id):
            rows = store.read(load_id, table)
            key = next((name for name in ("source_id", "customer_key", "outlet_key") if name in rows.column_names), None)
            if key is None:
                continue
            about = (row for row in rows.to_pylist() if (row["system"], row[key]) in person.records)
            found.extend({"load": load_id, "table": table, **_texts(row)} for row in about)
    return found


def _piece_erase(subject: Subject) -> int:
    return sum(erase_in_pieces(pieces_of(workspace_info(subject.workspace_slug)), _person(subject)).values())


def _trade_rows(subject: Subject) -> Rows:
    """Orders by month: what was bought, without other people's data."""
    from xingke_web.loop.facade import lake_reader

    workspace = workspace_info(subject.workspace_slug)
    if lake_of(workspace).is_empty:
        return []
    rows = lake_reader(workspace).rows(
        """
        select cast(date_trunc('month', ordered_on) as date) as month, count(distinct order_id) as orders, sum(amount_yuan) as amount_yuan
        from order_line where customer_id = $number group by 1 order by 1
        """,
        {"number": subject.number},
    )
    return [_texts(row) for row in rows]


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}
