"""Units that tags are measured in."""

from xingke.words import both

YUAN = both("元", "¥")
ORDERS = both("次", "orders")
DAYS = both("天", "days")
WEEKS = both("周", "weeks")
UNITS = both("件", "units")
LINES = both("行", "lines")
PRODUCTS = both("个", "products")
SHARE = both("%", "%")
CYCLES = both("个周期", "cycles")
CAMPAIGNS = both("个活动", "campaigns")
TIMES = both("倍", "×")
OCCASIONS = both("次", "times")
MONTHS = both("个月", "months")
