"""What a packed program must still find: every registry, counted."""

from __future__ import annotations

import core.cli
import core.connectors
import core.ingest.normalise
import core.store.steps
import desktop.pages
import matching.block
import matching.compare
import matching.rules
import matching.survive
from core.registry import discover
from core.resources import root

_REGISTRIES = (
    (core.cli, "COMMAND"),
    (core.connectors, "CONNECTOR"),
    (core.ingest.normalise, "NORMALISER"),
    (core.store.steps, "STEP"),
    (matching.compare, "COMPARATOR"),
    (matching.block, "KEY"),
    (matching.survive, "RULE"),
    (matching.rules, "RULE"),
    (desktop.pages, "PAGE"),
)


def counts() -> dict[str, int]:
    """How many objects each registry finds."""
    return {package.__name__: len(discover(package, name)) for package, name in _REGISTRIES}


def self_check() -> int:
    """Print the counts; 1 when a registry is empty or the resources are missing."""
    found = counts()
    for name, count in found.items():
        print(f"{name} {count}")  # noqa: T201
    print(f"help pages {len(list((root() / 'help').glob('*.md')))}")  # noqa: T201
    return 0 if all(found.values()) else 1
