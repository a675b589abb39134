"""Rule sets and what a check supports, in words."""

from __future__ import annotations

from core.queries.batch import UnderWay
from desktop.words import tr


def rules_words(name: str) -> str:
    """What has to be the same in both records."""
    return {
        "ssn-birth-name": tr("Social Security number, birth date, first and last name are the same"),
        "number-birth-name": tr("A record number, birth date, first and last name are the same"),
        "phone-birth-name": tr("Phone, birth date, first and last name are the same"),
        "address-birth-name": tr("Address, birth date, first and last name are the same"),
    }.get(name, name)


def pairs_words(count: int) -> str:
    """How many pairs, said right for one."""
    return tr("1 pair") if count == 1 else tr("{count} pairs", count=f"{count:,}")


def promise(batch: UnderWay) -> str:
    """What a check without a wrong pair supports, and what it does not."""
    return tr(
        "All {sample} pairs that you looked at are one person. This check cannot promise that none of the {pairs} is "
        "wrong. It says fewer than {percent} in 100 are, with 95 % confidence, if your own answers are right.",
        sample=f"{batch.sample:,}",
        pairs=f"{batch.pairs:,}",
        percent=batch.rate_percent,
    )
