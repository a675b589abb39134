"""Identifiers: Social Security numbers (whole or the last four), sex codes, and numbers inside their assigner."""

from __future__ import annotations

import re

_NOT_DIGITS = re.compile(r"[^0-9]")
_BLANKS = re.compile(r"[\s-]")
PLACEHOLDER_SSNS = frozenset(
    {"123456789", "987654321", "078051120", "219099999", "457555462", "012345678", "123121234"}
)
# The first three digits begin with two zeros at most.
_SHORTEST_SSN = 7
_SEXES = {"f": "f", "female": "f", "woman": "f", "w": "f", "m": "m", "male": "m", "man": "m"}
_PLACEHOLDER_NUMBERS = frozenset({"", "0", "none", "unknown", "na", "n/a", "null", "test"})


def clean_ssn(text: str) -> str:
    """Nine digits, or the last four where only those are known; "" for none and for placeholders.

    Seven and eight digits in one have lost the zeros before them; what is shorter, or grouped and not whole, was cut
    off somewhere and is none. Of numbers of other countries the last nine digits count.
    """
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) < 4 or len(set(digits)) == 1:
        return ""
    is_masked = len(digits) < 9 and ("*" in text or "x" in text.lower())
    if is_masked or (len(digits) == 4 and digits in text):
        return digits[-4:]
    if len(digits) < _SHORTEST_SSN or (len(digits) < 9 and digits not in text):
        return ""
    digits = digits[-9:].rjust(9, "0")
    return "" if digits in PLACEHOLDER_SSNS or digits[-4:] == "0000" else digits


def clean_sex(text: str) -> str:
    """f or m, "" for unknown and for what says nothing about the record being the same (other, undifferentiated)."""
    return _SEXES.get(text.strip().lower(), "")


def clean_identifiers(text: str) -> tuple[tuple[str, str], ...]:
    """(assigner, value) pairs of a list "assigner|value;...", blanks and case levelled, placeholders left out."""
    if ";" not in text:
        return _identifier(text)
    return tuple(dict.fromkeys(pair for part in text.split(";") for pair in _identifier(part)))


def _identifier(text: str) -> tuple[tuple[str, str], ...]:
    assigner, bar, value = text.rpartition("|")
    if not value.isalnum():
        value = _BLANKS.sub("", value)
    value = value.lower()
    if not bar or value in _PLACEHOLDER_NUMBERS or not value.strip("0"):
        return ()
    return ((assigner.strip(), value),)
