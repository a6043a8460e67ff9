"""Chance, by name: every subsystem draws from streams of its own, so that adding or changing one never moves another.

Common random numbers rest on two habits. A stream is asked for by what it is for and the week it is for, never passed along. What is drawn
from it has a shape that depends on the size of the world alone, never on its state; draws whose number depends on their parameters (a
Poisson draw, a rejection) are replaced by an inverse of a uniform (`xingke.simulate.draws`).
"""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one world.

    Parameters
    ----------
    seed
        The master seed.
    city
        Which city of a province: streams of different cities are independent.
    """

    seed: int
    city: int = 0

    def of(self, name: str, *numbers: int) -> np.random.Generator:
        """The stream of a subsystem, and of a week or a member of it where `numbers` say so; the same one at each call."""
        digest = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
        sequence = np.random.SeedSequence(entropy=self.seed, spawn_key=(digest, self.city, *numbers))
        return np.random.Generator(np.random.SFC64(sequence))
