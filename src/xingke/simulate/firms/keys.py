"""Keys that say nothing: the numbers that chance follows from show how a row came about, so no table carries them as they are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PRIME = 2**31 - 1
FACTOR = 1_203_248_318


def opaque(number: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Distinct numbers for distinct whole numbers of 0 to 2^31 - 2, without their order or their last digits."""
    return np.asarray(number, dtype=np.int64) * FACTOR % PRIME
