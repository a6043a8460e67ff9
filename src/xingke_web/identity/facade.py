"""What other apps may ask of identity."""

from xingke_web.identity.contracts import Candidate, RecordKey
from xingke_web.identity.resolving import resolve_now

__all__ = ["Candidate", "RecordKey", "resolve_now"]
