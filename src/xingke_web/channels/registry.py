"""The channels there are: every folder of this app that holds a `transport` module."""

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from xingke.compliance import CHANNELS
from xingke.errors import UnknownName
from xingke.extensions import BadExtension
from xingke.words import both
from xingke_web import channels
from xingke_web.channels.contracts import Transport


@cache
def transports() -> dict[str, Transport]:
    """Every transport by its name; `BadExtension` names one that does not keep the contract."""
    found: dict[str, Transport] = {}
    for folder in pkgutil.iter_modules(channels.__path__):
        module = f"{channels.__name__}.{folder.name}.transport"
        if not folder.ispkg or find_spec(module) is None:
            continue
        transport = getattr(import_module(module), "TRANSPORT", None)
        if transport is None or transport.name not in CHANNELS or transport.name in found:
            raise BadExtension(group="channels", name=folder.name, reason="holds no TRANSPORT with a known channel name of its own")
        found[transport.name] = transport
    return found


def transport_for(name: str) -> Transport:
    """The transport of a channel; UnknownName where none is installed."""
    if name not in transports():
        raise UnknownName(kind=both("渠道", "channel"), name=name, known=transports())
    return transports()[name]
