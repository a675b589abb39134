"""What a connection can do: asked at a test or a pull, kept with when it was asked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from core.connectors._port import Capabilities
from core.store.tables.intake import connections
from core.store.unit import Unit

_GOOD_FOR = timedelta(days=1)


def is_stale(kept: dict[str, Any] | None, now: datetime) -> bool:
    """Whether the system should be asked again: vendors change what they offer."""
    return not kept or datetime.fromisoformat(kept["at"]) + _GOOD_FOR < now


def keep(unit: Unit, connection_id: int, found: Capabilities) -> dict[str, Any]:
    """Store what was found; gives it as it is stored."""
    kept = {"at": unit.now, "kinds": [asdict(kind) for kind in found.kinds], "facts": dict(found.facts)}
    unit.connection.execute(update(connections).where(connections.c.id == connection_id).values(capabilities=kept))
    unit.touch("connections")
    return kept
