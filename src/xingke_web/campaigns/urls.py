"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.campaigns import views, wizard_views

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", views.campaign_list, name="list"),
    path("campaigns/new/", wizard_views.new, name="new"),
    path("campaigns/<int:campaign_id>/", views.detail, name="detail"),
    path("campaigns/<int:campaign_id>/edit/", wizard_views.edit, name="edit"),
    path("campaigns/<int:campaign_id>/panel/", wizard_views.autosave, name="autosave"),
    path("campaigns/<int:campaign_id>/duplicate/", wizard_views.duplicate, name="duplicate"),
    path("campaigns/<int:campaign_id>/delete/", wizard_views.delete, name="delete"),
    path("campaigns/<int:campaign_id>/submit/", wizard_views.submit, name="submit"),
    path("campaigns/<int:campaign_id>/return/", views.give_back, name="return"),
    path("campaigns/<int:campaign_id>/sign-off/", views.sign_off, name="sign_off"),
    path("campaigns/<int:campaign_id>/launch/", views.launch, name="launch"),
    path("campaigns/<int:campaign_id>/stop/", views.stop, name="stop"),
    path("campaigns/<int:campaign_id>/settle/", views.settle_log, name="settle_log"),
    path("campaigns/<int:campaign_id>/settle/apply/", views.settle_apply, name="settle_apply"),
    path("campaigns/<int:campaign_id>/settle/<int:message_id>/", views.settle, name="settle"),
]
