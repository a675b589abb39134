"""The learned model: how often each level occurs in each kind of pair. A value that a store can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.classes import PairClass
from matching.clean.columns import Frequencies
from matching.compare._base import Comparator

MODEL_VERSION = 1


@dataclass(frozen=True, slots=True)
class Model:
    """Shares by class. `shares[field]` is (levels, classes), each column adding up to 1; `prior` adds up to 1.

    The class and level ids travel with it: a model of another shape is not used (see `fits`).
    """

    classes: tuple[str, ...]
    is_match: tuple[bool, ...]
    levels: Mapping[str, tuple[str, ...]]
    prior: NDArray[np.float64]
    shares: Mapping[str, NDArray[np.float64]]
    frequencies: Frequencies
    most: NDArray[np.float64]  # pairs that a class can have at most, -1 for any number
    records: int = 0
    pairs: int = 0
    rounds: int = 0
    version: int = MODEL_VERSION

    def fits(self, comparators: Mapping[str, Comparator], classes: tuple[PairClass, ...]) -> bool:
        """Whether this model speaks of these levels and classes."""
        levels = {name: tuple(level.id for level in one.levels) for name, one in comparators.items()}
        return (
            self.version == MODEL_VERSION
            and self.classes == tuple(one.id for one in classes)
            and dict(self.levels) == levels
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "version": self.version,
            "classes": list(self.classes),
            "is_match": list(self.is_match),
            "levels": {name: list(ids) for name, ids in self.levels.items()},
            "prior": self.prior.tolist(),
            "shares": {name: array.tolist() for name, array in self.shares.items()},
            "frequencies": {
                "records": self.frequencies.records,
                "given_name": dict(self.frequencies.given_name),
                "family_name": dict(self.frequencies.family_name),
                "shared": {name: sorted(values) for name, values in self.frequencies.shared.items()},
            },
            "most": self.most.tolist(),
            "records": self.records,
            "pairs": self.pairs,
            "rounds": self.rounds,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Model:
        """Read what `to_dict` gave. Raises KeyError or ValueError when it is not a model."""
        counted = plain["frequencies"]
        return cls(
            version=int(plain["version"]),
            classes=tuple(plain["classes"]),
            is_match=tuple(bool(flag) for flag in plain["is_match"]),
            levels={name: tuple(ids) for name, ids in plain["levels"].items()},
            prior=np.array(plain["prior"], dtype=np.float64),
            shares={name: np.array(array, dtype=np.float64) for name, array in plain["shares"].items()},
            frequencies=Frequencies(
                records=int(counted["records"]),
                given_name=dict(counted["given_name"]),
                family_name=dict(counted["family_name"]),
                shared={name: frozenset(values) for name, values in counted["shared"].items()},
            ),
            most=np.array(plain["most"], dtype=np.float64),
            records=int(plain["records"]),
            pairs=int(plain["pairs"]),
            rounds=int(plain["rounds"]),
        )
