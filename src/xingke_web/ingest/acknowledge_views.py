"""Acknowledging a finding: the page that asks why and until when, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import needs
from xingke_web.ingest import acknowledging
from xingke_web.ingest.acknowledge_forms import AcknowledgeForm
from xingke_web.ingest.connection_asked import viewer_of
from xingke_web.ingest.tabs import tabs_for
from xingke_web.ui.pages import page


@needs("data.run")
@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, workspace: str, table: str, code: str) -> HttpResponse:
    """Why nobody needs to act on a finding, and until when."""
    viewer = viewer_of(request)
    subject = (request.POST if request.method == "POST" else request.GET).get("subject", "")
    finding = acknowledging.finding_of(viewer, table, code, subject)
    if finding is None:
        messages.warning(request, _("The last pass does not find this any more."))
        return redirect("ingest:quality", workspace=workspace)
    form = AcknowledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            acknowledging.finding_acknowledge(
                viewer=viewer, table=table, code=code, subject=subject, why=given["why"], until_on=given["until_on"]
            )
        except UserFacingError as refused:
            messages.error(request, refused.text(viewer.language))
        else:
            words = _("Acknowledged until %(day)s; it comes back earlier when it gets worse.")
            messages.success(request, words % {"day": given["until_on"].isoformat()})
        return redirect("ingest:quality_table", workspace=workspace, table=table)
    context = {"tabs": tabs_for(request, viewer), "one": finding, "form": form, "subject": subject}
    return page(request, "ingest/acknowledge.html", context)


@needs("data.run")
@require_POST
def withdraw(request: HttpRequest, workspace: str, table: str, code: str) -> HttpResponse:
    """Let a finding count as failing again."""
    viewer = viewer_of(request)
    try:
        acknowledging.acknowledgement_withdraw(viewer=viewer, table=table, code=code, subject=request.POST.get("subject", ""))
    except UserFacingError as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, _("Taken back; the finding waits for somebody again."))
    return redirect("ingest:quality_table", workspace=workspace, table=table)
