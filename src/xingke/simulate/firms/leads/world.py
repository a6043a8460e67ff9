"""The world of the software maker: its leads and its advertising."""

from xingke.calendar import calendar_days
from xingke.schema.trade.market import CALENDAR_DAY
from xingke.simulate.firms.advertising import make_advertising
from xingke.simulate.firms.horizon import ENDS_ON, STARTS_ON, WEEKS
from xingke.simulate.firms.leads.sales import make_sales
from xingke.simulate.firms.sites import sites_of
from xingke.simulate.firms.workshop import Workshop


def make_leads(shop: Workshop) -> None:
    """Make the world of leads and advertising."""
    shop.observed.put(CALENDAR_DAY, calendar_days(STARTS_ON, ENDS_ON))
    sales, online = sites_of(shop, "leads", "云策软件", ("企业销售部", "线上获客部"), level="team")
    figures = {**make_sales(shop, sales), **make_advertising(shop, online)}
    shop.plant(figures)
    shop.progress(WEEKS, WEEKS)
