"""One identification of a workspace: records in clear in memory, what stewards decided, and the tables that come of it."""

from typing import Final

import pyarrow as pa

from xingke_web.accounts.facade import Viewer
from xingke_web.loop.facade import RunContext

ANCHOR_SYSTEM: Final = "ordering"
PLAN_OF: Final = {"outlet": "outlet", "account": "outlet", "consumer": "person", "lead": "person"}
"""Which plan compares which kind of customer."""

REVIEW_SCHEMA: Final = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("left_system", pa.string(), nullable=False),
        pa.field("left_id", pa.string(), nullable=False),
        pa.field("right_system", pa.string(), nullable=False),
        pa.field("right_id", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("parts", pa.string()),
    ]
)
"""Grain: two records that a person should look at. `parts` are the match weights (JSON), without values of records."""


def identify_pass(context: RunContext) -> dict[str, int]:
    return {"records": 0}


def full_run_ask(viewer: Viewer) -> None:
    raise NotImplementedError
