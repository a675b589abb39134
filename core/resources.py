"""Files that come with the program: icons, words, code tables, help. Found alike from source, wheel and bundle."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from core.errors import Bug


@cache
def root() -> Path:
    """The resources folder."""
    bundle = getattr(sys, "_MEIPASS", None)
    folder = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    found = folder / "resources"
    if not found.is_dir():
        raise Bug("the resources folder is missing from this installation")
    return found


@cache
def read_json(name: str) -> Any:
    """A JSON resource by its path below resources/, read once."""
    return orjson.loads((root() / name).read_bytes())
