"""How a build tells how far it is."""

from collections.abc import Callable

from xingke.words import Words

Tell = Callable[[Words, int, int], None]
