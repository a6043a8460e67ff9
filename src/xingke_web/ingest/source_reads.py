"""What sources make master data of: a use of a customer's column is one of the columns that it was made of."""

from xingke.schema import CUSTOMER, TOUCH
from xingke.sources.xingcheng import queries
from xingke_web.ingest.uses import making_register


def register() -> None:
    """Declare it; called once when the application is ready."""
    customers = (queries.OUTLET_CUSTOMERS, queries.MEMBER_CUSTOMERS, queries.LEAD_CUSTOMERS)
    making_register(CUSTOMER.name, "Customers of the source", customers)
    making_register(TOUCH.name, "Touches of the source", (queries.TOUCHES,))
