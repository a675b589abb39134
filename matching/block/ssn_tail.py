"""The last four of the Social Security number, with the birth year or the sound of the last name."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, birth_year, combine, number_of, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    tail = number_of(columns.ssn[:, 5:], columns.ssn_digits > 0)
    return (
        combine(tail, birth_year(columns)),
        combine(tail, per_name(columns.names.family, columns.names.sound_mark), salt=1),
    )


KEY = BlockingKey(
    id="ssn_tail",
    order=20,
    words="the last four of the Social Security number",
    hashes=_hashes,
    agrees={"ssn": {"last_four": 0.6, "differs": 0.35}},
)
