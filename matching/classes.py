"""Kinds of pairs: one person, and the several ways in which two people look alike. A non-match is not one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.block._base import BlockingKey
from matching.compare._base import Comparator

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairClass:
    """A kind of pair. `tilt` sets, per field, the share of a level or of a side (same, near, differs); the rest of the
    field keeps its proportions. `count` is how many such pairs are expected before looking (a weak belief).
    In the fields `alike` the two really have the same value: these differ as often as one person's records do.
    `words` finish "looks like ...". Of a class `by_chance` there can be few more pairs than chance makes. A class too
    rare to be learned has at least `share` as many pairs as the class `beside`. Classes of `kin` are only found where
    the members of a household are in the table.
    """

    id: str
    is_match: bool
    words: str
    count: float
    tilt: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    by_chance: bool = False
    beside: str = ""
    share: float = 0.0
    alike: tuple[str, ...] = ()
    kin: bool = False


_HOME = {
    "street": {"same": 0.80, "near": 0.10},
    "place": {"same": 0.94},
    "phone": {"same": 0.45, "one_digit": 0.01},
}
# Relatives who no longer live together may still share a phone.
_APART = {
    "street": {"same": 0.02, "near": 0.02},
    "place": {"same": 0.20},
    "phone": {"same": 0.30, "one_digit": 0.01},
}
_TWINS = {
    "family_name": {"same": 0.95, "near": 0.02},
    # Parents do not give two children one name: where it is the same, one record holds the other child's.
    "given_name": {"same": 0.0005, "near": 0.02, "middle_initial": 0.06},
    "birth_date": {"same": 0.985, "near": 0.01},
    "ssn": {"same": 0.0005, "one_digit": 0.0004, "last_four": 0.0016},
    "middle_name": {"same": 0.05},
}
_NAMESAKES = {
    "family_name": {"same": 0.97, "near": 0.02},
    "given_name": {"same": 0.97, "near": 0.02},
    "birth_date": {"same": 0.001, "near": 0.008, "generation": 0.97},
    "suffix": {"differs": 0.85},
    "sex": {"same": 0.995},
    "ssn": {"same": 0.0005, "one_digit": 0.0001, "last_four": 0.0004},
}
_HOME_ALIKE = ("street", "place")
_TWINS_ALIKE = ("family_name", "birth_date")
_NAMESAKES_ALIKE = ("given_name", "family_name", "sex")
_MATCHES = (
    PairClass("same_person", True, "the same person", 4.0, {"street": {"same": 0.85}, "place": {"same": 0.93}}),
    PairClass(
        "same_person_changed",
        True,
        "the same person after a move or a new name",
        2.0,
        {
            "street": {"same": 0.10, "near": 0.03},
            "place": {"same": 0.30},
            "phone": {"same": 0.45},
            "family_name": {"differs": 0.12},
        },
    ),
    # Errors rarely come together: where the birth date is mistyped, the names are mostly right.
    PairClass(
        "same_person_misdated",
        True,
        "the same person, with a mistyped birth date",
        0.5,
        {
            "street": {"same": 0.85},
            "place": {"same": 0.93},
            "birth_date": {"same": 0.02, "near": 0.88},
            "given_name": {"same": 0.9},
            "family_name": {"same": 0.95},
        },
    ),
)
_NON_MATCHES = (
    PairClass("unrelated", False, "two unrelated people", 4.0),
    PairClass(
        "relatives",
        False,
        "relatives at the same address",
        3.0,
        {
            **_HOME,
            "family_name": {"same": 0.75, "near": 0.02},
            "given_name": {"same": 0.006, "near": 0.008, "middle_initial": 0.06},
            "birth_date": {"same": 0.002, "near": 0.02},
            "ssn": {"same": 0.0005, "one_digit": 0.0001, "last_four": 0.0004},
            "email": {"same": 0.02, "near": 0.02},
        },
        alike=_HOME_ALIKE,
        kin=True,
    ),
    PairClass(
        "twins",
        False,
        "twins or siblings: same last name, birth date and address",
        0.5,
        {**_HOME, **_TWINS},
        alike=(*_TWINS_ALIKE, *_HOME_ALIKE),
        kin=True,
    ),
    PairClass(
        "twins_apart",
        False,
        "twins or siblings who live apart",
        0.2,
        {**_APART, **_TWINS},
        beside="twins",
        share=0.06,
        alike=_TWINS_ALIKE,
        kin=True,
    ),
    PairClass(
        "father_and_son",
        False,
        "a parent and child of the same name",
        0.5,
        {**_HOME, **_NAMESAKES},
        alike=(*_NAMESAKES_ALIKE, *_HOME_ALIKE),
        kin=True,
    ),
    PairClass(
        "father_and_son_apart",
        False,
        "a parent and child of the same name who live apart",
        0.2,
        {**_APART, **_NAMESAKES},
        beside="father_and_son",
        share=0.06,
        alike=_NAMESAKES_ALIKE,
        kin=True,
    ),
)


def pair_classes(keys: Mapping[str, BlockingKey]) -> tuple[PairClass, ...]:
    """The classes in a fixed order: matches, known kinds of non-matches, one per blocking key that forces agreement."""
    by_key = tuple(
        PairClass(
            f"shares_{key.id}",
            False,
            f"two people who share only {key.words}",
            1.0,
            key.agrees,
            by_chance=True,
        )
        for key in keys.values()
        if key.agrees
    )
    return (*_MATCHES, *_NON_MATCHES, *by_key)


def chance_of(comparators: Mapping[str, Comparator], random: Mapping[str, Shares], kind: PairClass) -> float:
    """How likely two unrelated people agree in all that a class tilts.

    Where the class says that level l has share t given the agreement, the agreement has at most probability u(l) / t.
    """
    chance = 1.0
    for name, tilt in kind.tilt.items():
        levels = comparators[name].levels
        chance *= min(
            sum(share for level, share in zip(levels, random[name], strict=True) if key in (level.id, level.side))
            / part
            for key, part in tilt.items()
        )
    return chance


def tilted(comparator: Comparator, base: Shares, tilt: Mapping[str, float]) -> Shares:
    """A field's shares with some levels or sides set and the rest kept in proportion."""
    shares = base.copy()
    is_set = np.zeros(len(base), dtype=bool)
    for name, share in tilt.items():
        chosen = np.array([name in (level.id, level.side) for level in comparator.levels]) & ~is_set
        shares[chosen] = share * base[chosen] / base[chosen].sum()
        is_set |= chosen
    rest = 1.0 - shares[is_set].sum()
    if not is_set.all():
        shares[~is_set] = rest * base[~is_set] / base[~is_set].sum()
    return np.asarray(shares / shares.sum(), dtype=np.float64)
