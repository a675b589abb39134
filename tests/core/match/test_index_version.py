"""Nobody changes what the index holds without deciding whether the indexes out there are still right."""

from __future__ import annotations

import hashlib
from pathlib import Path

import matching
from core.match.index import INDEX_SOURCES
from core.resources import read_json

FOLDER = Path(matching.__file__).parent
MAKERS = ("clean/*.py", "block/*.py", "index.py", "texts.py")


def fingerprint() -> str:
    """Of all files whose change may change a bucket, by name and content, whatever ends their lines."""
    found = hashlib.sha256()
    for file in sorted(file for pattern in MAKERS for file in FOLDER.glob(pattern)):
        found.update(file.relative_to(FOLDER).as_posix().encode())
        found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    found.update(repr(read_json("matching/nicknames.json")).encode())
    return found.hexdigest()[:16]


def test_what_makes_the_index_is_as_it_was_when_its_version_was_decided() -> None:
    made = fingerprint()
    assert made == INDEX_SOURCES, (
        "What makes buckets of records has changed. Where some value may now be cleaned or hashed to something else, "
        "raise INDEX_VERSION in core/match/index.py: indexes in stores are then made anew. In any case set "
        f'INDEX_SOURCES there to "{made}".'
    )
