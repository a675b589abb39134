"""What a blind check supports: the published figures, and the arithmetic against the definition."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.batch.sample import RATES, draw, none_seen, sample_size

KNOWN = {50: (31, 48, 48), 100: (45, 78, 95), 200: (51, 105, 155), 1000: (57, 138, 258), 5000: (59, 147, 290)}


@pytest.mark.parametrize(("pairs", "sizes"), KNOWN.items())
def test_known_sample_sizes(pairs: int, sizes: tuple[int, ...]) -> None:
    assert tuple(sample_size(pairs, rate) for rate in RATES) == sizes


@given(st.integers(1, 400), st.sampled_from(RATES))
def test_the_size_is_enough_and_one_fewer_is_not(pairs: int, rate: Fraction) -> None:
    size = sample_size(pairs, rate)
    wrong = next(count for count in range(1, pairs + 1) if count >= rate * pairs)
    assert none_seen(pairs, wrong, size) <= 0.05
    assert none_seen(pairs, wrong, size - 1) > 0.05


@given(st.sets(st.text(min_size=1), min_size=1, max_size=60), st.integers(0, 2**48), st.data())
def test_a_draw_names_each_pair_once(keys: set[str], seed: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(keys)))
    drawn = [key for key, _ in draw(list(keys), size, seed)]
    assert len(drawn) == len(set(drawn)) == size
    assert set(drawn) <= keys
    assert draw(list(keys), size, seed) == draw(list(keys), size, seed)
