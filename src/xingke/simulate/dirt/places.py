"""Which system knows which outlet, and chance for the records that follow from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.identity import SYSTEMS
from xingke.simulate.dirt.systems import ALWAYS, SYSTEM, system_number
from xingke.simulate.names.text import Texts, numbers, texts
from xingke.simulate.streams import Streams

FEWEST, MOST = 4, 12
"""How many systems an outlet is in; those without a till, a sensor or WeChat are in none of these and so in fewer."""
DUPLICATES = 0.03
"""Share of records that the system registered twice; `ordering` and `licensing` never do."""
_KEY_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Places:
    """The records to be written, one a row.

    Parameters
    ----------
    outlet
        Row in the table of outlets.
    system
        Place in `SYSTEMS`.
    outlets
        Rows in the table of outlets, on which the shape of every draw depends.
    """

    streams: Streams
    outlet: NDArray[np.int64]
    system: NDArray[np.int64]
    is_duplicate: NDArray[np.bool_]
    outlets: int

    @property
    def free_slot(self) -> int:
        """The first slot behind those of outlets."""
        return 2 * self.outlets * len(SYSTEMS)

    def keys(self, slot: NDArray[np.int64], system: NDArray[np.int64]) -> Texts:
        """The key of a record in its system: numbers in an order that tells nothing. Slots go up to half again the free one."""
        number = self.streams.of("dirt.records.key").permutation(self.free_slot * 3 // 2)[slot] + self.streams.city * 10**_KEY_DIGITS
        front = texts([SYSTEM[name].key for name in SYSTEMS])[system]
        return np.asarray(front + numbers(number, digits=_KEY_DIGITS), dtype=object)

    def chance(self, purpose: str) -> NDArray[np.float64]:
        """A uniform a record, from a stream of its own. One is drawn for every outlet, system and second registration there could be."""
        every = self.streams.of(f"dirt.records.{purpose}").random((2, self.outlets, len(SYSTEMS)))
        return np.asarray(every[self.is_duplicate.astype(np.int64), self.outlet, self.system], dtype=np.float64)

    def chance_of_outlet(self, purpose: str) -> NDArray[np.float64]:
        """A uniform a record that all records of an outlet share."""
        return np.asarray(self.streams.of(f"dirt.outlets.{purpose}").random(self.outlets)[self.outlet], dtype=np.float64)

    @property
    def slot(self) -> NDArray[np.int64]:
        """A number of its own for every record there could be."""
        return (self.is_duplicate * self.outlets + self.outlet) * len(SYSTEMS) + self.system

    def in_systems(self, *names: str) -> NDArray[np.bool_]:
        """Which records are in one of these systems."""
        return np.isin(self.system, [system_number(name) for name in names])


def places(
    streams: Streams, *, exists: NDArray[np.bool_], has_till: NDArray[np.bool_], has_sensor: NDArray[np.bool_],
    has_wechat: NDArray[np.bool_], clean: bool,
) -> Places:  # fmt: skip
    """Where every outlet is registered: always with ordering and licensing, with the feeds it sends, and with others by their weight.

    Parameters
    ----------
    exists
        Which rows of the table of outlets are registered at all yet.
    clean
        Leave second registrations out.
    """
    outlets, draw = exists.size, streams.of("dirt.places")
    possible = np.ones((outlets, len(SYSTEMS)), dtype=np.bool_)
    possible[:, system_number("pos")], possible[:, system_number("iot")] = has_till, has_sensor
    possible[:, system_number("wechat")] = has_wechat
    must = np.zeros_like(possible)
    must[:, [system_number(name) for name in ALWAYS]] = True
    must[:, system_number("pos")], must[:, system_number("iot")] = has_till, has_sensor
    weight = np.array([SYSTEM[name].weight for name in SYSTEMS])
    urge = np.where(must, 2.0, draw.random(possible.shape) ** (1.0 / weight)) * possible
    rank = np.argsort(np.argsort(-urge, axis=1, kind="stable"), axis=1, kind="stable")
    wanted = FEWEST + np.floor(draw.random(outlets) * (MOST - FEWEST + 1))
    first = possible & (rank < wanted[:, None]) & exists[:, None]
    second = first & (draw.random(possible.shape) < DUPLICATES) & ~np.isin(SYSTEMS, ALWAYS)[None, :] & (not clean)
    layer, outlet, system = np.nonzero(np.stack([first, second]))
    return Places(streams, outlet, system, layer == 1, outlets)
