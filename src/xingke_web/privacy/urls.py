"""Addresses of privacy."""

from xingke_web.config.addresses import NO_ROWS, SCOPED, WORKSPACE_WIDE, address
from xingke_web.privacy.views import answers, governing, overview, requests

app_name = "privacy"
urlpatterns = [
    address("privacy/", overview.overview, SCOPED, name="overview"),
    address("privacy/requests/", requests.request_list, SCOPED, name="requests"),
    address("privacy/requests/new/", requests.request_new, SCOPED, name="request_new"),
    address("privacy/requests/<int:key>/", requests.request_page, SCOPED, name="request"),
    address("privacy/requests/<int:key>/step/", requests.request_step, SCOPED, name="request_step"),
    address("privacy/requests/<int:key>/answer/", answers.answer, SCOPED, name="answer"),
    address("privacy/requests/<int:key>/report/", answers.report, SCOPED, name="report"),
    address("privacy/customers/<int:number>/reveal/", requests.reveal, SCOPED, name="reveal"),
    address("privacy/retention/", governing.retention, WORKSPACE_WIDE, name="retention"),
    address("privacy/retention/run/", governing.retention_now, WORKSPACE_WIDE, name="retention_run"),
    address("privacy/uses/", governing.uses, NO_ROWS, name="uses", post=WORKSPACE_WIDE),
    address("privacy/uses/<int:key>/decide/", governing.use_decided, WORKSPACE_WIDE, name="use_decide"),
    address("privacy/uses/<int:key>/export/", governing.use_export, SCOPED, name="use_export"),
    address("privacy/keys/", governing.keys, WORKSPACE_WIDE, name="keys"),
    address("privacy/keys/rotate/", governing.keys_rotate, WORKSPACE_WIDE, name="keys_rotate"),
    address("privacy/incidents/", overview.incidents, WORKSPACE_WIDE, name="incidents"),
    address("privacy/incidents/<int:key>/step/", overview.incident_moved, WORKSPACE_WIDE, name="incident_step"),
    address("privacy/blocks/<int:key>/lift/", overview.block_lifted, WORKSPACE_WIDE, name="block_lift"),
]
