"""What the verdict log refuses."""

from xingke.errors import XingkeError


class AppendOnly(XingkeError):
    """A verdict is added, never changed or removed."""

    def __init__(self) -> None:
        super().__init__("verdicts are append-only")
