"""A spreadsheet file, row by row: its encoding and layout are found at its beginning, the rest is never held whole."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from core.connectors._files import LARGEST_DOCUMENT, Readable, TooLarge
from core.dedupe.layout import Layout, layout_in
from core.dedupe.rows import fitted, row_of, wrong_width
from core.dedupe.text import BEGINNING, WINDOWS, encoding_of, text_of_beginning
from core.errors import BadInput
from core.sheets.spellings import KNOWN

_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. `line` (from 1) is where it begins, `raw` its text; `reason` says why its cells are of no use, or ""."""

    line: int
    cells: list[str]
    raw: str
    reason: str = ""


class Sheet:
    """An open file: `layout` tells its columns; `rows` may be read once. Raises BadInput where it is no table."""

    def __init__(self, stream: Readable, name: str) -> None:
        beginning = b""
        while len(beginning) < BEGINNING and (more := stream.read(BEGINNING - len(beginning))):
            beginning += more
        self.encoding, mark = encoding_of(beginning, name)
        text = text_of_beginning(self.encoding, mark, beginning)
        self.layout: Layout = layout_in(text, name, KNOWN)
        self._name, self._stream = name, stream
        self._beginning = beginning[mark:] if self.encoding == "utf-8" else beginning
        # Lines end in carriage returns alone, as on old Macs, where there is no other end of a line.
        raw = beginning.decode(self.encoding, "ignore")
        self._is_mac = "\r" in raw and "\n" not in raw

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the headings, blank ones left out. Raises BadInput where the text cannot be read on."""
        lines = _Lines(self._texts())
        lines.skip(self.layout.first_line - 1)
        delimiter, names = self.layout.delimiter, self.layout.names
        while (first := lines.first()) is not None:
            number = lines.number
            if '"' not in first:  # most rows: no cell goes on to the next line
                cells, used, reason = first.rstrip("\r\n").split(delimiter), 1, ""
            else:
                cells, used, reason = row_of(lines.peek, delimiter)
            raw = "".join(lines.peek(used))
            lines.skip(used)
            if not reason and not any(map(str.strip, cells)):
                continue
            cells = fitted(cells, names)
            if not reason and cells[0].strip() == names[0] and tuple(map(str.strip, cells)) == names:
                continue  # the headings once more, where exports were put under one another
            if not reason and len(cells) != len(names):
                reason = wrong_width(cells, len(names))
            yield SheetRow(number, cells, raw, reason)

    def _texts(self) -> Iterator[str]:
        """The text in pieces."""
        decode = codecs.getincrementaldecoder(self.encoding)(WINDOWS if self.encoding == "utf-8" else "strict").decode
        piece = self._beginning
        try:
            while piece:
                text = decode(piece)
                yield text.replace("\r", "\n") if self._is_mac else text
                piece = self._stream.read(BEGINNING)
            yield decode(b"", True)
        except UnicodeDecodeError as why:
            raise BadInput(
                f"It begins as {self.encoding.upper()} but is not readable as such to its end.",
                todo="Save it again as CSV in UTF-8.",
            ) from why


class _Lines:
    """Lines with their ends, looked at before they are taken. `number` (from 1) is that of the next one."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._ready: deque[str] = deque()
        self._rest = ""
        self.number = 1

    def first(self) -> str | None:
        """The next line, None at the end."""
        if not self._ready:
            self._fill(1)
        return self._ready[0] if self._ready else None

    def peek(self, count: int) -> list[str]:
        """So many of the next lines, fewer at the end."""
        self._fill(count)
        return [self._ready[place] for place in range(min(count, len(self._ready)))]

    def skip(self, count: int) -> None:
        """Go on behind so many lines."""
        self._fill(count)
        for _ in range(min(count, len(self._ready))):
            self._ready.popleft()
        self.number += count

    def _fill(self, count: int) -> None:
        while len(self._ready) < count:
            text = next(self._texts, None)
            if text is None:
                if self._rest:
                    self._ready.append(_tidy(self._rest + "\n"))
                    self._rest = ""
                return
            found = (self._rest + text).split("\n")
            self._rest = found.pop()
            if len(self._rest) > LARGEST_DOCUMENT // 4:
                raise TooLarge
            self._ready.extend(_tidy(line + "\n") for line in found)


def _tidy(line: str) -> str:
    """A line without carriage returns but at its end."""
    return _LONE_RETURN.sub(" ", line) if "\r" in line else line
