"""What a caller says, as fields to look up: a name as heard, a birth date and a phone number as people write them."""

from __future__ import annotations

from datetime import date

from core.dedupe.birth_dates import MONTH_FIRST, read_birth_dates

_PARTICLES = frozenset("da das de del della der di dos du la las le los van ten ter von zu".split())  # noqa: SIM905
_LEAST_LETTERS, _LEAST_DIGITS = 2, 7


def name_parts(text: str) -> dict[str, str]:
    """Given and family name from a name as people write it: with a comma the family name stands first.

    Particles belong to the family name that follows them ("Ana de la Cruz").
    """
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma:
        return {"family_name": family, "given_name": given}
    words = text.split()
    if len(words) < 2:
        return {"family_name": text.strip()}
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return {"given_name": " ".join(words[:start]), "family_name": " ".join(words[start:])}


def heard(name: str, born: str, phone: str, today: date) -> dict[str, str]:
    """People fields of what was typed so far; empty while it is too little to look anybody up by.

    A first and a last name are enough, one name with a birth date, or a phone number.
    """
    parts = {field: value for field, value in name_parts(name).items() if len(value) >= _LEAST_LETTERS}
    born = born.strip()
    read = read_birth_dates([born], today, MONTH_FIRST).read[born] if born else ""
    digits = sum(letter.isdigit() for letter in phone)
    fields = {**parts, **({"birth_date": read} if read else {})}
    if digits >= _LEAST_DIGITS:
        fields["phone"] = phone.strip()
    return fields if "phone" in fields or len(fields) > 1 else {}
