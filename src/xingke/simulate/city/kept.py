"""Arrays kept in one file, the same bytes for the same arrays: what a run needs to go on."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def save_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Store named arrays; the file appears whole or not at all."""
    # An archive of NumPy's own would carry the time of writing.
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(json.dumps(list(arrays)).encode() + b"\n")
        for values in arrays.values():
            np.lib.format.write_array(file, np.asarray(values), allow_pickle=False)
    partial.replace(path)


def load_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays that were stored."""
    with path.open("rb") as file:
        names = json.loads(file.readline())
        return {name: np.lib.format.read_array(file, allow_pickle=False) for name in names}
