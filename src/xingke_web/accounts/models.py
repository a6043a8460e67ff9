"""People, workspaces, the organisation and who belongs where."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts.roles import Role


class User(AbstractUser):
    """A person who logs in."""

    class Language(models.TextChoices):
        """Languages of the pages."""

        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        """Colours of the pages."""

        AUTO = "auto", _("Standard")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    display_name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    last_workspace = models.ForeignKey("accounts.Workspace", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.display_name or self.username


class Workspace(models.Model):
    """One organisation's data, definitions and people, apart from all others."""

    class Currency(models.TextChoices):
        """Units of account."""

        CNY = "CNY", _("Yuan")
        USD = "USD", _("US dollar")

    slug = models.SlugField(unique=True, max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    pack = models.CharField(max_length=40)
    currency = models.CharField(max_length=3, choices=Currency.choices, default=Currency.CNY)
    as_of = models.DateField(null=True, blank=True, help_text=_("The pinned business day; empty means today."))
    is_sample = models.BooleanField(default=False)
    sample_note_zh = models.TextField(blank=True)
    sample_note_en = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class OrgUnit(models.Model):
    """A unit of the workspace's organisation."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="units")
    path = models.CharField(max_length=250)
    parent_path = models.CharField(max_length=250)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=40)

    class Meta:
        ordering = ("path",)
        constraints = (models.UniqueConstraint(fields=("workspace", "path"), name="orgunit_path_once"),)
        indexes = (models.Index(fields=("workspace", "parent_path"), name="orgunit_children"),)

    def __str__(self) -> str:
        return self.path


class Membership(models.Model):
    """A person's role in a workspace and the part of the organisation they see."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    org_path = models.CharField(max_length=250, default="/")
    customer_number = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("workspace", "user")
        constraints = (
            models.UniqueConstraint(fields=("user", "workspace"), name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(role=Role.RETAILER, customer_number__isnull=False)
                | (~models.Q(role=Role.RETAILER) & models.Q(customer_number__isnull=True)),
                name="membership_customer_only_for_retailer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.workspace_id}"


class LoginThrottle(models.Model):
    """Failed log-ins of one name or address, kept as a keyed hash only."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.key[:8]


class WorkspaceKey(models.Model):
    """A key of a workspace, wrapped by the key ring of the installation; `xingke_web.config.vault` reads and writes it.

    Of the data keys the one of the highest version seals; those before it open what they sealed until they are retired, which empties the
    token for good. The row stays as evidence.
    """

    class Use(models.TextChoices):
        """What a key is for."""

        DATA = "data", _("Sealing")
        BLIND = "blind", _("Blind indexes")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="keys")
    use = models.CharField(max_length=10, choices=Use.choices)
    version = models.PositiveIntegerField()
    key_id = models.CharField(max_length=8)
    ring_id = models.CharField(max_length=8)
    token = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("workspace", "use", "-version")
        constraints = (
            models.UniqueConstraint(fields=("workspace", "use", "version"), name="workspace_key_once"),
            models.CheckConstraint(condition=models.Q(use__in=("data", "blind")), name="workspace_key_use_known"),
            models.CheckConstraint(
                condition=models.Q(retired_at__isnull=True, token__gt="") | models.Q(retired_at__isnull=False, token=""),
                name="workspace_key_gone_when_retired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.use} {self.version}"
