"""How far a run is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Takes the stage and how much of it is done, 0 to 1. It is called by the thread that began the run, between pieces of
work; what it raises ends the run."""

STAGES = ("cleaning", "blocking", "comparing", "learning", "grouping")
"""The stages of a whole run, in order."""


def silent(stage: str, share: float) -> None:
    """Tell nobody."""
