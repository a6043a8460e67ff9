"""Which collected fields the list and the page of customers read, declared for the use rate of the data."""

from collections.abc import Mapping

from xingke.loop.reads import by_table, fields_read, module_statements, row_keys
from xingke.schema import CUSTOMER
from xingke_web.ingest.facade import reads_of, use_register


def register() -> None:
    """Declare them; called once when the application is ready."""
    use_register("page", "Customer page", _of_page)
    use_register("page", "Customer list", _of_list)
    use_register("page", "Customers and their consents", reads_of("xingke_web.customers.sync"))


def _of_page() -> Mapping[str, list[str]]:
    from xingke_web.customers import masters, profile
    from xingke_web.customers.views import detail

    row = {(CUSTOMER.name, column) for module in (masters, detail, profile) for column in row_keys(module, CUSTOMER.name)}
    return by_table(fields_read(module_statements(profile)) | row)


def _of_list() -> Mapping[str, list[str]]:
    from xingke_web.customers.listing import READ

    return {CUSTOMER.name: [name for name in READ if name in CUSTOMER.column_names]}
