"""What sets one shop trade apart from another."""

from dataclasses import dataclass

from xingke.simulate.firms.goods import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The declaration of a chain of shops.

    Parameters
    ----------
    name
        Root of its organisation paths.
    members
        Everyone who is a member at some time, at full size.
    items
        Items on the shelves, at every size.
    ticket_yuan, ticket_sigma
        Mean and log standard deviation of the ticket, which is lognormal.
    piece_factor
        By how much whole pieces make a ticket larger than what its buyer had in mind; measured, and taken out.
    extra_lines
        Lines of a basket beyond the first, on average.
    monthly_visits
        Visits a member and month of 30.4 days.
    annual_leaving
        Share of members who leave in a year.
    habits
        Share of members, mean minute and spread of the member's habitual minute of arrival.
    weekday
        Footfall from Monday to Sunday, any level.
    online_share
        Share of orders by mini program.
    push_share
        Share of members drawn into each randomised push.
    complaints
        Tickets a member and week.
    cold_weeks, cold_complaints, cold_leaving, cold_memory_weeks
        Weeks of the cold-chain failure, if the scenario has one; its factors on complaints and on leaving; weeks for which leaving stays
        higher, from the first one.
    """

    name: str
    title: str
    firm_format: str
    sites: tuple[str, ...]
    makers: tuple[str, ...]
    categories: tuple[Category, ...]
    members: int
    items: int
    ticket_yuan: float
    ticket_sigma: float
    piece_factor: float
    extra_lines: float
    monthly_visits: float
    annual_leaving: float
    joined_before: float
    site_skew: float
    habits: tuple[tuple[float, float, float], ...]
    weekday: tuple[float, ...]
    online_share: float
    pushes: int
    push_share: float
    complaints: float
    complaint_kinds: tuple[tuple[str, float], ...]
    cold_complaint: str = ""
    cold_weeks: tuple[int, int] | None = None
    cold_complaints: float = 4.0
    cold_leaving: float = 1.22
    cold_memory_weeks: int = 12
