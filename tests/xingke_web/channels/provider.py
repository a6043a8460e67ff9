"""A provider of our own in place of the mail server: it says what it took and does what a test wants while it takes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from xingke.words import both
from xingke_web.channels.contracts import Capabilities, Envelope


class Provider:
    """Takes messages one by one. `meanwhile` is called with each before it is taken; what it raises is the provider's answer."""

    name = "email"
    label = both("测试", "Test")
    capabilities = Capabilities(opt_out_in_text=True)

    def __init__(self) -> None:
        self.offered: list[int] = []
        self.taken: list[int] = []
        self.opened = 0
        self.meanwhile: Callable[[Envelope], None] = lambda envelope: None
        self.opening: Callable[[], None] = lambda: None

    @contextmanager
    def session(self) -> Iterator["Provider"]:
        yield self

    def ready(self) -> None:
        self.opened += 1
        self.opening()

    def send(self, envelope: Envelope) -> None:
        self.offered.append(envelope.customer_number)
        self.meanwhile(envelope)
        self.taken.append(envelope.customer_number)
