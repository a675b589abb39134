"""Sorting by halves of a hash keeps buckets whole, whatever the hashes share."""

from __future__ import annotations

import numpy as np
import pytest

from matching.block import _pairs


@pytest.mark.parametrize("bits", [8, 20, 33, 64])
def test_equal_hashes_stand_together_as_they_came(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pairs, "_RADIX_PAYS", 0)
    chance = np.random.default_rng(bits)
    # Few values of the upper half, many of the lower one: most hashes share the half that is sorted by.
    hashes = chance.integers(0, 4, 2_000).astype(np.uint64) << np.uint64(62)
    hashes |= chance.integers(0, 1 << min(bits, 32), 2_000).astype(np.uint64) % np.uint64(300)
    found = hashes[order := _pairs._bucketed(hashes)]
    starts = np.flatnonzero(np.r_[True, found[1:] != found[:-1]])
    assert len(starts) == len(np.unique(hashes))
    for part in np.split(order, starts[1:]):
        assert (np.diff(part) > 0).all()
