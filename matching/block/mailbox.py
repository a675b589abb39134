"""The part of an e-mail address before the host: alone where it is rare, else with the birth year or a name."""

from __future__ import annotations

import numpy as np

from matching.block._base import BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns

# A mailbox name that more records share (john42) is as good as a first name.
_RARE = 8


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names, box = columns.names, columns.mailbox.codes
    counts = np.bincount(box[box >= 0], minlength=len(columns.mailbox.values) + 1)
    rare = np.where((box >= 0) & (counts[box] <= _RARE), box, -1)
    given = per_name(names.given, names.sound_code)
    return (
        combine(rare),
        combine(box, birth_year(columns), salt=1),
        combine(box, per_name(names.family, names.sound_code), salt=2),
        combine(box, given, columns.zip.codes, salt=3),
        combine(box, given, columns.city.codes, salt=4),
    )


KEY = BlockingKey(
    id="mailbox",
    order=45,
    words="the name in an e-mail address",
    hashes=_hashes,
    agrees={"email": {"mailbox": 0.9, "near": 0.05}},
)
