"""Who is told when a customer has refused, once that is committed."""

from collections.abc import Callable

WithdrawalListener = Callable[[int, int], None]
"""Called with the workspace and the customer's number."""

_listeners: dict[str, WithdrawalListener] = {}


def withdrawal_register(listener: WithdrawalListener) -> None:
    """Name who is told; the same function again changes nothing."""
    _listeners[f"{listener.__module__}.{listener.__qualname__}"] = listener


def withdrawal_announce(workspace_id: int, number: int) -> None:
    """Tell all of them."""
    for listener in _listeners.values():
        listener(workspace_id, number)
