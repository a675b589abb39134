"""A desk on a real store, one connection, and a way to land what a test makes up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from intake_makers import fhir
from intake_world import Lander, open_desk

from core.desk import Desk
from core.ingest.normalise import CanonicalRecord
from core.ingest.read import read_item


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path / "home")
    yield desk
    desk.close()


@pytest.fixture
def lander(desk: Desk) -> Lander:
    return Lander(desk)


@pytest.fixture
def read() -> Callable[..., CanonicalRecord]:
    """One FHIR resource as its one canonical record."""

    def reading(kind: str, *, resolves: dict[str, str] | None = None, **elements: Any) -> CanonicalRecord:
        (record,) = read_item(fhir(kind, resolves=resolves, **elements))
        return record

    return reading
