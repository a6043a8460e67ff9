"""Saved segments and every version they ever had."""

from typing import Any, Final, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke.errors import PermanentError
from xingke.words import Language
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.paths import ROOT, above, below, in_scope

KEY_PATTERN: Final = "^[a-z][a-z0-9_]*$"
"""What `xingke.segments.Segment` takes as a key; kept here so that models load without the engine."""


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Reads of segments; pages begin with `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "SegmentQuerySet":
        """Those of the viewer's units, and those that units above share with them: the root's are everybody's."""
        shared = models.Q(org_path__in=above(viewer.scope_path))
        return self.filter(below(viewer.scope_path) | shared, workspace_id=viewer.workspace.id)


class Segment(models.Model):
    """A named rule of a workspace. `condition` is the current version; the members lie in the lake.

    It belongs to the unit `org_path`, whose people may change it; the units below see and use it, those beside it do not.

    `last_count` and the like are those of the whole workspace at the last refresh; pages count within the viewer's scope instead.
    """

    class State(models.TextChoices):
        """Whether others may build on it; only active segments are refreshed."""

        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="segments")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    meaning = models.CharField(max_length=300, blank=True)
    meaning_en = models.CharField(max_length=300, blank=True)
    condition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    org_path = models.CharField(max_length=250, default=ROOT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    pack_declared = models.BooleanField(default=False)
    as_tag = models.BooleanField(default=False, help_text=_("Shown on the customer page as a tag by rule."))
    created_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_count = models.PositiveIntegerField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    refreshed_version = models.PositiveIntegerField(null=True, blank=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("workspace", "key"), name="segment_key_once"),
            models.CheckConstraint(condition=models.Q(state__in=("draft", "active", "retired")), name="segment_state_known"),
            models.CheckConstraint(condition=models.Q(key__regex=KEY_PATTERN), name="segment_key_well_formed"),
            models.CheckConstraint(condition=~models.Q(name=""), name="segment_has_name"),
        )
        indexes = (models.Index(fields=("workspace", "state"), name="segment_by_state"),)

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"

    def name_in(self, language: Language) -> str:
        """The name in a language; people give one name, packs give two."""
        return (self.name_en if language == "en" else self.name) or self.name

    def meaning_in(self, language: Language) -> str:
        """What it is for, in a language."""
        return (self.meaning_en if language == "en" else self.meaning) or self.meaning

    def is_of(self, viewer: Viewer) -> bool:
        """Whether the viewer's right covers the unit that it belongs to: what units above share is used and not changed."""
        return in_scope(self.org_path, viewer.org_path)

    @property
    def is_refreshed(self) -> bool:
        """Whether the members in the lake are those of the current version."""
        return self.refreshed_version == self.version


class VersionImmutable(PermanentError):
    """A version of a segment is neither changed nor deleted."""

    def __init__(self) -> None:
        super().__init__("versions of a segment are kept as they are: save a new version instead of changing one")


class SegmentVersion(models.Model):
    """What a segment meant at one time, with the words it had then."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    condition = models.JSONField()
    said_zh = models.TextField()
    said_en = models.TextField()
    saved_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-version",)
        constraints = (models.UniqueConstraint(fields=("segment", "version"), name="segment_version_once"),)

    def __str__(self) -> str:
        return f"{self.segment_id} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; anything else is refused."""
        if not self._state.adding:
            raise VersionImmutable
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise VersionImmutable

    def said_in(self, language: Language) -> str:
        """The rule in words."""
        return self.said_en if language == "en" else self.said_zh
