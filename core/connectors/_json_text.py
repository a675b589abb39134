"""JSON as other systems send it: read strictly and exactly, with a place and words for what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_COMMENT = re.compile(rb"\s*(//|/\*|#)")
_CHARACTER = re.compile(r"\(char (\d+)\)$")
_BARE_KEY = re.compile(rb"\s*[A-Za-z_]\w*\s*:")
# A number that a binary float may not hold as it is written: with a point, an exponent, or very long.
_INEXACT = re.compile(rb"[:\[,]-?\d+(?:[.eE]|\d{15})")
# Of those, what a float is written differently from: zeros at the end, an exponent, more digits than it holds, very
# small ones. Each ends as a number does, so that few texts in quotation marks look like one.
_REWRITTEN = tuple(
    re.compile(shape + rb"[,}\]\s]") for shape in (rb"\.\d*0", rb"\d[eE][-+]?\d+", rb"\d[\d.]{15,}", rb"0\.0000\d+")
)


class JsonFault(Exception):
    """What is wrong with a text, and where: line and column count from 1, 0 when there is no one place."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column

    def place(self) -> str:
        """The place in words, empty when there is none."""
        return f"line {self.line} column {self.column}" if self.line else ""


def read_json(text: bytes) -> Any:
    """The value of a JSON text. Raises JsonFault, also for a name used twice: nobody knows which value counts."""
    text = text.removeprefix(_BOM)
    if text.startswith(_UTF16):
        raise JsonFault("This text is UTF-16; JSON is UTF-8.")
    if not text.strip():
        raise JsonFault("There is nothing in it.")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as why:
        raise _fault(text, why) from why
    # A name used twice leaves fewer quotation marks in what was read. Only then is the slow look worth it.
    if text.count(b'"') != orjson.dumps(value).count(b'"'):
        _refuse_twins(text)
    return value


def _fault(text: bytes, why: orjson.JSONDecodeError) -> JsonFault:
    if "surrogate" in str(why) and "UTF-8" in str(why):
        return JsonFault("It holds bytes that are no UTF-8 text.", *_line_and_column(text, _first_bad_byte(text)))
    found = _CHARACTER.search(str(why))
    at = len(text.decode("utf-8", "replace")[: int(found[1])].encode()) if found else 0
    line, column = _line_and_column(text, at)
    rest = text[at:]
    # The reader stops after blanks or at the character before: look at both.
    if _COMMENT.match(rest) or _COMMENT.match(text[max(0, at - 1) :]):
        reason = "It holds a comment, which JSON does not allow."
    elif not rest.strip() or at >= len(text):
        reason = "It ends in the middle: the rest is missing."
    elif _BARE_KEY.match(rest):
        reason = "A name stands without quotation marks."
    else:
        words = str(why).partition(": line")[0]
        reason = f"This is not readable JSON: {words}."
    return JsonFault(reason, line, column)


def _first_bad_byte(text: bytes) -> int:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as why:
        return why.start
    return 0


def _line_and_column(text: bytes, at: int) -> tuple[int, int]:
    before = text[:at]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def _refuse_twins(text: bytes) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names: set[str] = set()
        for name, _ in found:
            if name in names:
                at = text.rfind(json.dumps(name).encode())
                raise JsonFault(f"It says {name} twice in one place.", *_line_and_column(text, max(0, at)))
            names.add(name)
        return dict(found)

    try:
        json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as why:
        raise JsonFault("This is not readable JSON.") from why


class ExactParts:
    """Cuts parts out of a JSON text with every number as it was written: 120.10 stays 120.10.

    Parts are named by their path. The exact reading costs more, so it is done once and only where a part needs it.
    """

    def __init__(self, text: bytes, whole: Any) -> None:
        """`whole` is what was read from the text."""
        self._text, self._whole = text.removeprefix(_BOM), whole
        self._exact: Any = None
        self._is_rewritten: bool | None = None

    def dump(self, part: Any, path: Iterable[str | int]) -> bytes:
        """The bytes of a part that was read from the text and stands there at this path."""
        plain = orjson.dumps(part)
        if self._is_rewritten is None:
            self._is_rewritten = self._look_for_rewritten()
        if not self._is_rewritten or not _INEXACT.search(plain):
            return plain
        if self._exact is None:
            self._exact = json.loads(self._text, parse_float=_verbatim, parse_int=_whole)
        exact = self._exact
        for step in path:
            exact = exact[step]
        return orjson.dumps(exact)

    def _look_for_rewritten(self) -> bool:
        # Most servers write as tightly as we do; then one comparison tells what the patterns take ten times longer for.
        if orjson.dumps(self._whole) == self._text:
            return False
        ended = self._text + b" "
        return any(shape.search(ended) for shape in _REWRITTEN)


def _verbatim(number: str) -> Any:
    return orjson.Fragment(number)


def _whole(number: str) -> Any:
    return int(number) if len(number) < 18 else orjson.Fragment(number)
