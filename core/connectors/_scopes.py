"""SMART scopes: rights on resource types, in the old words, in the new letters, and in mixtures of both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

_CONTEXTS = ("system", "user", "patient")
# v1 words as v2 letters; some vendors spell single rights out.
_LETTERS = {
    "read": "rs", "write": "cud", "*": "cruds", "create": "c", "update": "u", "delete": "d", "search": "s",
}  # fmt: skip


def allows(granted: Sequence[str], kind: str, letter: str) -> bool:
    """Whether granted scopes allow c, r, u, d or s on a resource type. A grant that names no types allows all."""
    rights = [parts for scope in granted if (parts := _parts(scope))]
    return not rights or any(letter in letters for _, named, letters in rights if named in (kind, "*"))


def wanted_scopes(can_write: bool) -> str:
    """What is asked for when the connection's settings say nothing."""
    return "system/*.rs" + (" system/Patient.u system/ChargeItem.cu" if can_write else "")


def fewer(wanted: str, offered: Collection[str]) -> str:
    """The part of the wanted scopes that a server says it has, in its own words; empty when there is none."""
    found: dict[str, None] = {}
    for scope in wanted.split():
        parts = _parts(scope)
        if scope in offered or parts is None:
            found.update(dict.fromkeys([scope] if scope in offered else []))
            continue
        found.update(dict.fromkeys(_in_words_of(parts, offered)))
    return " ".join(found)


def _in_words_of(wanted: tuple[str, str, str], offered: Iterable[str]) -> Iterable[str]:
    context, kind, letters = wanted
    for scope in offered:
        parts = _parts(scope)
        # Only what stays inside what was wanted: never a broader right than the settings ask for.
        is_inside = (
            parts is not None and parts[0] == context and kind in (parts[1], "*") and set(parts[2]) <= _room(letters)
        )
        if is_inside:
            yield scope


def _room(letters: str) -> set[str]:
    """Letters that may come along: the old "write" has no smaller word than create, update and delete together."""
    return set(letters) | (set("cud") if set(letters) & set("cud") else set())


def _parts(scope: str) -> tuple[str, str, str] | None:
    context, slash, rest = scope.partition("/")
    kind, _, rights = rest.partition("?")[0].partition(".")
    if not slash or context not in _CONTEXTS or not rights:
        return None
    return context, kind, _LETTERS.get(rights, rights)
