"""Sound of both names and the ZIP code, or the town: for mistyped names with another birth date."""

from __future__ import annotations

from matching.block._base import LIKE_NAME, BlockingKey, Hashes, combine, per_name
from matching.clean.columns import Columns


def _hashes(columns: Columns) -> tuple[Hashes, ...]:
    given = per_name(columns.names.given, columns.names.sound_mark)
    family = per_name(columns.names.family, columns.names.sound_mark)
    return combine(given, family, columns.zip.marks), combine(given, family, columns.city.marks, salt=1)


KEY = BlockingKey(
    id="sound_place",
    order=165,
    words="similar names and a place",
    hashes=_hashes,
    agrees={"given_name": LIKE_NAME, "family_name": LIKE_NAME, "place": {"same": 0.9}},
)
