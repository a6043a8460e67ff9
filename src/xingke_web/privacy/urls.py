"""Addresses of privacy."""

from django.urls import path

from xingke_web.privacy.views import answers, governing, overview, requests

app_name = "privacy"
urlpatterns = [
    path("privacy/", overview.overview, name="overview"),
    path("privacy/requests/", requests.request_list, name="requests"),
    path("privacy/requests/new/", requests.request_new, name="request_new"),
    path("privacy/requests/<int:key>/", requests.request_page, name="request"),
    path("privacy/requests/<int:key>/step/", requests.request_step, name="request_step"),
    path("privacy/requests/<int:key>/answer/", answers.answer, name="answer"),
    path("privacy/requests/<int:key>/report/", answers.report, name="report"),
    path("privacy/customers/<int:number>/reveal/", requests.reveal, name="reveal"),
    path("privacy/retention/", governing.retention, name="retention"),
    path("privacy/retention/run/", governing.retention_now, name="retention_run"),
    path("privacy/uses/", governing.uses, name="uses"),
    path("privacy/uses/<int:key>/decide/", governing.use_decided, name="use_decide"),
    path("privacy/uses/<int:key>/export/", governing.use_export, name="use_export"),
    path("privacy/keys/", governing.keys, name="keys"),
    path("privacy/keys/rotate/", governing.keys_rotate, name="keys_rotate"),
    path("privacy/incidents/", overview.incidents, name="incidents"),
    path("privacy/incidents/<int:key>/step/", overview.incident_moved, name="incident_step"),
    path("privacy/blocks/<int:key>/lift/", overview.block_lifted, name="block_lift"),
]
