"""Which collected fields the cockpit and the results read, declared for the use rate of the data."""

from typing import Final

from xingke_web.ingest.facade import reads_of, use_register

ROOM: Final = "xingke_web.insight"


def register() -> None:
    """Declare them; called once when the application is ready."""
    use_register("page", "Cockpit", reads_of(*(f"{ROOM}.{name}" for name in ("figures", "happenings", "behind"))))
    use_register("page", "Tier moves", reads_of(f"{ROOM}.boundaries"))
    use_register("page", "Results of campaigns", reads_of(f"{ROOM}.results"))
