"""The trade's words and the workspace's money, in the language of the page."""

from xingke.extensions import pack
from xingke_web.accounts.facade import Viewer
from xingke_web.ui.numbers import Number, active_language, money


def word(viewer: Viewer, name: str, otherwise: str) -> str:
    """The pack's word for a thing, or the general one."""
    words = pack(viewer.workspace.pack).words.get(name)
    return words[active_language()] if words else otherwise


def amount(viewer: Viewer, value: Number | None) -> str:
    """An amount of money as people read it."""
    return money(value, viewer.workspace.currency, active_language())
