"""What this program is: its version, and the parts of others it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from core.resources import read_json


@dataclass(frozen=True, slots=True)
class Part:
    """A part that others made, with the licence it comes under."""

    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class About:
    """`version` is "" where the program was not installed as a package."""

    version: str
    licence: str
    parts: tuple[Part, ...]


def about() -> About:
    """Version and parts."""
    try:
        ours = version("chartmend")
    except PackageNotFoundError:
        ours = ""
    parts = tuple(Part(row["name"], row["licence"]) for row in read_json("words/parts.en.json"))
    return About(ours, "Apache-2.0", parts)
