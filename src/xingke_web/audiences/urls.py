"""Addresses below `/w/<workspace>/`."""

from xingke_web.audiences.views import builder, segments, tags
from xingke_web.config.addresses import SCOPED, address

app_name = "audiences"
urlpatterns = [
    address("tags/", tags.tag_list, SCOPED, name="tags"),
    address("tags/<slug:name>/", tags.tag, SCOPED, name="tag"),
    address("segments/", segments.segments, SCOPED, name="segments"),
    address("segments/new/", builder.segment_new, SCOPED, name="segment_new"),
    address("segments/draft/", builder.segment_draft, SCOPED, name="segment_draft"),
    address("segments/reach/", builder.segment_reach, SCOPED, name="segment_reach"),
    address("segments/<slug:key>/", builder.segment, SCOPED, name="segment"),
    address("segments/<slug:key>/members/", segments.segment_members, SCOPED, name="segment_members"),
    address("segments/<slug:key>/export/", segments.segment_export, SCOPED, name="segment_export"),
    address("segments/<slug:key>/duplicate/", builder.segment_duplicate, SCOPED, name="segment_duplicate"),
    address("segments/<slug:key>/retire/", builder.segment_retire, SCOPED, name="segment_retire"),
]
