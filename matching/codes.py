"""What the numbers of billing codes tell by themselves: families by range. Bare numbers, no descriptions."""

from __future__ import annotations


def family(code: str) -> str:
    """The family of a code: office, hospital, preventive, psychotherapy, vaccine, vaccine-admin, draw, lab, imaging,
    injection, management (care between visits), statistical, certification, supply, drug, procedure, or other."""
    if not code.isdigit() or len(code) != 5:
        return _CERTIFICATION.get(code, _BY_LETTER.get(code[:1], "other"))
    number = int(code)
    for name, ranges in _FAMILIES:
        if any(low <= number <= high for low, high in ranges):
            return name
    return "procedure"


_BY_LETTER = {"J": "drug", "Q": "drug", "A": "supply", "E": "supply", "K": "supply", "L": "supply"}
_CERTIFICATION = dict.fromkeys(("G0179", "G0180", "G0181", "G0182"), "certification")
_FAMILIES = (
    ("office", ((99202, 99205), (99211, 99215))),
    ("hospital", ((99221, 99239), (99281, 99292))),
    ("preventive", ((99381, 99397),)),
    ("psychotherapy", ((90832, 90840),)),
    ("vaccine-admin", ((90460, 90461), (90471, 90474), (90480, 90480))),
    ("vaccine", ((90476, 90759),)),
    ("draw", ((36415, 36416),)),
    ("injection", ((96365, 96379),)),
    ("lab", ((80047, 89398),)),
    ("imaging", ((70010, 79999),)),
    ("statistical", ((99024, 99024),)),
    ("management", ((99091, 99091), (99374, 99380), (99424, 99427), (99437, 99439), (99453, 99458), (99473, 99474),
                    (99484, 99484), (99487, 99491))),
)  # fmt: skip
_WITHOUT_VISIT = frozenset({"lab", "imaging", "statistical", "management", "certification", "supply"})


def is_evaluation(code: str) -> bool:
    """Whether a code is an evaluation and management service."""
    return family(code) in ("office", "hospital", "preventive")


def needs_presence(code: str) -> bool:
    """Whether a code cannot exist without a visit; tests, images, supplies and care between visits can."""
    return family(code) not in _WITHOUT_VISIT


def is_kin(one: str, other: str) -> bool:
    """Whether two codes are easily taken for each other: same family of visits, or the same first three digits."""
    if family(one) == "draw":
        return False  # two ways of the same act, not two codes of one service
    if is_evaluation(one) and is_evaluation(other):
        return family(one) == family(other)
    return len(one) == len(other) and one[:3] == other[:3] and family(one) == family(other)
