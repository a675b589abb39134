"""Connectors over real sockets and real folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from connector_makers import Pulled, settings_for

from core.connectors._port import Connector
from core.connectors.fhir_files import FhirFiles
from core.connectors.fhir_r4 import FhirR4
from core.connectors.tables import Tables
from core.jobs import Job


@pytest.fixture
def connect() -> Iterator[Callable[..., FhirR4]]:
    """A FHIR connector for an address, closed at the end. A short time limit: a test never waits long."""
    made: list[FhirR4] = []

    def connecting(url: str, *, secrets: dict[str, str] | None = None, **options: str) -> FhirR4:
        made.append(FhirR4(settings_for("fhir-r4", url=url, secrets=secrets, **{"timeout": "2", **options})))
        return made[-1]

    yield connecting
    for one in made:
        one.close()


@pytest.fixture
def pull_folder(tmp_path: Path) -> Callable[..., Pulled]:
    """What a folder (tmp_path unless said) gives, as FHIR files or as tables."""

    def pulling(kind: str = "fhir-files", path: Path | None = None, since: str | None = None) -> Pulled:
        make: Any = Tables if kind == "tables" else FhirFiles
        connector: Connector = make(settings_for(kind, path=str(path or tmp_path)))
        return Pulled(tuple(connector.pull("files", since, None, Job())))

    return pulling
