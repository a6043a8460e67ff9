"""The list, the page of one campaign, and the acts of the second person."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.campaigns import selectors
from xingke_web.campaigns.detail import detail_of
from xingke_web.campaigns.launch import campaign_launch, campaign_return, campaign_sign_off, campaign_stop
from xingke_web.campaigns.selectors import campaign_for
from xingke_web.campaigns.shown import list_rows
from xingke_web.campaigns.tables import CAMPAIGNS, FILTERS
from xingke_web.channels.facade import reconcile, settlement_apply, settlement_read
from xingke_web.ui.pages import page

MOST_LOG_BYTES = 10 * 2**20


@needs("campaigns.view")
@require_GET
def campaign_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """The campaigns of the viewer's scope, newest first."""
    viewer = _viewer(request)
    filters = FILTERS.parse(request.GET)
    found = selectors.campaign_list(viewer=viewer, search=filters.get("q") or "", state=filters.get("state") or "")
    window = CAMPAIGNS.window(request.GET)
    infos = selectors.infos_of(viewer.workspace.id, list(found[window.offset : window.offset + window.limit]))
    context = {
        "table": CAMPAIGNS.bind(request, list_rows(viewer, infos), found.count()),
        "filters": filters,
        "may_edit": viewer.can("campaigns.edit"),
        "states": selectors.state_counts(viewer),
    }
    return page(request, "campaigns/campaign_list.html", context, partial="list")


@needs("campaigns.view")
@require_GET
def detail(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """One campaign: what, who, verdicts, arms, delivery, answers and the trail."""
    viewer = _viewer(request)
    return page(request, "campaigns/campaign_detail.html", detail_of(viewer, campaign_for(viewer, campaign_id)))


@needs("campaigns.launch")
@require_POST
def give_back(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Return it to its author with a reason."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    return _act(request, campaign_id, lambda: campaign_return(viewer=viewer, campaign=campaign, reason=_reason(request)), _("Returned."))


@needs("campaigns.launch")
@require_POST
def sign_off(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Release the text."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    return _act(request, campaign_id, lambda: campaign_sign_off(viewer=viewer, campaign=campaign), _("The text was signed off."))


@needs("campaigns.launch")
@require_POST
def launch(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Launch what the preview showed."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    token = request.POST.get("token", "")
    return _act(request, campaign_id, lambda: campaign_launch(campaign, token, viewer), _("Launched. Messages go out from now on."))


@needs("campaigns.launch")
@require_POST
def stop(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Cancel what has not gone out."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    return _act(request, campaign_id, lambda: campaign_stop(viewer=viewer, campaign=campaign, reason=_reason(request)), _("Stopped."))


@needs("campaigns.launch")
@require_POST
def settle(request: HttpRequest, workspace: str, campaign_id: int, message_id: int) -> HttpResponse:
    """Write down what the provider's records say of a message whose outcome is unknown."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    went_out = request.POST.get("went_out") == "yes"
    work = lambda: reconcile(viewer=viewer, what=campaign.what, message_id=message_id, went_out=went_out)  # noqa: E731 - one call
    return _act(request, campaign_id, work, _("Recorded."))


@needs("campaigns.launch")
@require_POST
def settle_log(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Read a provider's log and show what it would settle; nothing is written down."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    uploaded = request.FILES.get("file")
    if uploaded is not None and (uploaded.size or 0) > MOST_LOG_BYTES:
        messages.error(request, _("The log is larger than 10 MB; upload the part that names these messages."))
        return redirect("campaigns:detail", workspace, campaign_id)
    log = request.POST.get("log", "") + ("\n" + uploaded.read().decode("utf-8", errors="replace") if uploaded else "")
    plan = settlement_read(
        viewer=viewer,
        what=campaign.what,
        log=log,
        plain={"yes": True, "no": False}.get(request.POST.get("plain", "")),
        complete=request.POST.get("complete") == "yes",
    )
    return page(request, "campaigns/settle_log.html", {"campaign": campaign, "plan": plan, "token": plan.token(viewer, campaign.what)})


@needs("campaigns.launch")
@require_POST
def settle_apply(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Write down what was looked at."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    token = request.POST.get("plan", "")
    return _act(request, campaign_id, lambda: settlement_apply(viewer=viewer, what=campaign.what, token=token), _("Recorded."))


def _act(request: HttpRequest, campaign_id: int, work: Any, done: str) -> HttpResponse:
    """Do it and say so; a refusal is said on the same page, with what changed."""
    viewer = _viewer(request)
    try:
        work()
    except UserFacingError as refused:
        messages.error(request, refused.text(viewer.language))
    else:
        messages.success(request, done)
    return redirect("campaigns:detail", viewer.workspace.slug, campaign_id)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
