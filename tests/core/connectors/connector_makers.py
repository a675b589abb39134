"""Settings, orders and records made up for a test, and the pages of a pull as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.connectors._port import FieldChange, Order, RawItem, RawPage, Settings, Unreadable


def settings_for(
    kind: str,
    *,
    url: str | None = None,
    path: str | None = None,
    secrets: dict[str, str] | None = None,
    mappings: tuple[dict[str, Any], ...] = (),
    **options: str,
) -> Settings:
    kept = secrets or {}
    return Settings(
        name="ehr", kind=kind, role="ehr", url=url, path=path, options=options, secret=kept.get, mappings=mappings
    )


def order_for(kind: str, target: str | None, /, *, other: str | None = None, **after: Any) -> Order:
    """An order whose changes go from anything to these values."""
    changes = tuple(FieldChange(name, None, value) for name, value in after.items())
    return Order(id="co1", kind=kind, target=target, other=other, changes=changes, idempotency_key="chartmend-co1")


def patients(count: int) -> list[dict[str, Any]]:
    return [{"resourceType": "Patient", "id": f"p{n:04}", "name": [{"family": f"Family{n}"}]} for n in range(count)]


@dataclass(frozen=True)
class Pulled:
    """All pages of a pull."""

    pages: tuple[RawPage, ...]

    @property
    def items(self) -> tuple[RawItem, ...]:
        return tuple(item for page in self.pages for item in page.items)

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items]

    @property
    def names(self) -> set[str]:
        return {f"{item.kind}/{item.id}" for item in self.items}

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        return tuple(piece for page in self.pages for piece in page.unreadable)

    @property
    def last(self) -> RawPage:
        return self.pages[-1]

    @property
    def refusals(self) -> dict[str, str]:
        """Reason by position."""
        return {piece.position: piece.reason for piece in self.unreadable}
