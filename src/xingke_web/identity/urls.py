"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.identity.views import customers, overview, pair, queue

app_name = "identity"
urlpatterns = [
    path("identity/", queue.review, name="review"),
    path("identity/bulk/", queue.bulk, name="bulk"),
    path("identity/undo/", queue.undo, name="undo"),
    path("identity/undo/batch/<slug:batch>/", queue.undo_batch, name="undo_batch"),
    path("identity/undo/<int:decision_id>/", customers.decision_undo, name="decision_undo"),
    path("identity/overview/", overview.overview, name="overview"),
    path("identity/run/", overview.run, name="run"),
    path("identity/pairs/<int:pair_id>/", pair.pair, name="pair"),
    path("identity/pairs/<int:pair_id>/decide/", pair.decide, name="decide"),
    path("identity/pairs/<int:pair_id>/reveal/", pair.reveal, name="pair_reveal"),
    path("identity/customers/", customers.customers, name="customers"),
    path("identity/customers/<int:number>/", customers.customer, name="customer"),
    path("identity/customers/<int:number>/reveal/", customers.customer_reveal, name="customer_reveal"),
    path("identity/customers/<int:number>/apart/", customers.take_apart, name="take_apart"),
]
