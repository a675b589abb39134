"""The part of an e-mail address before the host: alone, and with the birth year or a name where many share it."""

from __future__ import annotations

from matching.block._base import BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names, box = columns.names, columns.mailbox.marks
    given = per_name(names.given, names.sound_mark)
    return (
        combine(box),
        combine(box, birth_year(columns), salt=1),
        combine(box, per_name(names.family, names.sound_mark), salt=2),
        combine(box, given, columns.zip.marks, salt=3),
        combine(box, given, columns.city.marks, salt=4),
    )


KEY = BlockingKey(
    id="mailbox",
    order=45,
    words="the name in an e-mail address",
    hashes=_hashes,
    agrees={"email": {"mailbox": 0.9, "near": 0.05}},
)
