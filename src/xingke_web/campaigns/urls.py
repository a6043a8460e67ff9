"""Addresses below `/w/<workspace>/`."""

from xingke_web.campaigns import views, wizard_views
from xingke_web.config.addresses import SCOPED, address

app_name = "campaigns"
urlpatterns = [
    address("campaigns/", views.campaign_list, SCOPED, name="list"),
    address("campaigns/new/", wizard_views.new, SCOPED, name="new"),
    address("campaigns/<int:campaign_id>/", views.detail, SCOPED, name="detail"),
    address("campaigns/<int:campaign_id>/edit/", wizard_views.edit, SCOPED, name="edit"),
    address("campaigns/<int:campaign_id>/panel/", wizard_views.autosave, SCOPED, name="autosave"),
    address("campaigns/<int:campaign_id>/duplicate/", wizard_views.duplicate, SCOPED, name="duplicate"),
    address("campaigns/<int:campaign_id>/delete/", wizard_views.delete, SCOPED, name="delete"),
    address("campaigns/<int:campaign_id>/submit/", wizard_views.submit, SCOPED, name="submit"),
    address("campaigns/<int:campaign_id>/return/", views.give_back, SCOPED, name="return"),
    address("campaigns/<int:campaign_id>/sign-off/", views.sign_off, SCOPED, name="sign_off"),
    address("campaigns/<int:campaign_id>/launch/", views.launch, SCOPED, name="launch"),
    address("campaigns/<int:campaign_id>/stop/", views.stop, SCOPED, name="stop"),
    address("campaigns/<int:campaign_id>/settle/", views.settle_log, SCOPED, name="settle_log"),
    address("campaigns/<int:campaign_id>/settle/apply/", views.settle_apply, SCOPED, name="settle_apply"),
    address("campaigns/<int:campaign_id>/settle/<int:message_id>/", views.settle, SCOPED, name="settle"),
]
