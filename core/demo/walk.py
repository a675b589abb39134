"""The whole flow on the demo practice: pull, match, find, decide, send, verify, and settle one conflict."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from core.corrections import attend
from core.decisions.decide import Answer, decide
from core.desk import Desk
from core.errors import ChartmendError
from core.jobs import Job
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from core.usecases.finding_out import match_now, reconcile_now
from core.usecases.intake import pull_now
from core.usecases.sending import push_now

DECIDED_PER_RULE = 2


@dataclass(slots=True)
class Summary:
    """What the walk did, for people and as JSON."""

    home: str = ""
    pulled: dict[str, int] = field(default_factory=dict)
    records: int = 0
    people: int = 0
    findings: dict[str, dict[str, int]] = field(default_factory=dict)
    at_risk_cents: int = 0
    decided: int = 0
    sent: int = 0
    verified: int = 0
    conflicts_met: int = 0
    conflicts_resolved: int = 0
    by_hand: int = 0
    failed: int = 0

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The summary in words."""
        money = f"${self.at_risk_cents / 100:,.2f}"
        rows = [f"  {rule:34}{row['count']:5}  {_dollars(row['at_risk_cents'])}" for rule, row in self.findings.items()]
        return [
            "Pulled:",
            *(f"  {name:34}{count:5} records" for name, count in self.pulled.items()),
            f"People: {self.records} patient records are {self.people} people.",
            f"Findings, with about {money} at risk:",
            *rows,
            f"Decided {self.decided}; sent {self.sent} corrections, {self.verified} checked in the other system; "
            f"{self.conflicts_met} conflicts met, {self.conflicts_resolved} settled; {self.by_hand} by hand, "
            f"{self.failed} failed.",
            f"The store is in {self.home}.",
        ]


def look_around(desk: Desk, job: Job) -> Summary:
    """Pull, match and reconcile: what the window shows first."""
    summary = Summary(home=str(desk.home))
    for result in pull_now(desk, (), job=job).value:
        summary.pulled[result.name] = result.landed + result.unchanged
    matched = match_now(desk, job).value
    summary.records, summary.people = matched.records, matched.groups
    reconcile_now(desk, job)
    _count(desk, summary)
    return summary


def walk_through(desk: Desk, job: Job) -> Summary:
    """All of it, to verified corrections and a settled conflict."""
    summary = look_around(desk, job)
    for finding in _worth_deciding(desk):
        job.check()
        answer = "same-person" if finding["rule"] == "duplicate-patient" else "accept"
        try:
            decide(desk, Answer(key=finding["key"], answer=answer))
        except ChartmendError:  # a stop sign, or a charge whose code a person has to choose: stays open for one
            continue
        summary.decided += 1
    _meet_a_colleague(desk)
    pushed = push_now(desk, job=job).value
    summary.sent += pushed.sent
    summary.conflicts_met = pushed.conflicts
    for row in list_corrections(desk, state="conflict"):
        attend.resolve(desk, row["id"], {f["field"]: "mine" for f in row["conflict"]}, {})
        summary.conflicts_resolved += 1
    # A merge has a second step that waits for the first to be verified.
    for _ in range(3):
        again = push_now(desk, job=job).value
        summary.sent += again.sent
        if not again.sent:
            break
    states = [row["state"] for row in list_corrections(desk)]
    summary.verified, summary.failed = states.count("verified"), states.count("failed")
    summary.by_hand = states.count("by-hand")
    return summary


def _worth_deciding(desk: Desk) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = []
    per_rule: dict[str, int] = {}
    for finding in list_findings(desk, status="open"):
        is_clear = finding["rule"] != "duplicate-patient" or (finding["probability"] or 0) >= 0.99
        has_change = bool((finding["proposal"] or {}).get("changes")) or finding["rule"] == "duplicate-patient"
        if is_clear and has_change and per_rule.get(finding["rule"], 0) < DECIDED_PER_RULE:
            per_rule[finding["rule"]] = per_rule.get(finding["rule"], 0) + 1
            chosen.append(finding)
    return chosen


def _meet_a_colleague(desk: Desk) -> None:
    """Somebody edits, in the other system, the very fields that a staged correction is about to change."""
    if desk.demo is None:
        return
    for row in list_corrections(desk):
        if row["kind"] == "update-patient" and row["route"] == "api" and row["state"] in ("staged", "held", "queued"):
            desk.demo.colleague_edits(
                row["system"], "Patient", row["target"]["id"], [c["field"] for c in row["changes"]]
            )
            return


def _count(desk: Desk, summary: Summary) -> None:
    for finding in list_findings(desk, status="open"):
        row = summary.findings.setdefault(finding["rule"], {"count": 0, "at_risk_cents": 0})
        row["count"] += 1
        row["at_risk_cents"] += finding["at_risk_cents"] or 0
    summary.at_risk_cents = sum(row["at_risk_cents"] for row in summary.findings.values())


def _dollars(cents: int) -> str:
    return f"${cents / 100:>10,.2f}" if cents else ""
