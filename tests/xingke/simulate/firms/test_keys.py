import numpy as np

from xingke.simulate.firms.keys import PRIME, opaque


def test_keys_stay_distinct_and_in_range() -> None:
    number = np.concatenate([np.arange(100_000), PRIME - 1 - np.arange(100_000)])
    keys = opaque(number)
    assert np.unique(keys).size == number.size
    assert keys.min() >= 0
    assert keys.max() < PRIME


def test_keys_show_neither_order_nor_parity() -> None:
    number = np.arange(100_000)
    keys = opaque(number)
    assert abs(np.corrcoef(number, keys)[0, 1]) < 0.02
    assert abs(np.corrcoef(number % 2, keys % 2)[0, 1]) < 0.02
