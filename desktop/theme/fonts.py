"""Type: Inter from resources, roles with size, line, weight and figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from desktop.theme.look import current

FONTS_DIR = Path(__file__).resolve().parents[2] / "resources" / "fonts"
FAMILIES = ["Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Helvetica Neue", "Noto Sans", "DejaVu Sans"]
MONO_FAMILIES = ["Cascadia Mono", "SF Mono", "Menlo", "DejaVu Sans Mono", "monospace"]


@dataclass(frozen=True, slots=True)
class TypeRole:
    """Size and line in px at 100 %; `has_tabular` sets figures of equal width."""

    size: int
    line: int
    weight: int = 400
    has_tabular: bool = False
    spacing: float = 0.0


ROLES: dict[str, TypeRole] = {
    "title": TypeRole(20, 28, 600, spacing=-0.2),
    "figure": TypeRole(20, 28, 600, has_tabular=True, spacing=-0.2),
    "section": TypeRole(15, 22, 600),
    "section_strong": TypeRole(15, 20, 600),
    "body": TypeRole(13, 20),
    "medium": TypeRole(13, 20, 500),
    "semibold": TypeRole(13, 20, 600),
    "bold": TypeRole(13, 20, 700),
    "number": TypeRole(13, 20, has_tabular=True),
    "number_medium": TypeRole(13, 20, 500, has_tabular=True),
    "number_semibold": TypeRole(13, 20, 600, has_tabular=True),
    "helper": TypeRole(12, 16),
    "helper_number": TypeRole(12, 16, has_tabular=True),
    "helper_medium": TypeRole(12, 16, 500),
    "helper_semibold": TypeRole(12, 16, 600),
    "helper_number_semibold": TypeRole(12, 16, 600, has_tabular=True),
    "key": TypeRole(12, 16, 500),
    "mono": TypeRole(12, 16),
}


def load_fonts() -> None:
    """Make the shipped font files known to Qt; once per application is enough."""
    if "Inter" in QFontDatabase.families():
        return
    for path in sorted(FONTS_DIR.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def font(role: str) -> QFont:
    """The font of a role in the look in force."""
    return QFont(_built(role, current().scale))


def line_height(role: str) -> int:
    """Height of one line of a role, in px of the look in force."""
    return round(ROLES[role].line * current().scale)


@lru_cache(maxsize=256)
def _built(role: str, scale: float) -> QFont:
    spec = ROLES[role]
    built = QFont(MONO_FAMILIES if role == "mono" else FAMILIES)
    built.setPixelSize(max(1, round(spec.size * scale)))
    built.setWeight(QFont.Weight(spec.weight))
    built.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if spec.spacing:
        built.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spec.spacing * scale)
    if spec.has_tabular:
        built.setFeature(QFont.Tag("tnum"), 1)
    return built
