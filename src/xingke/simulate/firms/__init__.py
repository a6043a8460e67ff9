"""Worlds of small firms with known truth: a fresh supermarket, a gym chain, a cafe chain, and sales leads with advertising."""

from xingke.simulate.firms.make import FIRMS, make_firm

__all__ = ["FIRMS", "make_firm"]
