"""What can go wrong between here and a source, in words; none of them repeats a password."""

from xingke.errors import ConfigurationError, UserFacingError
from xingke.network import Unreachable

SourceUnreachable = Unreachable
"""Nobody answers at that address; it may be different later."""


class SourceRefused(ConfigurationError):
    """The source answers and does not let us in, or does not give what we ask for."""


class NotReadOnly(ConfigurationError):
    """A query that does more than read."""


class BadAnswer(UserFacingError):
    """The source answered with something that cannot be read as rows."""
