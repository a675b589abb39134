"""Points, shares and thresholds as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.words import tr


def points(weight: float) -> str:
    """Bits with their sign: +7.5 speaks for one person, −4.1 against."""
    return f"{weight:+.1f}".replace("-", "−")


def share(of_one: float) -> str:
    """A share as "36 %", small ones as "1 in 5,600"."""
    if of_one >= 0.01:
        return tr("{percent} %", percent=f"{100 * of_one:.0f}")
    return tr("1 in {count}", count=f"{round(1 / of_one):,}") if of_one > 0 else tr("never")


def percent(probability: float) -> str:
    """A threshold as people type it: 99, 99.5, 10."""
    return f"{100 * probability:.4f}".rstrip("0").rstrip(".")


def threshold_words() -> Mapping[str, str]:
    """What each threshold is called."""
    return {
        "strong": tr("Strong from"),
        "likely": tr("Likely from"),
        "unsure": tr("Unsure from"),
        "link": tr("Joined by itself from"),
    }


def all_at_once(values: Mapping[str, float]) -> str:
    """The four thresholds in one line."""
    return tr(
        "strong {strong} %, likely {likely} %, unsure {unsure} %, joined by itself {link} %",
        **{name: percent(at) for name, at in values.items()},
    )
