"""What other apps see of identity."""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404

from xingke.errors import UserFacingError, XingkeError


class RecordKey(NamedTuple):
    """A record of a source system."""

    system: str
    key: str


@dataclass(frozen=True)
class Candidate:
    """A customer that a new record may be.

    Parameters
    ----------
    probability
        That they are one, 0..1.
    rule
        The deterministic key that found it, empty where weights did.
    """

    number: int
    probability: float
    rule: str
    record: RecordKey


class PairNotFound(Http404, XingkeError):
    """No such pair, or none within the viewer's scope: both read as 404."""

    def __init__(self, pair_id: int) -> None:
        super().__init__(f"no pair {pair_id} in this scope")
        self.pair_id = pair_id


class DecisionRefused(UserFacingError):
    """A decision that does not hold any more, or that the role does not allow."""
