"""How an address looks on a page: enough to recognise, too little to use."""

from xingke_web.ui.numbers import mask_phone

_PHONES = frozenset({"sms", "phone"})


def masked_address(channel: str, address: str) -> str:
    """The address with its middle hidden."""
    if channel in _PHONES:
        return mask_phone(address)
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:2]}****{address[-2:]}" if len(address) > 6 else "****"
