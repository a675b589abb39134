"""The crash handler: the window stays alive, the log says where it happened, and nothing says what the values were."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from core.errors import Bug
from desktop.words import tr

_LOG = logging.getLogger(__name__)
PLACES_KEPT = 6


def install(report: Callable[[Bug], None]) -> Callable[[], None]:
    """Take over unexpected errors of all threads; `report` runs on the thread where it happened. Gives the undoing."""
    before, before_threads = sys.excepthook, threading.excepthook

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
            return
        _LOG.error("unexpected error=%s at=%s", kind.__name__, " ".join(places(trace)))
        report(Bug(tr("Something unexpected went wrong."), safe=tr("What you decided is kept.")))

    def caught_in_thread(found: threading.ExceptHookArgs) -> None:
        _LOG.error("unexpected error=%s at=%s", found.exc_type.__name__, " ".join(places(found.exc_traceback)))

    def undo() -> None:
        sys.excepthook, threading.excepthook = before, before_threads

    sys.excepthook, threading.excepthook = caught, caught_in_thread
    return undo


def places(trace: TracebackType | None) -> list[str]:
    """File and line of the innermost calls. No values, no messages: both may hold patient data."""
    found = []
    while trace is not None:
        found.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found[-PLACES_KEPT:]
