"""The Django platform around the library."""
