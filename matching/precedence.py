"""What speaks when several rules see the same thing, and how loud (catalogue, sections 2 and 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matching.findings import SEVERITIES, Finding
from matching.records import Ref

_BEATS_ON_SAME_SUBJECT = (
    ("orphan-charge-cancelled", "orphan-charge-no-visit"),
    ("orphan-charge-duplicate-patient", "orphan-charge-no-visit"),
    ("match-review", "orphan-charge-"),
    ("dup-charge-", "mm-"),
    ("dup-charge-", "orphan-charge-"),
    ("dup-charge-", "match-review"),
)
_REPLACES_MISSING_VISIT = frozenset({"match-review", "orphan-charge-duplicate-patient"})
_HIGH_CENTS, _MEDIUM_CENTS = 100_00, 20_00
_SURE = 0.75
_NOT_MONEY = frozenset({"exposure", "audit risk", "refused as a duplicate"})


def settle(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that stand, graded, in a stable order."""
    listed = sorted(findings, key=lambda f: (f.rule, f.key))
    rules_of: dict[Ref, set[str]] = {}
    for finding in listed:
        rules_of.setdefault(finding.subjects[0], set()).add(finding.rule)
    standing = [f for f in listed if not _is_beaten(f, rules_of[f.subjects[0]])]
    asked = {ref for f in standing if f.rule in _REPLACES_MISSING_VISIT for ref in f.subjects[1:]}
    whole = {f.subjects[0] for f in standing if f.rule == "miss-visit-charge"} - asked
    return [graded(f) for f in standing if not _is_replaced(f, asked) and not _is_part_of(f, whole)]


def graded(finding: Finding) -> Finding:
    """Much money raises a finding by one step, a doubtful link lowers it by one. What is info stays info."""
    step = SEVERITIES.index(finding.severity)
    if step == 0:
        return finding
    cents = 0 if finding.at_risk_basis in _NOT_MONEY else finding.at_risk_cents or 0
    by_money = SEVERITIES.index("high" if cents >= _HIGH_CENTS else "medium" if cents >= _MEDIUM_CENTS else "low")
    step += by_money > step
    step -= finding.confidence < _SURE and finding.probability is None
    return replace(finding, severity=SEVERITIES[max(1, step)])


def _is_beaten(finding: Finding, rules: set[str]) -> bool:
    return any(
        finding.rule.startswith(weak) and any(rule.startswith(strong) for rule in rules if rule != finding.rule)
        for strong, weak in _BEATS_ON_SAME_SUBJECT
    )


def _is_replaced(finding: Finding, asked: set[Ref]) -> bool:
    return finding.rule == "miss-visit-charge" and finding.subjects[0] in asked


def _is_part_of(finding: Finding, whole: set[Ref]) -> bool:
    """A missing line of a visit whose whole bill is missing is part of that."""
    return finding.rule.startswith("miss-") and finding.rule != "miss-visit-charge" and finding.subjects[0] in whole
