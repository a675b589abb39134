"""The texts of findings: one table of titles and sentences, filled with a finding's facts when it is read."""

from __future__ import annotations

from collections.abc import Mapping

from core.resources import read_json


class _Open(dict[str, str]):
    """A fact that is missing shows as a dash instead of breaking the sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


def render(rule: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Title and sentence of a finding. A rule whose words depend on a fact has a row per value: `rule/value`."""
    table = read_json("words/findings.en.json")
    row = table.get(f"{rule}/{facts.get('what', '')}") or table.get(rule) or {"title": rule, "sentence": ""}
    known = _Open(facts)
    return row["title"].format_map(known), row["sentence"].format_map(known)
