"""Whether tables that belong together agree: documents and their lines."""

from collections.abc import Collection

from xingke.engine import DuckEngine
from xingke.quality.catalogue import CHECKS
from xingke.quality.declared import BALANCES, named
from xingke.schema import TABLES
from xingke.schema.findings import Finding


def balance_findings(engine: DuckEngine, tables: Collection[str], *, since: str | None = None) -> list[Finding]:
    """What does not agree between the canonical tables that the engine knows by their names.

    Parameters
    ----------
    tables
        Names of the tables that are there.
    since
        Documents and lines of this ISO day and later only.
    """
    found = []
    for document, lines, key in BALANCES:
        if not {document, lines} <= set(tables):
            continue
        number = named(TABLES[document], key)
        for code, one, other in (("no_lines", document, lines), ("no_document", lines, document)):
            if code == "no_document" and document != "order":
                continue  # not every order is delivered
            day = TABLES[one].day
            later = f"and \"{day}\" >= date '{since}'" if since and day else ""
            missing = engine.query(
                f'select "{number}"::varchar as number, count(*) over () as total from (select distinct "{number}" from "{one}" where true '
                f'{later}) as asked anti join (select "{number}" from "{other}") as there using ("{number}") order by 1 limit 5'
            ).to_pylist()
            if missing:
                keys = tuple(row["number"] for row in missing)
                found.append(Finding(code, one, missing[0]["total"], CHECKS[code].label, keys))
    return found
