"""Sales leads of a software maker, and the advertising that brings it customers."""

from xingke.simulate.firms.leads.world import make_leads

__all__ = ["make_leads"]
