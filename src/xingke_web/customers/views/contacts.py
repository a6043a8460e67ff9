"""Recording consent, setting and revealing contact points."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xingke_web.accounts.facade import Viewer, needs
from xingke_web.customers import services
from xingke_web.customers.contracts import CustomerInfo
from xingke_web.customers.events import channel_label
from xingke_web.customers.forms import ConsentForm, ContactPointForm
from xingke_web.customers.reveals import RevealRefused, field_of, purposes_for, unstored
from xingke_web.customers.selectors import customer_for
from xingke_web.customers.services import AddressRefused, ConsentRefused
from xingke_web.customers.views.shared import request_viewer
from xingke_web.loop.facade import business_now
from xingke_web.ui.pages import page


@needs("customers.reveal")
@require_POST
def consent(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Add an entry to the customer's ledger."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    form = ConsentForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.consent_record(
                workspace_id=viewer.workspace.id,
                number=number,
                purpose=data["purpose"],
                channel=data["channel"],
                state=data["state"],
                basis=data["basis"],
                evidence=data["evidence"],
                at=business_now(viewer.workspace),
                expires_at=form.expires_at(),
                viewer=viewer,
            )
        except ConsentRefused as error:
            field = str(error.values["field"])
            form.add_error("expires_on" if field == "expires_at" else field, error.text(viewer.language))
        else:
            messages.success(request, _("The consent was recorded."))
            return _back(viewer, number)
    return _form_page(request, customer, form, _("Record consent"), "customers:consent")


@needs("customers.reveal")
@require_POST
def contact_point(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Store the address of a channel."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    form = ContactPointForm(request.POST)
    if form.is_valid():
        try:
            services.contact_point_set(
                workspace_id=viewer.workspace.id,
                number=number,
                channel=form.cleaned_data["channel"],
                address=form.cleaned_data["address"],
                at=business_now(viewer.workspace),
                viewer=viewer,
            )
        except AddressRefused as error:
            form.add_error(str(error.values["field"]), error.text(viewer.language))
        else:
            messages.success(request, _("The contact point was stored."))
            return _back(viewer, number)
    return _form_page(request, customer, form, _("Set a contact point"), "customers:contact_point")


@needs("customers.reveal")
@require_POST
def reveal(request: HttpRequest, workspace: str, number: int, channel: str) -> HttpResponse:
    """Show one address in plain text, after writing down who asked, for what and why."""
    viewer = request_viewer(request)
    customer = customer_for(viewer, number)
    asked = {name: request.POST.get(name, "") for name in ("purpose", "reason")}
    context = {
        "customer": customer,
        "channel": channel,
        "label": channel_label(channel),
        "purposes": purposes_for([field_of(channel)]),
        "asked": asked,
    }
    try:
        address = services.contact_point_reveal(viewer=viewer, number=number, channel=channel, **asked)
    except RevealRefused as error:
        return page(request, "customers/reveal.html", {**context, "error": error.text(viewer.language)}, partial="value", status=422)
    return unstored(page(request, "customers/reveal.html", {**context, "address": address}, partial="value"))


def _back(viewer: Viewer, number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("customers:detail", args=(viewer.workspace.slug, number)))


def _form_page(request: HttpRequest, customer: CustomerInfo, form: ConsentForm | ContactPointForm, title: str, action: str) -> HttpResponse:
    context = {"customer": customer, "form": form, "title": title, "action": action}
    return page(request, "customers/form_page.html", context, status=422)
