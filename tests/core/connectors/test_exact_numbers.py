"""Numbers of a record are kept as its source wrote them, whatever way they are written in."""

from __future__ import annotations

import json

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from core.connectors._json_text import ExactParts

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?", fullmatch=True).filter(
    lambda number: number != "-0"  # a whole number without a sign of its own: 0 is the same one
)


def written(text: bytes) -> list[str]:
    found: list[str] = []

    def keep(number: str) -> str:
        found.append(number)
        return number

    json.loads(text, parse_float=keep, parse_int=keep)
    return found


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.sampled_from(["", " ", "\n  "]))
@example(["158.25", "120.10"], "")
@example(["158.25", "1e2"], "")
@example(["0.00001"], "")
@example(["1234567890123456.5"], "")
@example(["0.12345678901234567"], "")
@example(["-0.0", "12345678901234567890"], " ")
def test_every_number_stays_as_it_was_written(numbers, blank):
    listed = f",{blank}".join(numbers)
    text = f'{{"a":{blank}{numbers[0]}{blank},{blank}"b":{blank}[{listed}]}}'.encode()
    part = orjson.loads(text)
    assert written(ExactParts(text, part).dump(part, ())) == [numbers[0], *numbers]
