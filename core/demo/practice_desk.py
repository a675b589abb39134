"""The demo practice as a desk: its servers running, its two connections set up, its store its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert, select, update

from core.clock import Clock
from core.demo.servers import CLIENT_ID, SCOPES, DemoServers, find_running, remote_controls
from core.desk import Desk
from core.store.engine import Store
from core.store.tables.intake import connections

PATIENTS, SEED = 120, 7
_ROLES = {"EHR": "ehr", "PM": "pm"}


def prepare(
    store: Store, actor: str, clock: Clock, *, role: str, seed: int | None = None, patients: int | None = None
) -> Desk:
    """Start the servers of this demo store, or find those of another process, and point its connections at them."""
    folder = store.home / "servers"
    running = find_running(folder)
    if running is not None:
        _connect(store, running, folder)
        return Desk(store, actor, role, clock, remote_controls(folder))
    servers = DemoServers(folder, seed=seed or SEED, patients=patients or PATIENTS, today=clock.today()).start()
    _connect(store, servers.addresses, folder)
    return Desk(store, actor, role, clock, servers, ending=servers.stop)


def _connect(store: Store, addresses: Mapping[str, str], folder: Path) -> None:
    with store.read() as connection:
        known = {row.name: row.url for row in connection.execute(select(connections.c.name, connections.c.url))}
    if known == addresses:
        return
    with store.write("demo") as unit:
        for name, url in addresses.items():
            if name in known:
                unit.connection.execute(update(connections).where(connections.c.name == name).values(url=url))
                continue
            options, kept = _sign_in(name, folder)
            row = {"name": name, "kind": "fhir-r4", "role": _ROLES[name], "url": url, "created_at": unit.now}
            unit.connection.execute(
                insert(connections).values(**row, settings={"write": "on", **options}, secrets=kept)
            )
            unit.audit("add-connection", name, kind="fhir-r4")
        unit.touch("connections")


def _sign_in(name: str, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    if name != "EHR":
        return {"auth": "none"}, {}
    # The key is made for this demo and opens nothing but its server on this computer.
    options = {"auth": "backend-jwt", "client_id": CLIENT_ID, "scope": " ".join(SCOPES)}
    return options, {"private_key": f"file:{folder / 'client.pem'}"}
