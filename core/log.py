"""Logging that cannot carry patient data: event words, numbers and keyed hashes of ids."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

# Per process: a log line can be matched within one run, and never back to a record number.
_KEY = secrets.token_bytes(16)


def keyed(identifier: str) -> str:
    """A short keyed hash that stands for an id in logs and messages."""
    return hmac.new(_KEY, identifier.encode(), hashlib.sha256).hexdigest()[:10]


def set_up(*, is_verbose: bool) -> None:
    """Send our own log lines to stderr. Libraries stay quiet: they would log addresses with search values in them."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("core", "matching", "desktop"):
        logging.getLogger(name).setLevel(logging.INFO if is_verbose else logging.WARNING)
    for name in ("httpx", "httpcore", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)
