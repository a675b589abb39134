"""Colour tokens of the three looks; widgets name a token and never a literal colour."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Mode = Literal["light", "dark", "contrast"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One table of colours, each as #RRGGBB; the use of each token is in the comment beside it."""

    canvas: str  # window
    surface: str  # cards, tables
    sunken: str  # wells, switched-off controls
    border: str  # hairlines (decoration)
    control: str  # edges of inputs and ticks
    text: str
    muted: str  # helper text
    accent: str  # primary buttons, links
    on_accent: str  # text on accent
    accent_soft: str  # selected navigation
    accent_hover: str
    accent_press: str
    selection: str  # selected rows
    hover: str  # row, tab or plain button under the mouse
    focus: str  # focus ring
    diff_bg: str  # near, different
    diff_ink: str
    only_bg: str  # only one side has it
    only_ink: str
    blank_bg: str  # the empty side, history, tracks
    ok: str  # checked, verified
    ok_bg: str
    warn: str
    warn_bg: str
    bad: str  # stop signs, failures
    bad_bg: str


LIGHT = Tokens(
    canvas="#F6F7F9",
    surface="#FFFFFF",
    sunken="#EDF0F3",
    border="#D5DAE1",
    control="#7D8795",
    text="#1B2430",
    muted="#51606F",
    accent="#0F6B6B",
    on_accent="#FFFFFF",
    accent_soft="#DCEFEE",
    accent_hover="#0C5959",
    accent_press="#094848",
    selection="#D3E8E7",
    hover="#EDF0F3",
    focus="#0B5CAD",
    diff_bg="#FFF0D6",
    diff_ink="#7A4100",
    only_bg="#DDEBFA",
    only_ink="#0B4A8F",
    blank_bg="#E9ECEF",
    ok="#0E6B3C",
    ok_bg="#E0F2E6",
    warn="#8A4B00",
    warn_bg="#FFF0D6",
    bad="#A32020",
    bad_bg="#FBE4E4",
)

DARK = Tokens(
    canvas="#14181D",
    surface="#1C2127",
    sunken="#101418",
    border="#37414D",
    control="#7F8B9A",
    text="#E8ECF1",
    muted="#A9B4C0",
    accent="#5CC4BE",
    on_accent="#06201F",
    accent_soft="#173534",
    accent_hover="#74D1CB",
    accent_press="#4DB3AD",
    selection="#1F3F3E",
    hover="#262D35",
    focus="#8CC4FF",
    diff_bg="#3A2B10",
    diff_ink="#FFC772",
    only_bg="#12304F",
    only_ink="#9BCBFF",
    blank_bg="#2A323B",
    ok="#A8EBC2",
    ok_bg="#15301F",
    warn="#FFC772",
    warn_bg="#3A2B10",
    bad="#FF8F88",
    bad_bg="#401C1C",
)

CONTRAST = Tokens(
    canvas="#000000",
    surface="#000000",
    sunken="#000000",
    border="#FFFFFF",
    control="#FFFFFF",
    text="#FFFFFF",
    muted="#FFFFFF",
    accent="#FFFF00",
    on_accent="#000000",
    accent_soft="#000000",
    accent_hover="#FFFF80",
    accent_press="#D6D600",
    selection="#1A1AFF",
    hover="#1A1A1A",
    focus="#00FFFF",
    diff_bg="#000000",
    diff_ink="#FFD000",
    only_bg="#000000",
    only_ink="#66D9FF",
    blank_bg="#000000",
    ok="#7CFF7C",
    ok_bg="#000000",
    warn="#FFD000",
    warn_bg="#000000",
    bad="#FF8080",
    bad_bg="#000000",
)

TABLES: dict[Mode, Tokens] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
TOKEN_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Tokens))

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "muted") for ground in ("canvas", "surface", "sunken", "hover", "selection")),
    *((ink, ground) for ink in ("text", "muted") for ground in ("accent_soft", "blank_bg")),
    ("accent", "surface"),
    ("accent", "canvas"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_press"),
    ("diff_ink", "diff_bg"),
    ("diff_ink", "surface"),
    ("only_ink", "only_bg"),
    ("only_ink", "surface"),
    ("ok", "ok_bg"),
    ("ok", "surface"),
    ("warn", "warn_bg"),
    ("warn", "surface"),
    ("warn", "canvas"),
    ("bad", "bad_bg"),
    ("bad", "surface"),
)
"""(ink, ground) pairs that carry text: at least 4.5:1."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = (
    ("control", "surface"),
    ("control", "canvas"),
    ("focus", "surface"),
    ("focus", "canvas"),
    ("focus", "selection"),
    ("accent", "blank_bg"),
    ("bad", "bad_bg"),
)
"""(edge, ground) pairs that carry meaning without text: at least 3:1."""


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two #RRGGBB colours by the WCAG 2 formula, 1.0 to 21.0."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
