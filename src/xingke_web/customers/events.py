"""What the timeline of a customer shows from the lake and the ledger: orders, touches, consent."""

from collections.abc import Callable, Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke.extensions import pack
from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.contracts import ALL_CHANNELS, CustomerInfo, TimelineEntry
from xingke_web.customers.models import Consent
from xingke_web.customers.profile import Profile
from xingke_web.ui.numbers import fixed, money

TOUCH_WORDS: Final[dict[str, Promise]] = {
    "sent": gettext_lazy("Sent"),
    "delivered": gettext_lazy("Delivered"),
    "failed": gettext_lazy("Not delivered"),
    "opened": gettext_lazy("Opened"),
    "clicked": gettext_lazy("Clicked"),
    "replied": gettext_lazy("Replied"),
    "redeemed": gettext_lazy("Redeemed"),
    "opted_out": gettext_lazy("Opted out"),
    "withheld": gettext_lazy("Withheld"),
}
TOUCH_ICONS: Final = {
    "sent": "send", "delivered": "circle-check", "failed": "circle-x", "opened": "eye", "clicked": "link", "replied": "message",
    "redeemed": "gift", "opted_out": "ban", "withheld": "shield-x",
}  # fmt: skip
CHANNEL_WORDS: Final[dict[str, Promise]] = {
    ALL_CHANNELS: gettext_lazy("All channels"),
    "inbox": gettext_lazy("Inbox"),
    "task": gettext_lazy("Visit task"),
    "sms": gettext_lazy("Text message"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "wecom": gettext_lazy("WeCom"),
    "wechat_template": gettext_lazy("WeChat service message"),
    "app_push": gettext_lazy("App message"),
    "mailer": gettext_lazy("Mailing"),
    "coupon": gettext_lazy("Coupon"),
}


def channel_label(channel: str) -> str:
    """A channel in words; its own name where none are known."""
    return str(CHANNEL_WORDS.get(channel, channel))


def orders_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """The orders of 13 months."""
    own = pack(viewer.workspace.pack).words.get("quantity_unit")
    unit = own[viewer.language] if own else _("units")
    for order in profile.orders:
        text = _("Lines %(products)s · %(unit)s %(units)s · %(amount)s") % {
            "products": fixed(order["line_count"]),
            "unit": unit,
            "units": fixed(order["quantity_units"]),
            "amount": money(order["amount_yuan"], viewer.workspace.currency, viewer.language, detail=True),
        }
        yield TimelineEntry(order["ordered_on"], "order", "shopping-cart", _("Order"), text)


def touches_of(viewer: Viewer, profile: Profile) -> Iterator[TimelineEntry]:
    """Touches and responses as the lake has them."""
    for touch in profile.touches:
        kind = touch["kind"]
        text = " · ".join(part for part in (channel_label(touch["channel"]), touch["campaign_key"], touch["detail"]) if part)
        yield TimelineEntry(touch["touched_at"], "touch", TOUCH_ICONS.get(kind, "send"), str(TOUCH_WORDS.get(kind, kind)), text)


def consents_of(viewer: Viewer, customer: CustomerInfo) -> Iterator[TimelineEntry]:
    """The ledger of consent."""
    entries = Consent.objects.filter(customer__workspace_id=viewer.workspace.id, customer__number=customer.number)
    for entry in entries:
        granted = entry.state == Consent.State.GRANTED
        title = _("Consent granted") if granted else _("Consent withdrawn")
        text = " · ".join((entry.get_purpose_display(), channel_label(entry.channel), entry.evidence))
        yield TimelineEntry(entry.at, "consent", "circle-check" if granted else "ban", title, text)


LakeSource = Callable[[Viewer, Profile], Iterator[TimelineEntry]]
LAKE_SOURCES: Final[tuple[LakeSource, ...]] = (orders_of, touches_of)
