"""Sound of the last name and the house number: the street or the birth date may be mistyped."""

from __future__ import annotations

from matching.block._base import LIKE_NAME, BlockingKey, Hashes, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    names, house = columns.names, columns.house.marks
    family, given = per_name(names.family, names.sound_mark), per_name(names.given, names.sound_mark)
    return combine(house, family, columns.zip.marks), combine(house, family, given, salt=1)


KEY = BlockingKey(
    id="name_house",
    order=145,
    words="a last name and a house number",
    hashes=_hashes,
    agrees={"family_name": LIKE_NAME},
)
