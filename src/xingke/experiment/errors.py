"""What an experiment cannot be computed from."""

from xingke.errors import UserFacingError


class InvalidDesign(UserFacingError):
    """A share, a level or a shape of the data that no experiment can have."""


class NotEnoughCustomers(UserFacingError):
    """An arm is too small to say how much its customers differ."""

    def __init__(self, *, found: int, needed: int = 2) -> None:
        super().__init__(
            zh=f"一组只有 {found} 位客户，至少需要 {needed} 位才能估计差异",
            en=f"an arm has {found} customers; at least {needed} are needed to estimate how much they differ",
            found=found,
            needed=needed,
        )


def require_level(confidence: float) -> None:
    """Refuse a confidence level outside (0, 1)."""
    if not 0 < confidence < 1:
        raise InvalidDesign(
            zh=f"置信水平为 {confidence}，应在 0 与 1 之间",
            en=f"confidence={confidence}; it must lie between 0 and 1",
            confidence=confidence,
        )
