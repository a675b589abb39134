"""Small spreadsheets, and the command on them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli import main

PEOPLE = Path(__file__).resolve().parents[2] / "data" / "people"


class Desk:
    """A folder with spreadsheets, in which somebody types `chartmend dedupe`."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self._capture = folder, capture
        self.home = folder / "home"
        self.code = 0
        self.said = ""

    def put(self, name: str, text: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    def __call__(self, *words: object, out: str = "pairs.csv", clusters: str | None = "clusters.csv") -> Any:
        """The JSON answer, None if there was none. `code` is the exit code, `said` what people read."""
        more = ["--clusters", str(self.folder / clusters)] if clusters else []
        self._capture.readouterr()
        self.code = main(
            ["--home", str(self.home), "--json", "dedupe", *map(str, words), "--out", str(self.folder / out), *more]
        )
        shown = self._capture.readouterr()
        self.said = shown.err.decode()
        return json.loads(shown.out) if shown.out else None

    def rows(self, name: str = "pairs.csv") -> list[dict[str, str]]:
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def pairs(self) -> set[tuple[str, str]]:
        return {(row["id_a"], row["id_b"]) for row in self.rows()}


@pytest.fixture
def desk(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    # Whoever asks for a passphrase or opens a store here fails.
    monkeypatch.setattr("core.cli._port.Call.passphrase", lambda *_, **__: pytest.fail("asked for a passphrase"))
    monkeypatch.setattr("core.boot.open_for_command", lambda _call: pytest.fail("opened a store"))
    desk = Desk(tmp_path, capfdbinary)
    yield desk
    assert not desk.home.exists()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.fixture
def people() -> Path:
    return PEOPLE
