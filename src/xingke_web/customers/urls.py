"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.customers.views import contacts, detail, listing, search

app_name = "customers"
urlpatterns = [
    path("customers/", listing.customer_list, name="list"),
    path("customers/export/", listing.export, name="export"),
    path("customers/to-segment/", listing.to_segment, name="to_segment"),
    path("customers/<int:number>/", detail.customer_detail, name="detail"),
    path("customers/<int:number>/timeline/", detail.timeline, name="timeline"),
    path("customers/<int:number>/tags/", detail.tags, name="tags"),
    path("customers/<int:number>/consent/", contacts.consent, name="consent"),
    path("customers/<int:number>/contact/<slug:channel>/reveal/", contacts.reveal, name="reveal"),
    path("customers/<int:number>/contact/", contacts.contact_point, name="contact_point"),
    path("search/", search.search, name="search"),
]
