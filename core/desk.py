"""A desk: an open store with somebody sitting at it. Every query and use case takes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import Clock
from core.store.engine import Store

if TYPE_CHECKING:
    from core.demo.controls import RemoteControls
    from core.demo.servers import DemoServers


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works (`actor`, `role`), on which store, and what time it is.

    `demo` steers the demo practice's servers, which this process or another one runs; `ending` stops what is ours.
    """

    store: Store
    actor: str
    role: str
    clock: Clock
    demo: DemoServers | RemoteControls | None = None
    ending: Callable[[], None] | None = None

    @property
    def home(self) -> Path:
        """The folder of the store."""
        return self.store.home

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo practice."""
        return self.store.is_demo

    def close(self) -> None:
        """Close the store, and the demo's servers where this process runs them."""
        self.store.close()
        if self.ending is not None:
            self.ending()
