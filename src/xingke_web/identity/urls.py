"""Addresses below `/w/<workspace>/`."""

from xingke_web.config.addresses import SCOPED, WORKSPACE_WIDE, address
from xingke_web.identity.views import customers, overview, pair, queue

app_name = "identity"
urlpatterns = [
    address("identity/", queue.review, SCOPED, name="review"),
    address("identity/bulk/", queue.bulk, SCOPED, name="bulk"),
    address("identity/undo/", queue.undo, SCOPED, name="undo"),
    address("identity/undo/batch/<slug:batch>/", queue.undo_batch, SCOPED, name="undo_batch"),
    address("identity/undo/<int:decision_id>/", customers.decision_undo, SCOPED, name="decision_undo"),
    address("identity/overview/", overview.overview, SCOPED, name="overview"),
    address("identity/run/", overview.run, WORKSPACE_WIDE, name="run"),
    address("identity/pairs/<int:pair_id>/", pair.pair, SCOPED, name="pair"),
    address("identity/pairs/<int:pair_id>/decide/", pair.decide, SCOPED, name="decide"),
    address("identity/pairs/<int:pair_id>/reveal/", pair.reveal, SCOPED, name="pair_reveal"),
    address("identity/customers/", customers.customers, SCOPED, name="customers"),
    address("identity/customers/<int:number>/", customers.customer, SCOPED, name="customer"),
    address("identity/customers/<int:number>/reveal/", customers.customer_reveal, SCOPED, name="customer_reveal"),
    address("identity/customers/<int:number>/apart/", customers.take_apart, SCOPED, name="take_apart"),
]
