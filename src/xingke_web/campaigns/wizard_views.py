"""Drafting a campaign: one page with its steps, saved as it is written, with reach, cost, verdict and detectable effect beside it."""

from decimal import Decimal
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.permissions import ViewerRequest, needs
from xingke_web.audiences.facade import segments_visible
from xingke_web.campaigns import drafts
from xingke_web.campaigns.errors import EditConflict
from xingke_web.campaigns.forms import CampaignForm
from xingke_web.campaigns.launch import campaign_submit
from xingke_web.campaigns.models import Campaign
from xingke_web.campaigns.selectors import campaign_for
from xingke_web.campaigns.shown import panel_of, steps_of
from xingke_web.campaigns.templates_list import TEMPLATES
from xingke_web.ui.pages import page


@needs("campaigns.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Choose what to start from; choosing makes a draft."""
    viewer = _viewer(request)
    if request.method == "POST":
        campaign = _from_template(viewer, request.POST.get("template", ""), request.POST.get("segment", ""))
        return redirect("campaigns:edit", workspace, campaign.pk)
    shown = [
        {"key": each.key, "label": each.label[viewer.language], "meaning": each.meaning[viewer.language]} for each in TEMPLATES.values()
    ]
    return page(request, "campaigns/campaign_new.html", {"templates": shown, "segment": request.GET.get("segment", "")})


@needs("campaigns.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """The wizard; without scripts its button saves."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    if not campaign.is_editable:
        return redirect("campaigns:detail", workspace, campaign.pk)
    form = CampaignForm(request.POST or None, instance=campaign, viewer=viewer)
    if request.method == "POST":
        campaign = _save(campaign, form, request)
        if not form.errors:
            messages.success(request, _("The draft was saved."))
            return redirect("campaigns:edit", workspace, campaign.pk)
    context = {"campaign": campaign, "form": form, "steps": steps_of(campaign), **panel_of(viewer, campaign)}
    return page(request, "campaigns/campaign_form.html", context, status=422 if form.errors else 200)


@needs("campaigns.edit")
@require_POST
def autosave(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Keep what can be kept and answer with the panel."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    form = CampaignForm(request.POST, instance=Campaign.objects.get(pk=campaign.pk), viewer=viewer)
    try:
        campaign = _save(campaign, form, request)
    except UserFacingError as refused:
        context = {"campaign": campaign, "problem": refused.text(viewer.language)}
        return page(request, "campaigns/campaign_panel.html", context, partial="panel", status=422)
    context = {"campaign": campaign, "form": form, "saved": True, **panel_of(viewer, campaign)}
    return page(request, "campaigns/campaign_panel.html", context, partial="panel", status=422 if form.errors else 200)


@needs("campaigns.edit")
@require_POST
def duplicate(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """A new draft with the same plan."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    copy = drafts.campaign_duplicate(viewer=viewer, campaign=campaign, name=_("Copy of %(name)s") % {"name": campaign.name})
    return redirect("campaigns:edit", workspace, copy.pk)


@needs("campaigns.edit")
@require_POST
def delete(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Remove a draft."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    drafts.campaign_delete(viewer=viewer, campaign=campaign)
    messages.success(request, _("The draft “%(name)s” was deleted.") % {"name": campaign.name})
    return redirect("campaigns:list", workspace)


@needs("campaigns.edit")
@require_POST
def submit(request: HttpRequest, workspace: str, campaign_id: int) -> HttpResponse:
    """Hand the draft to a second person."""
    viewer = _viewer(request)
    campaign = campaign_for(viewer, campaign_id)
    try:
        campaign_submit(viewer=viewer, campaign=campaign)
    except UserFacingError as refused:
        messages.error(request, refused.text(viewer.language))
        return redirect("campaigns:edit", workspace, campaign.pk)
    messages.success(request, _("Submitted. A second person can launch it now."))
    return redirect("campaigns:detail", workspace, campaign.pk)


def _from_template(viewer: Viewer, key: str, segment: str) -> Campaign:
    known = {each.key for each in segments_visible(viewer)}
    values: dict[str, object] = {"segment_key": segment} if segment in known else {}
    template = TEMPLATES.get(key)
    if template is None:
        return drafts.campaign_create(viewer=viewer, name=_("Untitled campaign"), values=values)
    values |= {
        "purpose": template.purpose,
        "goal": template.goal[viewer.language],
        "subject": template.subject[viewer.language],
        "body": template.body[viewer.language],
        "channel": "inbox",
        "control_share": Decimal("0.2"),
    }
    return drafts.campaign_create(viewer=viewer, name=template.label[viewer.language], values=values)


def _save(campaign: Campaign, form: CampaignForm, request: HttpRequest) -> Campaign:
    values = form.valid_values()
    seen = request.POST.get("version", "")
    if not seen.isdecimal():
        raise EditConflict
    return drafts.campaign_update(viewer=_viewer(request), campaign=campaign, values=values, seen_version=int(seen))


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
