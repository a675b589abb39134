"""States and kinds of corrections in plain words, with their badge and icon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.widgets.steps_list import Milestone
from desktop.words import tr
from desktop.words.moments import clock_time

TABS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("open", ("conflict", "failed", "sending", "unknown", "accepted", "by-hand", "done-by-hand", "awaiting-approval",
              "staged", "held", "queued")),
    ("waiting", ("staged", "held", "queued", "awaiting-approval")),
    ("sending", ("sending", "unknown", "accepted")),
    ("needs-you", ("conflict", "failed")),
    ("by-hand", ("by-hand", "done-by-hand")),
    ("sent", ("verified",)),
    ("reversed", ("reversed", "dropped")),
)  # fmt: skip
"""Tab -> states, what needs you on top."""


def tab_words() -> dict[str, str]:
    """Tabs in words."""
    return {
        "open": tr("Open"),
        "waiting": tr("Waiting"),
        "sending": tr("Sending"),
        "needs-you": tr("Needs you"),
        "by-hand": tr("By hand"),
        "sent": tr("Sent"),
        "reversed": tr("Reversed"),
    }


@dataclass(frozen=True, slots=True)
class Look:
    """A state's word, badge kind and icon."""

    word: str
    kind: str
    icon: str


def look_of(state: str) -> Look:
    """How a state is shown."""
    waiting = Look(tr("Waiting"), "neutral", "clock")
    needs = Look(tr("Needs you"), "warn", "warning-circle")
    looks = {
        "staged": waiting,
        "held": waiting,
        "queued": waiting,
        "awaiting-approval": Look(tr("For approval"), "neutral", "check-square"),
        "sending": Look(tr("Sending"), "info", "arrows-clockwise"),
        "unknown": Look(tr("No answer"), "warn", "question"),
        "accepted": Look(tr("Accepted"), "info", "check"),
        "verified": Look(tr("Checked"), "ok", "check-circle"),
        "conflict": needs,
        "failed": needs,
        "by-hand": Look(tr("By hand"), "accent", "hand"),
        "done-by-hand": Look(tr("Done by hand"), "accent", "hand"),
        "dropped": Look(tr("Dropped"), "neutral", "x-circle"),
        "reversed": Look(tr("Reversed"), "neutral", "arrow-counter-clockwise"),
    }
    return looks[state]


def what(row: Mapping[str, Any]) -> str:
    """What a correction does, with record numbers and never a name."""
    target = (row["target"] or {}).get("id", "")
    other = (row["other"] or {}).get("id", "")
    fields = ", ".join(field_word(change["field"]) for change in row["changes"])
    sentences = {
        "update-patient": tr("Update {fields}, record {target}", fields=fields, target=short(target)),
        "keep-patient": tr("Keep record {target}", target=short(target)),
        "fold-patient": tr("Fold {target} into {other}", target=short(target), other=short(other)),
        "merge-patient": tr("Merge {target} into {other}", target=short(target), other=short(other)),
        "create-charge": tr("New charge {code}", code=_after(row, "code")),
        "amend-charge": tr("Change {fields}, charge {target}", fields=fields, target=short(target)),
        "void-charge": tr("Void charge {target}", target=short(target)),
    }
    return sentences.get(row["kind"], tr("Task, record {target}", target=short(target)))


def sentence_of(row: Mapping[str, Any]) -> str:
    """What happened, what is safe, what to do now: for the drawer."""
    sentences = {
        "conflict": tr(
            "This record changed in {system} after the decision. Nothing was overwritten. Choose which to keep."
        ),
        "failed": tr("{system} did not carry it out. Nothing is lost. Read its answer, then send again or drop it."),
        "unknown": tr("{system} gave no answer. It is looked up before anything is sent again."),
        "accepted": tr("{system} took it. It is done only when it was read back and is equal."),
        "verified": tr("Read back in {system} and equal."),
        "by-hand": tr(
            "{system} takes this only by hand. Do the steps, then press the button; the next pull checks it."
        ),
        "done-by-hand": tr("Done by hand. The next pull from {system} checks it."),
        "awaiting-approval": tr("Waits for a second person."),
        "dropped": tr("Taken back before it was sent."),
        "reversed": tr("Taken back after it was sent."),
    }
    waiting = tr("Waits to be sent to {system}. It can be taken back until then.")
    return sentences.get(row["state"], waiting).format(system=row["system"])


def way_of(steps: Sequence[Mapping[str, Any]], state: str) -> list[Milestone]:
    """The states a correction went through and those that are still to come."""
    words = {
        "staged": tr("Staged"),
        "held": tr("Held"),
        "awaiting-approval": tr("Waits for approval"),
        "queued": tr("Queued"),
        "sending": tr("Sent"),
        "unknown": tr("No answer"),
        "accepted": tr("Accepted"),
        "verified": tr("Checked in the other system"),
        "conflict": tr("Conflict"),
        "failed": tr("Stopped"),
        "by-hand": tr("By hand"),
        "done-by-hand": tr("Done by hand"),
        "dropped": tr("Taken back"),
        "reversed": tr("Reversed"),
    }
    shown = [
        Milestone(
            words[step["to_state"]],
            ", ".join(part for part in (step["actor"], clock_time(step["at"]), step["note"]) if part),
            "stopped" if step["to_state"] in ("conflict", "failed", "unknown") else "done",
        )
        for step in steps
    ]
    coming = {"staged": 3, "held": 3, "queued": 3, "sending": 2, "accepted": 1}.get(state, 0)
    later = [
        Milestone(words["sending"], tr("once, with a version check")),
        Milestone(words["accepted"], tr("the other system says yes")),
        Milestone(words["verified"], tr("read back and equal; only then it is done")),
    ]
    return shown + later[3 - coming :]


def field_word(field: str) -> str:
    """A field's name as people say it."""
    words = {
        "phone": tr("phone"), "email": tr("email"), "street": tr("address"), "zip": tr("ZIP"), "city": tr("city"),
        "state": tr("state"), "family_name": tr("last name"), "given_name": tr("first name"),
        "middle_name": tr("middle name"), "birth_date": tr("birth date"), "sex": tr("sex"), "ssn": tr("SSN"),
        "units": tr("units"), "code": tr("code"), "rendering": tr("provider"), "dos_from": tr("date"),
        "dos_to": tr("last date"), "status": tr("status"), "merged_into": tr("merge link"),
        "replaces": tr("kept record"), "active": tr("active"), "encounter": tr("visit"), "patient": tr("patient"),
    }  # fmt: skip
    return words.get(field, field.replace("_", " "))


def short(record_id: str) -> str:
    """A long technical id by its beginning; the whole one stands in the tooltip and in the steps."""
    return record_id if len(record_id) <= 14 else record_id[:8] + "…"


def _after(row: Mapping[str, Any], field: str) -> str:
    return next((str(c["after"]) for c in row["changes"] if c["field"] == field), "")
