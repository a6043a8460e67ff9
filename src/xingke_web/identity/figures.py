"""The figures of identity: how many records became how many customers, and how well the systems fit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from xingke.engine import LakeEmpty, LakeReader
from xingke.expr import scope_sql
from xingke_web.accounts.facade import Viewer
from xingke_web.identity.models import ReviewPair
from xingke_web.identity.records import GOLDEN, has_identity
from xingke_web.identity.words import MANDATORY, SYSTEM_WORDS, field_label, system_label
from xingke_web.loop.facade import lake_reader
from xingke_web.ui.numbers import count, percent

TARGET: Final = 0.9
"""Match rates and agreement that a well-kept base reaches."""


@dataclass(frozen=True)
class Figure:
    """A figure card with the note below it."""

    label: str
    value: str
    note: str
    definition: str = ""


def _in_scope(scope: str) -> str:
    """The links of customers at or below a unit, as a named part of a query."""
    links = "select link.* from identity_link as link join customer on customer.customer_id = link.customer_id"
    return f"scoped as ({links} where {scope_sql(scope)})"


@dataclass(frozen=True)
class Totals:
    """Records and customers in scope.

    Parameters
    ----------
    joined
        Records that share their customer with another record.
    """

    records: int
    customers: int
    joined: int
    several: int

    @property
    def joined_share(self) -> float:
        """The share of records that were joined without a person."""
        return self.joined / self.records if self.records else 0.0


def totals_of(reader: LakeReader, scope: str) -> Totals:
    """Counts of the live snapshot."""
    row = reader.rows(
        f"""
        with {_in_scope(scope)}, groups as (select customer_id, count(*) as records from scoped group by customer_id)
        select coalesce(sum(records), 0)::bigint as records, count(*) as customers,
               coalesce(sum(records) filter (where records > 1), 0)::bigint as joined, count(*) filter (where records > 1) as several
        from groups
        """,  # noqa: S608 - made by sqlglot
    )[0]
    return Totals(row["records"], row["customers"], row["joined"], row["several"])


def queue_figures(viewer: Viewer, counts: Mapping[str, int]) -> list[Figure]:
    """The cards above the queue; none before the first pass."""
    reader = lake_reader(viewer.workspace)
    try:
        if not has_identity(reader):
            return []
    except LakeEmpty:
        return []
    totals = totals_of(reader, viewer.scope_path)
    language = viewer.language
    waiting = counts.get(ReviewPair.State.OPEN, 0)
    decided = counts.get(ReviewPair.State.MERGED, 0) + counts.get(ReviewPair.State.DISTINCT, 0)
    systems = _("from %(systems)s systems") % {"systems": systems_count(reader, viewer.scope_path)}
    several = _("%(several)s of them with several records") % {"several": count(totals.several, language)}
    so_far = _("%(decided)s decided so far") % {"decided": count(decided, language)}
    meaning = _("Records that share their customer with another record, of all records.")
    return [
        Figure(_("Records of all systems"), count(totals.records, language), systems),
        Figure(_("Customers behind them"), count(totals.customers, language), several),
        Figure(_("Joined without a person"), percent(totals.joined_share), _("of the records, by keys and weights"), meaning),
        Figure(_("Waiting for a decision"), count(waiting, language), so_far),
    ]


def systems_count(reader: LakeReader, scope: str) -> int:
    """How many systems have records of customers in scope."""
    return int(reader.value(f"with {_in_scope(scope)} select count(distinct system) from scoped") or 0)  # noqa: S608 - made by sqlglot


@dataclass(frozen=True)
class Match:
    """How many of the customers that two systems have in common are found, before and after; None where they have none in common."""

    before: float | None
    after: float | None
    customers: int

    @property
    def tone(self) -> str:
        """The colour of the cell by how close it is to what one can reach."""
        if self.after is None:
            return "neutral"
        return "ok" if self.after >= TARGET else "warn" if self.after >= TARGET / 2 else "bad"


_MATCH: Final = """
    of_system as (
        select scoped.system, scoped.customer_id,
               coalesce(list(trim(record.licence_no)) filter (where nullif(trim(record.licence_no), '') is not null), []) as licences
        from scoped join source_record as record using (system, source_id) group by 1, 2
    )
    select one.system as "row", other.system as "column", count(*) as found,
           count(*) filter (where list_has_any(one.licences, other.licences)) as as_written
    from of_system as one join of_system as other using (customer_id)
    where one.system < other.system group by 1, 2
