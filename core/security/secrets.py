"""Where a connection's secrets are kept: an environment variable, a file, or the system's secret store.

The store keeps only the place, never the secret.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import NotPossible, SignInNeeded
from core.ids import new_id

_SERVICE = "Chartmend"
SYSTEM = "keyring"
# A back end that keeps secrets in a plain file, or nowhere, counts as none.
_TRUSTED = ("keyring.backends.Windows", "keyring.backends.macOS", "keyring.backends.SecretService",
            "keyring.backends.kwallet", "keyring.backends.libsecret")  # fmt: skip


def fetch(place: str) -> str:
    """The secret kept at `env:VAR`, `file:PATH` or `keyring:ACCOUNT`. Raises SignInNeeded when it is not there."""
    how, _, where = place.partition(":")
    if how == "env":
        value = os.environ.get(where)
        if not value:
            raise SignInNeeded(f"The environment variable {where} holds no secret.", code="CM-SEC-01")
        return value
    if how == "file":
        try:
            return Path(where).read_text(encoding="utf-8").strip()
        except OSError as why:
            raise SignInNeeded("The file with the secret cannot be read.", code="CM-SEC-02") from why
    if how == SYSTEM:
        value = _system_store().get_password(_SERVICE, where)
        if value is None:
            raise SignInNeeded("The system's secret store no longer holds this secret.", code="CM-SEC-03")
        return str(value)
    raise NotPossible("A secret is given as env:VARIABLE or file:PATH.", code="CM-SEC-04")


def keep(secret: str) -> str:
    """Put a secret into the system's secret store; gives the place to remember. Raises NotPossible where that fails."""
    from keyring.errors import KeyringError  # noqa: PLC0415

    store, account = _system_store(), new_id("secret")  # of its own: two stores may have a connection of one name
    try:
        store.set_password(_SERVICE, account, secret)
    except (KeyringError, OSError) as why:
        raise NotPossible("The system's secret store did not take this secret.",
                          todo="Give the secret by file or environment.", code="CM-SEC-07") from why  # fmt: skip
    return f"{SYSTEM}:{account}"


def forget(place: str) -> None:
    """Take a secret out of the system's store. That it is not there, or there is no such store, is no fault."""
    how, _, account = place.partition(":")
    if how != SYSTEM:
        return
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(NotPossible, KeyringError, OSError):
        _system_store().delete_password(_SERVICE, account)


def recall(account: str) -> str | None:
    """A secret from the system's store, or None when there is no such store or no such secret."""
    try:
        found = _system_store().get_password(_SERVICE, account)
    except NotPossible:
        return None
    return None if found is None else str(found)


def _system_store() -> Any:
    import keyring  # noqa: PLC0415  (half a second, and may ask the desktop session)
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        backend = keyring.get_keyring()
        module = type(backend).__module__
        backends = getattr(backend, "backends", [backend])
        if module.startswith("keyring.backends.chainer"):
            backend = next((b for b in backends if type(b).__module__.startswith(_TRUSTED)), backend)
        if not type(backend).__module__.startswith(_TRUSTED):
            raise NotPossible("This computer has no secret store.", todo="Give the secret by file or environment.",
                              code="CM-SEC-05")  # fmt: skip
    except KeyringError as why:
        raise NotPossible("The system's secret store does not answer.", code="CM-SEC-06") from why
    return backend
