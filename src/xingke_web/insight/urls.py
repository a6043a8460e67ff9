"""Addresses below `/w/<workspace>/`."""

from xingke_web.config.addresses import SCOPED, address
from xingke_web.insight import result_views, views

app_name = "insight"
urlpatterns = [
    address("cockpit/", views.cockpit, SCOPED, name="cockpit"),
    address("cockpit/export/", views.export, SCOPED, name="export"),
    address("cockpit/customers/", views.customers, SCOPED, name="customers"),
    address("cockpit/customers/export/", views.customers_export, SCOPED, name="customers_export"),
    address("cockpit/units/", views.unit_table, SCOPED, name="units"),
    address("tiers/", views.tiers, SCOPED, name="tiers"),
    address("results/<int:campaign_id>/", result_views.result, SCOPED, name="result"),
    address("results/<int:campaign_id>/export/", result_views.result_export, SCOPED, name="result_export"),
    address("goals/", views.goals, SCOPED, name="goals"),
    address("goals/<int:goal>/remove/", views.goal_remove, SCOPED, name="goal_remove"),
]
