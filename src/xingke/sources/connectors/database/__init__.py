"""Tables and queries of a database: PostgreSQL, MariaDB, MySQL, SQLite."""

from xingke.sources.connectors.database.connector import CONNECTOR, DatabaseConnector

__all__ = ["CONNECTOR", "DatabaseConnector"]
