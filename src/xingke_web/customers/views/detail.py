"""The 360-degree page of one customer, its timeline and all its tags."""

from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xingke.compliance.settings import Settings
from xingke.engine import LakeEmpty
from xingke.extensions import Pack, pack
from xingke.tiers import RfmLevel, ValueTier
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers.consents import ConsentLine, consent_lines, header_consents
from xingke_web.customers.contracts import CustomerInfo, TimelineEntry
from xingke_web.customers.events import LAKE_SOURCES, channel_label
from xingke_web.customers.forms import ConsentForm, ContactPointForm
from xingke_web.customers.masters import facts_of
from xingke_web.customers.models import ContactPoint
from xingke_web.customers.pictures import figures_of, months_of, radar_of, scores_of
from xingke_web.customers.profile import Profile
from xingke_web.customers.recipients import recipient_facts
from xingke_web.customers.reveals import field_of, purposes_for
from xingke_web.customers.selectors import customer_for
from xingke_web.customers.successors import successor_of
from xingke_web.customers.tables import licence_label
from xingke_web.customers.taglist import headline_tags, tags_by_family
from xingke_web.customers.timeline import newest_first, timeline_of
from xingke_web.customers.trade_events import SERVICE_SOURCES
from xingke_web.customers.views.shared import no_data, request_viewer, url_or_none
from xingke_web.loop.facade import business_now, lake_reader, last_run, tag_library, tier_scheme
from xingke_web.ui.pages import page

PER_PAGE: Final = 10
LICENCE_TONES: Final = {"valid": "ok", "not_needed": "neutral", "paused": "warn", "expired": "bad", "revoked": "bad"}


def profile_of(viewer: Viewer, number: int) -> Profile:
    """The customer as the lake of the viewer's workspace knows it."""
    workspace = viewer.workspace
    return Profile(lake_reader(workspace), tier_scheme(workspace.pack), number, workspace.as_of, viewer.scope_path)


