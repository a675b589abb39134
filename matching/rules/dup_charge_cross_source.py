"""The same service charged in two systems."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.rules._shared import day, line_evidence
from matching.rules._twice import allowed, repeated


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per surplus line: the one to give up first, the one to keep second."""
    for lines in repeated(case, ctx):
        kept = lines[0]
        for line in lines[allowed(case, lines) :]:
            if kept.ref.system == line.ref.system:
                continue
            is_open = line.status != "billed"
            proposal = Proposal("void_charge", line.ref, (Change("status", line.status, "void"),))
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(line.ref)),
                subjects=(line.ref, kept.ref),
                severity="medium",
                confidence=0.9,
                person=case.person,
                on=line.dos_from,
                at_risk_cents=line.amount if not is_open else 0,
                at_risk_basis="exposure" if not is_open else "will be refused as a duplicate",
                facts={
                    "a": day(kept.entered_at.on if kept.entered_at else None),
                    "b": day(line.entered_at.on if line.entered_at else None),
                    "source_a": kept.ref.system,
                    "source_b": line.ref.system,
                    "who_a": kept.entered_by or "-",
                    "who_b": line.entered_by or "-",
                    "code": line.code or "",
                    "dos": day(line.dos_from),
                },
                evidence=(*line_evidence(kept, ctx), *line_evidence(line, ctx)),
                proposal=proposal if is_open else Proposal("task", line.ref, text="void the claim line"),
                fingerprint=evidence_fingerprint(line.ref, kept.ref, line.status),
            )


RULE = Rule("dup-charge-cross-source", "d", "medium", find, 81)
