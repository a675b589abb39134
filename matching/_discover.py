"""Discovery: one package, one named object per public module. Adding a comparator, key or rule is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Collect `attribute` from each public module of `package`, by id, in their `order`.

    A module without the attribute raises AttributeError, an id used twice ValueError: both are faults of the program.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name.rpartition(".")[2].startswith("_"):
            continue
        item = getattr(importlib.import_module(module.name), attribute)
        if item.id in found:
            raise ValueError(f"{attribute} id used twice: {item.id}")
        found[item.id] = item
    return dict(sorted(found.items(), key=lambda entry: (entry[1].order, entry[0])))
