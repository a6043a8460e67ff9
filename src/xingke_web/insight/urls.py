"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.insight import result_views, views

app_name = "insight"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/export/", views.export, name="export"),
    path("cockpit/customers/", views.customers, name="customers"),
    path("cockpit/customers/export/", views.customers_export, name="customers_export"),
    path("cockpit/units/", views.unit_table, name="units"),
    path("tiers/", views.tiers, name="tiers"),
    path("results/<int:campaign_id>/", result_views.result, name="result"),
    path("results/<int:campaign_id>/export/", result_views.result_export, name="result_export"),
    path("goals/", views.goals, name="goals"),
    path("goals/<int:goal>/remove/", views.goal_remove, name="goal_remove"),
]
