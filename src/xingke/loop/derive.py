"""Deriving the portrait, the tiers and their profile from the facts, as of one business day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from xingke.engine import DuckEngine, StepProgress, run_steps
from xingke.engine.lake import LakeWriter
from xingke.loop.profile import PROFILE, profile_table
from xingke.tags import PORTRAIT, TagLibrary
from xingke.tiers import TIER, TIER_TAGS, TierScheme, tier_step

CUSTOMER_ORDER = "customer_order"
TIER_BEFORE = "tier_before"
PORTRAIT_BEFORE = "portrait_before"
TIER_BEFORE_DAYS = 91
"""Tiers move by quarters: the earlier ones are those of 13 weeks before."""

DERIVED = (CUSTOMER_ORDER, PORTRAIT, TIER, TIER_BEFORE, PROFILE)


def derive(
    writer: LakeWriter,
    library: TagLibrary,
    scheme: TierScheme,
    *,
    as_of: date,
    now: datetime,
    memory_mb: int = 700,
    progress: Callable[[StepProgress], None] | None = None,
) -> None:
    """Build every derived table from the writer's facts; publishing is the caller's.

    Writes `customer_order` (grain: an order), `portrait`, `tier` and `tier_before` (grain: a customer) and
    `tag_profile` (grain: a tag). `tier_before` is the same function at an earlier `as_of`, nothing else.
    """
    definitions = {"tags": library.fingerprint, "tiers": scheme.name}
    with DuckEngine(memory_mb=memory_mb) as engine:
        run_steps(
            engine,
            library.steps(),
            writer.view,
            writer,
            as_of=as_of,
            now=now,
            keep=(CUSTOMER_ORDER, PORTRAIT),
            definitions=definitions,
            progress=progress,
        )
        earlier = as_of - timedelta(days=TIER_BEFORE_DAYS)
        before = library.only(TIER_TAGS).steps()
        renamed = (*before[:-1], before[-1].renamed(PORTRAIT_BEFORE))
        run_steps(engine, renamed, writer.view, writer, as_of=earlier, now=now, keep=(PORTRAIT_BEFORE,), definitions=definitions)
    with DuckEngine(memory_mb=memory_mb) as engine:
        for name, portrait, day in ((TIER, PORTRAIT, as_of), (TIER_BEFORE, PORTRAIT_BEFORE, earlier)):
            step = tier_step(scheme, name=name, portrait=portrait)
            run_steps(engine, (step,), writer.view, writer, as_of=day, now=now, keep=(name,), definitions=definitions, whole=True)
        engine.scan(PORTRAIT, writer.view.files(PORTRAIT))
        inputs = {PORTRAIT: writer.tables[PORTRAIT].directory}
        writer.put(PROFILE, profile_table(engine, library), as_of=as_of, inputs=inputs, definition=library.fingerprint)
    writer.forget(PORTRAIT_BEFORE)
