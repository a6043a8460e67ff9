"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.audiences.views import builder, segments, tags

app_name = "audiences"
urlpatterns = [
    path("tags/", tags.tag_list, name="tags"),
    path("tags/<slug:name>/", tags.tag, name="tag"),
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", builder.segment_new, name="segment_new"),
    path("segments/draft/", builder.segment_draft, name="segment_draft"),
    path("segments/reach/", builder.segment_reach, name="segment_reach"),
    path("segments/<slug:key>/", builder.segment, name="segment"),
    path("segments/<slug:key>/members/", segments.segment_members, name="segment_members"),
    path("segments/<slug:key>/export/", segments.segment_export, name="segment_export"),
    path("segments/<slug:key>/duplicate/", builder.segment_duplicate, name="segment_duplicate"),
    path("segments/<slug:key>/retire/", builder.segment_retire, name="segment_retire"),
]
