"""Bills that are only known from their claims: lines that no charge stands for, in the form of charges.

Systems that give claims but not all charges (a second site that bills through them, an older part) are not silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matching.records import Charge, Claim, ClaimLine, Ref

_DEAD = frozenset({"cancelled", "draft", "entered-in-error", "entered_in_error"})
_REPLACES, _VOID = "7", "8"


def charges_of_claims(claims: Sequence[Claim], charges: Sequence[Charge]) -> tuple[Charge, ...]:
    """One charge per line of a live claim that names no charge, on a day without any charge of that patient record.

    Its ref is the claim's with `line`. Of claims that say the same the last counts, and a corrected claim takes the
    place of what was billed before for its days and its provider, whatever that said.
    """
    charged = {(charge.ref.system, charge.patient, charge.dos_from) for charge in charges}
    found: dict[tuple[object, ...], Charge] = {}
    for claim in sorted(claims, key=_age):
        if not claim.says_services or claim.status in _DEAD or claim.frequency == _VOID:
            continue
        lines = [
            _charge(claim, line, number)
            for number, line in enumerate(claim.lines, 1)
            if line.charge_id is None and line.code and line.dos_from
        ]
        if claim.frequency == _REPLACES:
            corrected = {(charge.ref.system, charge.patient, charge.dos_from, charge.rendering) for charge in lines}
            found = {key: c for key, c in found.items()
                     if (c.ref.system, c.patient, c.dos_from, c.rendering) not in corrected}  # fmt: skip
        for charge in lines:
            if (claim.ref.system, claim.patient, charge.dos_from) not in charged:
                alike = sum(one.code == charge.code and one.ref < charge.ref for one in lines)
                found[claim.ref.system, claim.patient, charge.dos_from, charge.code, alike] = charge
    return tuple(sorted(found.values(), key=lambda charge: charge.ref))


def is_claimed(charge: Charge) -> bool:
    """Whether a charge is only known from its claim."""
    return charge.ref.kind == "Claim"


def _age(claim: Claim) -> tuple[str, Ref]:
    created = claim.created_at
    return (f"{created.on.isoformat()} {created.at or ''}" if created else "", claim.ref)


def _charge(claim: Claim, line: ClaimLine, number: int) -> Charge:
    return Charge(
        ref=replace(claim.ref, part=(("line", line.line_control or str(number)),)),
        patient=claim.patient,
        encounter=line.encounter,
        dos_from=line.dos_from,
        dos_to=line.dos_to or line.dos_from,
        code=line.code,
        modifiers=line.modifiers,
        units=line.units,
        amount=line.charge,
        diagnoses=line.diagnoses,
        rendering=line.rendering,
        payer=claim.payer,
        kind="professional",
        status="billed",
        superbill=claim.ref.local,
    )
