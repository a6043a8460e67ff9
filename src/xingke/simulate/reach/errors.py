"""What can be wrong with a message that somebody asks the world to send."""

from xingke.errors import UserFacingError


class InvalidMessage(UserFacingError):
    """A time or place of a message that does not exist."""

    def __init__(self, *, field: str, value: int, low: int, high: int) -> None:
        super().__init__(
            zh=f"消息的 {field} 应在 {low} 至 {high} 之间，收到的是 {value}",
            en=f"{field} of a message is {low} to {high}, not {value}",
            field=field,
            value=value,
        )