@needs("customers.view")
@require_GET
def customer_detail(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Everything known about one customer."""
    viewer = request_viewer(request)
    survivor = successor_of(viewer.workspace.id, number)
    if survivor is not None:
        return HttpResponseRedirect(reverse("customers:detail", args=(workspace, customer_for(viewer, survivor).number)))
    customer = customer_for(viewer, number)
    profile, trade = profile_of(viewer, number), pack(viewer.workspace.pack)
    try:
        known = bool(profile.row)
    except LakeEmpty:
        return no_data(request, viewer)
    context = {
        "customer": customer,
        "known": known,
        "consents": header_consents(viewer, customer),
        "licence": _licence(customer),
        "quota": _quota(viewer, customer),
        "facts": facts_of(customer, profile.row, trade, viewer),
        "provenance": _provenance(viewer, customer, profile) if known else [],
        **_contact(viewer, customer),
        **_timeline(request, viewer, customer, profile),
        **(_portrait(viewer, profile, trade) if known else {}),
    }
    return page(request, "customers/customer_detail.html", context)


def _portrait(viewer: Viewer, profile: Profile, trade: Pack) -> dict[str, Any]:
    row, language = profile.row, viewer.language
    tier, level = ValueTier(row["value_tier"]), RfmLevel(row["rfm_level"])
    strategies = trade.strategies
    return {
        "row": row,
        "tier": {"key": str(tier), "label": tier.label[language]},
        "level": {"key": str(level), "label": level.label[language]},
        "grade": _grade(trade, row),
        "figures": figures_of(profile, viewer),
        "radar": radar_of(profile, viewer),
        "peers": profile.peers["customers"],
        "months": months_of(profile, viewer),
        "has_peak_months": any(month.is_peak for month in profile.months),
        "families": headline_tags(tag_library(viewer.workspace.pack), row, viewer),
        "tag_count": len(tag_library(viewer.workspace.pack)),
        "products": profile.top_products(),
        "categories": profile.top_categories(),
        "scores": scores_of(profile),
        "rise": profile.rise,
        "rise_to": profile.rise.to.label[language] if profile.rise and profile.rise.to else "",
        "advice": [strategies[key][language] for key in (f"value_tier.{tier}", f"rfm_level.{level}") if key in strategies],
    }


def _grade(trade: Pack, row: Any) -> str:
    if trade.grades is None or row.get("grade") is None:
        return ""
    return _("Grade %(grade)s of %(highest)s") % {"grade": row["grade"], "highest": trade.grades[1]}


def _licence(customer: CustomerInfo) -> dict[str, str]:
    text = licence_label(customer.licence_status)
    if customer.licence_valid_until:
        text = _("%(licence)s, until %(day)s") % {"licence": text, "day": customer.licence_valid_until.isoformat()}
    return {"text": text, "tone": LICENCE_TONES.get(customer.licence_status, "warn")}


def _quota(viewer: Viewer, customer: CustomerInfo) -> dict[str, Any]:
    now, cap = business_now(viewer.workspace), Settings().weekly_cap
    facts = recipient_facts(viewer.workspace.id, [customer.number], channel="inbox", purpose="marketing", at=now)[customer.number]
    return {"used": facts.touches_7d, "cap": cap, "left": max(0, cap - facts.touches_7d), "suppressed": facts.suppressed}


def _contact(viewer: Viewer, customer: CustomerInfo) -> dict[str, Any]:
    may = viewer.can("customers.reveal")
    points = ContactPoint.objects.select_related("customer").filter(
        customer__workspace_id=viewer.workspace.id, customer__number=customer.number
    )
    lines: list[ConsentLine] = consent_lines(viewer, customer)
    return {
        "may_reveal": may,
        "points": [
            {
                "channel": point.channel,
                "label": channel_label(point.channel),
                "masked": point.masked,
                "set_at": point.set_at,
                "purposes": purposes_for([field_of(point.channel)]),
            }
            for point in points
        ],
        "consent_lines": lines,
        "consent_form": ConsentForm() if may else None,
        "contact_form": ContactPointForm() if may else None,
    }


def _provenance(viewer: Viewer, customer: CustomerInfo, profile: Profile) -> list[tuple[str, str]]:
    snapshot = lake_reader(viewer.workspace).snapshot
    run = last_run(viewer.workspace)
    return [
        (_("Customer number"), str(customer.number)),
        (_("Source key"), customer.source_key),
        (_("Source"), run.source if run and run.source else "—"),
        (_("Snapshot"), f"{snapshot.sequence:06d}"),
        (_("Customer table"), snapshot.tables["customer"].directory),
        (_("Portrait"), snapshot.tables["portrait"].directory),
        (_("Tag definitions"), snapshot.tables["portrait"].definitions.get("tags", "—")),
        (_("Data as of"), viewer.workspace.as_of.isoformat()),
    ]


def _timeline(request: HttpRequest, viewer: Viewer, customer: CustomerInfo, profile: Profile) -> dict[str, Any]:
    entries = newest_first(
        [*timeline_of(viewer, customer), *(entry for source in (*LAKE_SOURCES, *SERVICE_SOURCES) for entry in source(viewer, profile))]
    )
    kinds = list(dict.fromkeys(sorted(entry.kind for entry in entries)))
    kind = request.GET.get("kind", "")
    shown = [entry for entry in entries if entry.kind == kind] if kind in kinds else entries
    wanted = request.GET.get("tpage", "1")
    pages = max(1, -(-len(shown) // PER_PAGE))
    at = min(int(wanted), pages) if wanted.isdecimal() and len(wanted) < 8 and int(wanted) else 1
    return {
        "timeline": [_shown(entry) for entry in shown[(at - 1) * PER_PAGE : at * PER_PAGE]],
        "timeline_kinds": [{"key": one, "label": kind_label(one), "active": one == kind} for one in kinds],
        "timeline_kind": kind if kind in kinds else "",
        "timeline_page": at,
        "timeline_pages": pages,
        "timeline_total": len(shown),
    }


KIND_TONES: Final = {
    "order": "brand", "touch": "info", "consent": "ok", "campaign": "warn", "complaint": "bad", "delivery": "bad", "manager": "warn",
}  # fmt: skip


def kind_label(kind: str) -> str:
    """A kind of timeline entry in words."""
    words = {
        "order": _("Orders"),
        "touch": _("Touches"),
        "consent": _("Consent"),
        "campaign": _("Campaigns"),
        "complaint": _("Complaints"),
        "visit": _("Visits"),
        "delivery": _("Late deliveries"),
        "manager": _("Customer manager"),
    }
    return words.get(kind, kind)


def _shown(entry: TimelineEntry) -> dict[str, Any]:
    at: date | datetime = entry.at
    return {
        "icon": entry.icon,
        "tone": KIND_TONES.get(entry.kind, "neutral"),
        "title": entry.title,
        "text": entry.text,
        "url": entry.url,
        "at": at if isinstance(at, datetime) else None,
        "on": None if isinstance(at, datetime) else at,
    }


@needs("customers.view")
@require_GET
def timeline(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """One page of the timeline, of one kind or of all."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    context = {"customer": customer, **_timeline(request, viewer, customer, profile_of(viewer, number))}
    return page(request, "customers/timeline.html", context, partial="entries")


@needs("customers.view")
@require_GET
def tags(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """All tags of the customer with definition, source table version and the day they are true for."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    profile = profile_of(viewer, number)
    version = lake_reader(viewer.workspace).snapshot.tables["portrait"]
    context = {
        "customer": customer,
        "families": tags_by_family(tag_library(viewer.workspace.pack), profile.row, viewer),
        "version": version.directory,
        "made_at": version.created_at,
        "as_of": viewer.workspace.as_of,
        "tag_url": url_or_none("audiences:tags", viewer) if viewer.can("segments.view") else None,
    }
    return page(request, "customers/customer_tags.html", context)
