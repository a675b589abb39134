"""What speaks when several rules see the same thing (catalogue, section 7)."""

from __future__ import annotations

from collections.abc import Iterable

from matching.findings import Finding
from matching.records import Ref

_BEATS_ON_SAME_SUBJECT = (
    ("orphan-charge-cancelled", "orphan-charge-no-visit"),
    ("dup-charge-", "mm-"),
    ("dup-charge-", "orphan-charge-"),
)


def settle(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that stand, in a stable order."""
    listed = sorted(findings, key=lambda f: (f.rule, f.key))
    whole = {f.subjects[0] for f in listed if f.rule == "miss-visit-charge"}
    rules_of: dict[Ref, set[str]] = {}
    for finding in listed:
        rules_of.setdefault(finding.subjects[0], set()).add(finding.rule)
    return [f for f in listed if not _is_beaten(f, rules_of[f.subjects[0]]) and not _is_part_of(f, whole)]


def _is_beaten(finding: Finding, rules: set[str]) -> bool:
    return any(
        finding.rule.startswith(weak) and any(rule.startswith(strong) for rule in rules)
        for strong, weak in _BEATS_ON_SAME_SUBJECT
    )


def _is_part_of(finding: Finding, whole: set[Ref]) -> bool:
    """A missing line of a visit whose whole bill is missing is part of that."""
    return finding.rule.startswith("miss-") and finding.rule != "miss-visit-charge" and finding.subjects[0] in whole
