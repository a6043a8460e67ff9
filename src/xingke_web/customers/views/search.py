"""The search of the top bar."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xingke_web.accounts.facade import open_to_members
from xingke_web.customers.contracts import SearchHit
from xingke_web.customers.search import search_hits
from xingke_web.customers.views.shared import request_viewer
from xingke_web.ui.navigation import groups_for
from xingke_web.ui.pages import page


@open_to_members
@require_GET
def search(request: HttpRequest, workspace: str) -> HttpResponse:
    """What a text finds: customers in scope, campaigns and whatever apps registered, pages of the navigation."""
    text = request.GET.get("s", "").strip()[:80]
    hits = [*search_hits(request_viewer(request), text), *_pages(request, text)]
    return page(request, "customers/search.html", {"text": text, "hits": hits}, partial="hits")


def _pages(request: HttpRequest, text: str) -> list[SearchHit]:
    if not text:
        return []
    found = text.casefold()
    return [
        SearchHit("page", link.icon, link.label, _("Page"), link.url)
        for group in groups_for(request)
        for link in group.links
        if found in link.label.casefold()
    ]
