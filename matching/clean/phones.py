"""Phone numbers and e-mail addresses."""

from __future__ import annotations

import re

_EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*\d*\s*$", re.IGNORECASE)
_NOT_DIGITS = re.compile(r"[^0-9]")
PLACEHOLDER_PHONES = frozenset({"1234567890", "0123456789", "9876543210", "1231231234", "5551234567", "5555551234"})
_PLACEHOLDER_MAILBOXES = frozenset(
    word
    for line in (
        "none noemail no no-email no.email na n/a unknown declined refused nobody noreply no-reply donotreply",
        "test email",
    )
    for word in line.split()
)


def clean_phone(text: str) -> str:
    """Ten digits (the last ten where a country code stands before them), shorter numbers as they are, "" for none."""
    digits = text if text.isdecimal() and text.isascii() else _NOT_DIGITS.sub("", _EXTENSION.sub("", text))
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    digits = digits[-10:]
    if len(digits) < 7 or digits in PLACEHOLDER_PHONES or len(set(digits[-7:])) == 1:
        return ""
    if len(digits) == 10 and digits[:3] == "000":
        return ""
    return digits


def clean_phones(text: str) -> tuple[str, ...]:
    """Each number of a list joined by ";", without repeats, in order."""
    if ";" not in text:
        phone = clean_phone(text)
        return (phone,) if phone else ()
    return tuple(dict.fromkeys(phone for part in text.split(";") if (phone := clean_phone(part))))


def clean_email(text: str) -> str:
    """The first address of a list joined by ";", in lower case; "" for placeholders and what is no address."""
    address = text.split(";", maxsplit=1)[0].strip().lower()
    box, at, host = address.partition("@")
    if (
        not at
        or not box
        or "." not in host
        or box in _PLACEHOLDER_MAILBOXES
        or host.startswith(("none.", "noemail.", "na."))
    ):
        return ""
    return address
