"""What the unlock page may show before anything is decrypted: the practice's name, and who can sign in.

It stands as a small file beside the store, in the clear: names of people who work here, never of patients. The store
has the last word; the file is written anew from it whenever the store is opened or one of the two changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from core.security.staff import members
from core.settings.store import get_setting
from core.store.engine import Store

FILE = "sign-in.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """`practice` is "" where no name was given; `names` is empty before people are set up."""

    practice: str = ""
    names: tuple[str, ...] = ()


def read_names(home: Path) -> SignIn:
    """What the file says; nothing where there is none, or where it cannot be used."""
    try:
        found = orjson.loads((home / FILE).read_bytes())
        return SignIn(str(found["practice"]), tuple(str(name) for name in found["people"]))
    except (OSError, ValueError, KeyError, TypeError):
        return SignIn()  # only an offer: a name can be typed as well


def write_names(store: Store) -> None:
    """Write what the store holds now, in one step."""
    with store.read() as connection:
        practice = get_setting(connection, "practice.name") or ""
        names = [one.name for one in members(connection) if one.is_active]
    text = orjson.dumps({"practice": practice, "people": names}, option=orjson.OPT_INDENT_2)
    path = store.home / FILE
    if path.exists() and path.read_bytes() == text:
        return
    beside = path.with_suffix(".new")
    beside.write_bytes(text)
    beside.replace(path)
