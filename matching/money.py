"""What is at risk, in cents, and how that is known (catalogue, section 3).

Paid lines and contracts are not read yet; until then the practice's own prices speak, and say that they are that.
"""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Context, Visit
from matching.codes import is_evaluation
from matching.learn import visit_type
from matching.records import Charge

HISTORY, FEE, NONE, EXPOSURE, AUDIT = "history", "fee", "none", "exposure", "audit risk"
"""Bases: usual charges of such visits, list price, no price known, to be given back, only to be explained."""

Worth = tuple[int, str]


def worth_of(code: str | None, ctx: Context, units: float = 1) -> Worth:
    """What a code brings: the practice's list price, not what would be paid."""
    fee = ctx.practice.fees.get(code or "")
    return (0, NONE) if fee is None else (max(0, round(fee * units)), FEE)


def worth_of_lines(lines: Iterable[Charge], ctx: Context) -> Worth:
    """What charges amount to as they stand, else by list price."""
    cents = [line.amount if line.amount else worth_of(line.code, ctx, line.units or 1)[0] for line in lines]
    total = sum(max(0, amount or 0) for amount in cents)
    return (total, FEE) if total else (0, NONE)


def worth_of_visit(visit: Visit, codes: Iterable[str], ctx: Context) -> Worth:
    """What a visit without any charge should bring: its documented codes by list price, else what such visits bring.

    The level of a visit is never assumed: where the documentation does not name it, the provider's usual one for this
    kind of visit counts, then the practice's.
    """
    known = list(codes)
    priced = [ctx.practice.fees[code] for code in known if code in ctx.practice.fees]
    if any(is_evaluation(code) for code in known) and priced:
        return sum(priced), FEE
    usual = ctx.practice.visit_worth
    level = usual.get(f"{ctx.provider(visit.provider)}|{visit_type(visit)}")
    if level is not None:
        return level + sum(priced), HISTORY
    whole = usual.get(visit_type(visit), ctx.practice.usual_worth)
    if whole is not None:
        return max(whole, sum(priced)), HISTORY
    return (sum(priced), FEE) if priced else (0, NONE)


def difference_of(one: str | None, other: str | None, ctx: Context) -> Worth:
    """How far two codes lie apart."""
    (a, basis_a), (b, basis_b) = worth_of(one, ctx), worth_of(other, ctx)
    return (abs(a - b), FEE) if FEE == basis_a == basis_b else (0, NONE)
