"""All keys in one table: the window binds them, the keys page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.words import tr


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key (Qt's portable text), what it does, and where."""

    act: str
    key: str
    words: str
    where: str


def table() -> tuple[KeyRow, ...]:
    """Every key of the program."""
    everywhere, lists, patients = tr("everywhere"), tr("lists"), tr("patients")
    return (
        KeyRow("next", "J", tr("next item"), lists),
        KeyRow("previous", "K", tr("previous item"), lists),
        KeyRow("take_a", "Left", tr("take A on this row"), tr("compare table")),
        KeyRow("take_b", "Right", tr("take B on this row"), tr("compare table")),
        KeyRow("keep_both", "=", tr("keep both"), tr("compare table")),
        KeyRow("same", "M", tr("same person"), patients),
        KeyRow("apart", "D", tr("different people"), patients),
        KeyRow("unsure", "U", tr("not sure, later"), patients),
        KeyRow("switch", "S", tr("switch which record is kept"), patients),
        KeyRow("draft", "C", tr("accept or draft the correction"), tr("charges")),
        KeyRow("explain", "X", tr("explain why nothing is due"), tr("charges")),
        KeyRow("note", "N", tr("write a note"), lists),
        KeyRow("evidence", "I", tr("open or close the evidence"), lists),
        KeyRow("fold", "Space", tr("open or close what is the same"), tr("compare table")),
        KeyRow("reveal", "R", tr("show a hidden value while held"), everywhere),
        KeyRow("undo", "Z", tr("undo"), lists),
        KeyRow("filter", "/", tr("filter this list"), lists),
        KeyRow("jump", "Ctrl+K", tr("search or jump"), everywhere),
        KeyRow("lock", "Ctrl+L", tr("lock now"), everywhere),
        KeyRow("cover", "Ctrl+Shift+H", tr("cover the window"), everywhere),
        KeyRow("pane", "F6", tr("next pane"), everywhere),
        KeyRow("help", "F1", tr("help for this page"), everywhere),
        KeyRow("quit", "Ctrl+Q", tr("quit"), everywhere),
    )


def key_of(act: str) -> str:
    """The key of an act."""
    return next(row.key for row in table() if row.act == act)
