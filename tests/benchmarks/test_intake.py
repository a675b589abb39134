"""Pulling against what bare httpx needs to download and store the same pages; and the memory of a large pull."""

from __future__ import annotations

import json
import secrets
import statistics
import subprocess
import sys
import time
import zlib
from pathlib import Path

import httpx
import orjson
import pytest
from page_server import KINDS, page_server

from core.clock import Clock
from core.desk import Desk
from core.store.engine import Store, connect_raw
from core.sync.pull import pull
from core.usecases.connections import add_connection

EACH = 6_667  # of three kinds: 20,000 records
RUNS = 3


def download(base: str, store: Path, *, is_encrypted: bool) -> float:
    """Bare httpx: follow the pages and store each one."""
    began = time.perf_counter()
    database = None
    if is_encrypted:
        database = connect_raw(store.with_suffix(".db"), secrets.token_bytes(32))
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, body BLOB)")
    number = 0
    with httpx.Client() as client:
        for kind in KINDS:
            address: str | None = f"{base}/{kind}?_count=200"
            while address:
                body = client.get(address).content
                number += 1
                if database is not None:
                    database.execute("INSERT INTO pages (body) VALUES (?)", (zlib.compress(body, 1),))
                else:
                    (store / f"{number}.json").write_bytes(body)
                links = orjson.loads(body)["link"]
                address = next((link["url"] for link in links if link["relation"] == "next"), None)
    if database is not None:
        database.close()
    return time.perf_counter() - began


def desk_in(home: Path, base: str) -> Desk:
    home.mkdir()
    desk = Desk(Store(home, secrets.token_bytes(32), Clock()), "ana", "owner", Clock())
    add_connection(desk, name="EHR", kind="fhir-r4", role="ehr", url=base)
    return desk


@pytest.mark.benchmark
@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_ready_made", [True, False], ids=["ready-made pages", "pages made when asked"])
def test_pull_against_bare_download(tmp_path: Path, is_ready_made: bool) -> None:
    ratios, encrypted_ratios, again, bare_again = [], [], [], []
    with page_server(EACH, is_ready_made=is_ready_made) as base:
        for run in range(RUNS):
            folder = tmp_path / f"pages{run}"
            folder.mkdir()
            plain = download(base, folder, is_encrypted=False)
            encrypted = download(base, folder, is_encrypted=True)
            desk = desk_in(tmp_path / f"home{run}", base)
            began = time.perf_counter()
            result = pull(desk, "EHR")
            ours = time.perf_counter() - began
            assert (result.outcome, result.landed) == ("done", EACH * len(KINDS))
            ratios.append(ours / plain)
            encrypted_ratios.append(ours / encrypted)
            began = time.perf_counter()
            assert pull(desk, "EHR").landed == 0
            again.append(time.perf_counter() - began)
            began = time.perf_counter()
            with httpx.Client() as client:
                for kind in KINDS:
                    client.get(f"{base}/{kind}?_lastUpdated=ge2199-01-01")
            bare_again.append(time.perf_counter() - began)
            print(
                f"\npull {ours:.2f} s, download to files {plain:.2f} s, download to an encrypted file {encrypted:.2f} s"
            )
            began = time.perf_counter()
            assert pull(desk, "EHR", is_full=True).unchanged == EACH * len(KINDS)
            print(f"full pull without a change {time.perf_counter() - began:.2f} s")
            desk.close()
    print(
        f"20,000 records: ratio {statistics.median(ratios):.2f} to files, "
        f"{statistics.median(encrypted_ratios):.2f} to an encrypted file (median of {RUNS}, aim under 2.5)"
    )
    print(
        f"nothing changed: {statistics.median(again) * 1000:.0f} ms, "
        f"bare requests {statistics.median(bare_again) * 1000:.0f} ms"
    )


_MEMORY = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_intake import desk_in
from core.sync.pull import pull
desk = desk_in(Path(sys.argv[2]), sys.argv[3])
def peak():
    # What getrusage says on Linux includes the process that started this one.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text().partition("VmHWM:")[2].split()[0])
before = peak()
result = pull(desk, "EHR")
import json
print(json.dumps({"landed": result.landed, "before": before, "peak": peak(), "seconds": result.seconds}))
desk.close()
"""


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
def test_memory_of_a_pull_does_not_grow_with_it(tmp_path: Path) -> None:
    for count in (20_000, 200_000):
        with page_server(count // len(KINDS), is_ready_made=False) as base:
            command = [sys.executable, "-c", _MEMORY, str(Path(__file__).parent), str(tmp_path / str(count)), base]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"\n{found['landed']} records: peak {found['peak'] // 1024} MB, "
            f"{(found['peak'] - found['before']) // 1024} MB above the start, {found['seconds']:.0f} s"
        )