"""


@dataclass(frozen=True)
class MatchTable:
    """The heat table of match rates; `before` and `after` are those of all pairs of systems together."""

    systems: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, tuple[Match | None, ...]], ...]
    before: float | None
    after: float | None


def match_table(viewer: Viewer) -> MatchTable | None:
    """Match rate of each pair of systems; None where nothing was identified.

    Of the customers that two systems have in common by all that is known (found, or waiting for a decision), the share that is found;
    before are those found by the same licence number as written.
    """
    reader = lake_reader(viewer.workspace)
    if not has_identity(reader):
        return None
    scoped = f"with {_in_scope(viewer.scope_path)}"
    counted = reader.rows(f"{scoped} select system, count(distinct customer_id) as customers from scoped group by 1")  # noqa: S608 - made by sqlglot
    sizes = {row["system"]: row["customers"] for row in counted}
    known = [system for system in SYSTEM_WORDS if sizes.get(system)]
    found = {frozenset((row["row"], row["column"])): (row["found"], row["as_written"]) for row in reader.rows(f"{scoped}, {_MATCH}")}
    waiting = _waiting_by_systems(viewer)
    cells = {pair: _match(pair, found.get(pair, (0, 0)), waiting.get(pair, 0)) for pair in found.keys() | waiting.keys()}
    rows = tuple((system_label(one, viewer.language), tuple(cells.get(frozenset((one, other))) for other in known)) for one in known)
    systems = tuple((system_label(one, viewer.language), sizes[one]) for one in known)
    possible = sum(matched for matched, _written in found.values()) + sum(waiting.values())
    before = sum(written for _matched, written in found.values()) / possible if possible else None
    after = sum(matched for matched, _written in found.values()) / possible if possible else None
    return MatchTable(systems, rows, before, after)


def _waiting_by_systems(viewer: Viewer) -> dict[frozenset[str], int]:
    pairs = ReviewPair.objects.visible_to(viewer).filter(present=True, leads=True, state__in=("open", "later"))
    counted: dict[frozenset[str], int] = {}
    for one, other, number in pairs.order_by().values_list("left_system", "right_system").annotate(number=Count("id")):
        if one != other:
            key = frozenset((one, other))
            counted[key] = counted.get(key, 0) + number
    return counted


def _match(pair: frozenset[str], found: tuple[int, int], waiting: int) -> Match:
    matched, written = found
    possible = matched + waiting
    return Match(written / possible, matched / possible, possible) if possible else Match(None, None, 0)


@dataclass(frozen=True)
class Completeness:
    """A mandatory field: the share of customers that have it."""

    label: str
    share: float
    missing: int

    @property
    def tone(self) -> str:
        """Green only where nobody lacks it."""
        return "ok" if self.share >= 1 else "warn" if self.share >= TARGET else "bad"


def completeness_of(viewer: Viewer, kind: str) -> list[Completeness]:
    """Each mandatory field of a kind of customer, those that most lack first."""
    reader = lake_reader(viewer.workspace)
    if not reader.has(GOLDEN):
        return []
    fields = MANDATORY.get(kind, ())
    counted = ", ".join(f"count(*) filter (where coalesce(golden.{field}, '') <> '') as {field}" for field in fields)
    row = reader.rows(
        f"""
        select count(*) as customers, {counted} from {GOLDEN} as golden join customer using (customer_id)
        where customer.kind = $kind and customer.status <> 'closed'
          and {scope_sql(viewer.scope_path)}
        """,  # noqa: S608 - names of MANDATORY
        {"kind": kind},
    )[0]
    customers = row["customers"]
    shares = [
        Completeness(field_label(field, viewer.language), row[field] / customers if customers else 0.0, customers - row[field])
        for field in fields
    ]
    return sorted(shares, key=lambda one: one.share) if customers else []


LABELS: Final = ("format", "county")
"""Fields in which every system has codes of its own."""


def label_agreement(viewer: Viewer) -> list[tuple[str, float | None, float | None]]:
    """By field: the share of records that say the value of the golden record as written, and by what their system means.

    What a system means by a code is what most of the customers are whom it gives the code to. Customers with one record are left out.
    """
    reader = lake_reader(viewer.workspace)
    if not has_identity(reader) or not reader.has(GOLDEN):
        return []
    found = []
    for field in LABELS:
        row = reader.rows(
            f"""
            with {_in_scope(viewer.scope_path)}, said as (
                select scoped.customer_id, scoped.system, trim(record.{field}) as code, golden.{field} as agreed,
                       count(*) over (partition by scoped.customer_id) as records
                from scoped join source_record as record using (system, source_id) join {GOLDEN} as golden using (customer_id)
                where nullif(trim(record.{field}), '') is not null and golden.{field} is not null
            ), counted as (
                select system, code, agreed, count(*) as times from said group by 1, 2, 3
            ), meaning as (
                select system, code, arg_max(agreed, (times, agreed)) as means from counted group by 1, 2
            )
            select count(*) as records, count(*) filter (where code = agreed) as before, count(*) filter (where means = agreed) as after
            from said join meaning using (system, code) where records > 1
            """,  # noqa: S608 - names of LABELS
        )[0]
        if row["records"]:
            found.append((field_label(field, viewer.language), row["before"] / row["records"], row["after"] / row["records"]))
    return found


def kinds_of(viewer: Viewer) -> list[str]:
    """The kinds of customers in scope that have records, the most frequent first."""
    reader = lake_reader(viewer.workspace)
    if not reader.has(GOLDEN):
        return []
    rows = reader.rows(
        f"select golden.kind, count(*) as customers from {GOLDEN} as golden join customer using (customer_id)"  # noqa: S608 - a name above
        f" where {scope_sql(viewer.scope_path)} group by 1 order by 2 desc, 1"
    )
    return [row["kind"] for row in rows if row["kind"] in MANDATORY]
