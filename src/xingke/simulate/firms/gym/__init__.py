"""A chain of gyms: cards of a year, months with and without visits, courses and renewals."""

from xingke.simulate.firms.gym.clubs import make_gym

__all__ = ["make_gym"]
