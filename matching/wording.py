"""The sentences of an explanation, in one table. A translation passes another table with the same keys.

Comparators bring the words of their levels; their keys here are `<field>`, `<field>.<level>` (short, for a chart) and
`<field>.<level>.clause` (for a sentence). Keys that a table leaves out fall back to English.
"""

from __future__ import annotations

from collections.abc import Mapping

from matching.classes import pair_classes
from matching.registries import blocking_keys, comparators

SENTENCES: Mapping[str, str] = {
    "one_same": "{first} is the same",
    "two_same": "{first} and {second} are the same",
    "three_same": "{first}, {second} and {third} are the same",
    "more_same": "{first}, {second}, {third} and {count} more are the same",
    "none_same": "No field is exactly the same",
    "reason": "{same}.",
    "reason_one": "{same}; {clause}.",
    "reason_two": "{same}; {clause}, and {other}.",
    "check_one": "Check: {clause}.",
    "check_two": "Check: {clause}; {other}.",
    "check_three": "Check: {clause}; {other}; {third}.",
    "check_no_birth_date": "Check: one record has no birth date.",
    "no_name": "a first or last name is missing or a placeholder",
    "looks_like": "Looks like {kind}.",
    "hinted": "The patient index of {system} itself names the two as candidates.",
}


def wording(translation: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole table: sentences, fields, levels and kinds of pairs, with a translation laid over it."""
    table = dict(SENTENCES)
    for name, comparator in comparators().items():
        table[name] = comparator.label
        for level in comparator.levels:
            table[f"{name}.{level.id}"] = level.words
            table[f"{name}.{level.id}.clause"] = level.clause
    for kind in pair_classes(blocking_keys()):
        table[f"kind.{kind.id}"] = kind.words
    return table | dict(translation or {})
