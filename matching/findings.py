"""What rules say: findings with a stable key, and the shape of a rule.

A rule is a pure function over one case. It names the facts for its texts; the sentences stand in one table of words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.records import Ref

SEVERITIES = ("info", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of proof: what, which value, from which record."""

    label: str
    value: str
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field's whole value before and after, in the names of the table format."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would put it right. `kind` is one of the catalogue's: create_charge_draft, amend_charge, void_charge ..."""

    kind: str
    target: Ref | None = None
    changes: tuple[Change, ...] = ()
    text: str = ""
    system: str = ""  # the connection to correct, where there is no target yet (a new charge)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one field speaks for one person (points are log2 of the likelihood ratio)."""

    field: str
    level: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a rule noticed. `facts` fill the placeholders of its title and sentence."""

    rule: str
    key: str
    subjects: tuple[Ref, ...]
    severity: str
    confidence: float
    person: str | None = None
    on: date | None = None
    at_risk_cents: int | None = None
    at_risk_basis: str | None = None
    deadline: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    proposal: Proposal | None = None
    probability: float | None = None
    weights: tuple[Weight, ...] = ()
    fingerprint: str = ""


def finding_key(rule: str, *identity: str) -> str:
    """The stable key: the same rule about the same thing is the same finding, whatever else changed."""
    digest = hashlib.sha256("\x1f".join((rule, *identity)).encode()).hexdigest()
    return f"{rule}:{digest[:16]}"


def evidence_fingerprint(*facts: object) -> str:
    """A short hash of what a decision was based on; a decided finding speaks again only when it changes."""
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. `find(case, ctx)` yields findings; `order` is only for display."""

    id: str
    area: str
    severity: str
    find: Callable[[Any, Any], Iterable[Finding]]
    order: int = 0
