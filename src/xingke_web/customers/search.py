"""What the search of the top bar finds: customers of the scope, pages, and whatever other apps registered."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.contracts import SearchHit, SearchSource
from xingke_web.customers.models import Customer

MOST: Final = 8
_sources: dict[str, SearchSource] = {}


def search_register(source: SearchSource) -> None:
    """Add a source of hits; the same function again replaces itself."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source


def search_hits(viewer: Viewer, text: str) -> list[SearchHit]:
    """Customers first, then what the other sources found."""
    text = text.strip()
    if not text:
        return []
    return [*_customers(viewer, text), *(hit for source in _sources.values() for hit in source(viewer, text))]


def _customers(viewer: Viewer, text: str) -> Iterable[SearchHit]:
    """By number or source key exactly, by the beginning of a source key, or by a piece of the name; exact ones first."""
    if not viewer.can("customers.view"):
        return
    exact = Q(source_key=text) | (Q(number=int(text)) if text.isdecimal() and len(text) < 19 else Q())
    found = Customer.objects.visible_to(viewer).filter(exact | Q(source_key__istartswith=text) | Q(name__icontains=text))
    ranked = found.annotate(
        rank=Case(When(exact, then=Value(0)), When(name__istartswith=text, then=Value(1)), default=Value(2), output_field=IntegerField())
    )
    for number, name, source_key, path in ranked.order_by("rank", "name", "number").values_list("number", "name", "source_key", "org_path")[
        :MOST
    ]:
        yield SearchHit(
            "customer", "user", name, f"{source_key} · {path}", reverse("customers:detail", args=(viewer.workspace.slug, number))
        )
