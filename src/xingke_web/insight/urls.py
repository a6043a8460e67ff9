"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.insight import views

app_name = "insight"
urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/export/", views.export, name="export"),
    path("cockpit/customers/", views.customers, name="customers"),
    path("cockpit/customers/export/", views.customers_export, name="customers_export"),
    path("cockpit/units/", views.unit_table, name="units"),
    path("tiers/", views.tiers, name="tiers"),
    path("goals/", views.goals, name="goals"),
    path("goals/<int:goal>/remove/", views.goal_remove, name="goal_remove"),
]
