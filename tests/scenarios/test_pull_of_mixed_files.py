"""A folder as it lies on a real disk, pulled by command line: what can be read is, the rest is refused in words."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.cli import main

DATA = Path(__file__).parents[1] / "data"
R4 = DATA / "fhir-official-r4"
LINES = ("Patient-example", "Coverage-9876B1", "Claim-100150")
ZIPPED = ("Patient-newborn", "Encounter-f203", "Encounter-emerg")
# One from each file with people: bundle, packed bundle, lines, archive.
PEOPLE = ("616eaeb2-a67a-44e5-a7e6-9bbd85e47c5c", "e4531916-b162-4f4b-90c2-ce37e132b8d4", "example", "newborn")
REFUSED = {
    "old.json": "not FHIR R4",
    "broken.json line 15 column 11": "comment",
    "page.json line 1 column 1": "not readable JSON",
}


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Somebody typing commands; each gives its exit code and its JSON."""
    monkeypatch.setenv("CHARTMEND_PASSPHRASE", "secret")

    def typed(*words: str) -> tuple[int, Any]:
        capfdbinary.readouterr()
        code = main(["--home", str(tmp_path / "home"), "--json", *words])
        return code, json.loads(capfdbinary.readouterr().out)

    return typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Bundle, packed bundle, lines and archive; and three files that are no FHIR R4."""
    folder = tmp_path / "drop"
    folder.mkdir()
    synthea, odd = DATA / "synthea-2019", DATA / "fhir-odd"
    (folder / "bundle.json").write_bytes(gzip.decompress((synthea / "ned_hintz.json.gz").read_bytes()))
    shutil.copy(synthea / "buster_hoeger.json.gz", folder / "packed.json.gz")
    lines = [orjson.dumps(orjson.loads((R4 / f"{name}.json").read_bytes())) for name in LINES]
    (folder / "lines.ndjson").write_bytes(b"\n".join(lines))
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for name in ZIPPED:
            archive.write(R4 / f"{name}.json", f"{name}.json")
    shutil.copy(odd / "stu3" / "eob-10000010288391.json", folder / "old.json")
    shutil.copy(odd / "test-cases" / "bad-json-close-2.json", folder / "broken.json")
    (folder / "page.json").write_text("<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n")
    return folder


def test_mixed_folder_is_read_refused_in_words_and_lands_once(run: Callable, folder: Path) -> None:
    assert run("connections", "add", "drop", "--kind", "fhir-files", "--role", "ehr", "--path", str(folder))[0] == 0

    code, answer = run("pull")
    (first,) = answer["connections"]
    assert (code, first["outcome"], first["quarantined"]) == (3, "done", len(REFUSED))
    assert first["landed"] > len(LINES) + len(ZIPPED) and (first["unchanged"], first["deleted"]) == (0, 0)
    held = {one["position"]: one["reason"] for one in run("quarantine")[1]}
    assert held.keys() == REFUSED.keys()
    assert all(words in held[place] for place, words in REFUSED.items())

    # Once more, and once more with every file read again.
    (again,) = run("pull")[1]["connections"]
    assert (again["landed"], again["deleted"]) == (0, 0)
    code, answer = run("pull", "--full")
    (whole,) = answer["connections"]
    assert code == 3
    assert {key: whole[key] for key in ("landed", "unchanged", "quarantined", "deleted")} == {
        "landed": 0,
        "unchanged": first["landed"],
        "quarantined": len(REFUSED),
        "deleted": 0,
    }
    assert {one["position"]: one["reason"] for one in run("quarantine")[1]} == held

    assert run("match")[0] == 0
    people = [record["id"] for person in run("people")[1] for record in person["records"]]
    assert sorted(people) == sorted(PEOPLE)
