"""Addresses below `/w/<workspace>/`."""

from xingke_web.config.addresses import SCOPED, address
from xingke_web.customers.views import contacts, detail, listing, search

app_name = "customers"
urlpatterns = [
    address("customers/", listing.customer_list, SCOPED, name="list"),
    address("customers/export/", listing.export, SCOPED, name="export"),
    address("customers/to-segment/", listing.to_segment, SCOPED, name="to_segment"),
    address("customers/<int:number>/", detail.customer_detail, SCOPED, name="detail"),
    address("customers/<int:number>/timeline/", detail.timeline, SCOPED, name="timeline"),
    address("customers/<int:number>/tags/", detail.tags, SCOPED, name="tags"),
    address("customers/<int:number>/consent/", contacts.consent, SCOPED, name="consent"),
    address("customers/<int:number>/contact/<slug:channel>/reveal/", contacts.reveal, SCOPED, name="reveal"),
    address("customers/<int:number>/contact/", contacts.contact_point, SCOPED, name="contact_point"),
    address("search/", search.search, SCOPED, name="search"),
]
