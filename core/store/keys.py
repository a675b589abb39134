"""The key file beside the store: a random data key, wrapped by a passphrase and by a recovery key.

Changing the passphrase wraps the data key again; the store itself is not rewritten. The costs of the passphrase stand
in the file, so that they can rise later.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Damaged, WrongKey

_COST = {"t": 3, "m": 65536, "p": 4}


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What a new store starts with. The recovery key is shown once and kept by people, not by us."""

    data_key: bytes
    recovery_key: str


def create(path: Path, passphrase: str, *, is_demo: bool = False) -> NewKeys:
    """Write a new key file (never over an existing one)."""
    data_key = secrets.token_bytes(32)
    recovery = "-".join(secrets.token_hex(2) for _ in range(8))
    header = {
        "format": 1,
        "demo": is_demo,
        "wraps": [_wrap("passphrase", passphrase, data_key), _wrap("recovery", recovery, data_key)],
    }
    write(path, header)
    return NewKeys(data_key, recovery)


def unlock(path: Path, passphrase: str) -> bytes:
    """The data key, by passphrase or recovery key. Raises WrongKey, or Damaged when the key file is no key file."""
    return unwrap(read(path), passphrase, "This passphrase does not open the store.")


def unwrap(header: dict[str, Any], passphrase: str, refusal: str) -> bytes:
    """The data key out of what a key file holds. Raises WrongKey with these words."""
    for wrap in header["wraps"]:
        try:
            return _unwrap(wrap, passphrase)
        except InvalidTag:
            continue
    raise WrongKey(refusal)


def is_demo(path: Path) -> bool:
    """Whether this store holds the demo practice."""
    return path.exists() and bool(read(path).get("demo"))


def read(path: Path) -> dict[str, Any]:
    """What a key file holds. Raises Damaged."""
    try:
        header = orjson.loads(path.read_bytes())
        check(header)
    except ValueError as why:
        raise Damaged("The store's key file cannot be read.") from why
    return dict(header)


def check(header: Any) -> None:
    """Raise ValueError unless this is what a key file holds."""
    if not isinstance(header, dict) or header.get("format") != 1 or not header.get("wraps"):
        raise ValueError("format")


def write(path: Path, header: dict[str, Any]) -> None:
    """Write a key file (never over an existing one)."""
    with path.open("xb") as file:
        file.write(orjson.dumps(header, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())


def _derive(secret: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(
        secret.encode(),
        salt,
        time_cost=cost["t"],
        memory_cost=cost["m"],
        parallelism=cost["p"],
        hash_len=32,
        type=Type.ID,
    )


def _wrap(by: str, secret: str, data_key: bytes) -> dict[str, Any]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    # A recovery key is already random: stretching it costs time and adds nothing, but one way of doing it is simpler.
    sealed = AESGCM(_derive(secret, salt, _COST)).encrypt(nonce, data_key, by.encode())
    text = {
        name: base64.b64encode(value).decode() for name, value in (("salt", salt), ("nonce", nonce), ("key", sealed))
    }
    return {"by": by, **_COST, **text}


def _unwrap(wrap: dict[str, Any], secret: str) -> bytes:
    salt, nonce, sealed = (base64.b64decode(wrap[name]) for name in ("salt", "nonce", "key"))
    return AESGCM(_derive(secret, salt, wrap)).decrypt(nonce, sealed, str(wrap["by"]).encode())
