"""Spreadsheet files as text: which encoding they are in, and what is no text at all."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput

CANNOT_OPEN, NO_TEXT = "CM-DUP-01", "CM-DUP-02"
PADDING = 8
Bytes = NDArray[np.uint8]
BEGINNING = 1 << 18  # bytes that tell the encoding, the layout and the columns
_SAVE_AS_CSV = "Open it in its program and save it as CSV."
_OTHER_KINDS = (
    (b"PK\x03\x04", "It is a workbook or another packed file, not CSV.", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "It is a workbook of an older Excel, not CSV.", _SAVE_AS_CSV),
    (b"%PDF", "It is a PDF document, not CSV.", "Export the table as CSV."),
    (b"\x1f\x8b", "It is a packed file, not CSV.", "Unpack it first."),
)
# What text begins with that is no table, after blanks.
_OTHER_TEXTS = (
    (b"<", "It is a web page or XML, not CSV, whatever its name says.", _SAVE_AS_CSV),
    (b"{", "It is JSON, not CSV.", "Export the table as CSV."),
    (b"[{", "It is JSON, not CSV.", "Export the table as CSV."),
)
# Longest first: a UTF-32 mark begins like a UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)
WINDOWS = "chartmend-windows-1252"
_NEWLINE, _RETURN = 10, 13


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as Windows writes them. The five that mean nothing there become control characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_LETTERS[byte] for byte in error.object[error.start : error.end]), error.end


_LETTERS = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
codecs.register_error(WINDOWS, _as_windows)


def text_of(data: bytes) -> str:
    """UTF-8 as text; what is none is read as Windows-1252, even in the middle of a line."""
    return data.decode("utf-8", WINDOWS)


def beginning_of(path: Path) -> str:
    """The first lines of a file (at most 256 KiB), ended by newlines. Raises BadInput where it is no readable text."""
    return text_of_beginning(*_looked_at(path))


def text_of_beginning(encoding: str, mark: int, beginning: bytes) -> str:
    """The first bytes of a file (see `encoding_of`) as text whose lines end with newlines."""
    if encoding == "utf-8":
        text = text_of(beginning[mark:])
    else:
        text = beginning.decode(encoding, "ignore")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return re.sub(r"\r(?!\n)", " ", text)


def read_bytes(path: Path) -> Bytes:
    """A whole file as UTF-8 (or Windows-1252) without a mark. Each line ends with a newline, the last one too.

    PADDING zero bytes follow, so that eight bytes can be looked at from everywhere. Raises BadInput where the file
    cannot be read or decoded.
    """
    encoding, mark, _ = _looked_at(path)
    try:
        if encoding == "utf-8":
            size = path.stat().st_size
            data = np.zeros(size + 1 + PADDING, dtype=np.uint8)
            with path.open("rb") as file:
                size = file.readinto(data[:size].data)
            data = data[mark:]
            size -= mark
        else:
            encoded = path.read_bytes().decode(encoding).encode()
            size = len(encoded)
            data = np.zeros(size + 1 + PADDING, dtype=np.uint8)
            data[:size] = np.frombuffer(encoded, dtype=np.uint8)
    except OSError as why:
        raise cannot_open(path, why) from why
    except UnicodeError as why:
        raise BadInput(
            f"{path} begins as {encoding.upper()} but is not readable as such to its end.",
            todo="Save it again as CSV in UTF-8.",
            code=NO_TEXT,
        ) from why
    return _ended(data, size)


def _ended(data: Bytes, size: int) -> Bytes:
    """With a newline at the end; where lines end in carriage returns alone, as on old Macs, newlines in their place."""
    if not (data[:size] == _NEWLINE).any():
        data[:size][data[:size] == _RETURN] = _NEWLINE
    if size and data[size - 1] != _NEWLINE:
        data[size] = _NEWLINE
        size += 1
    return data[: size + PADDING]


def _looked_at(path: Path) -> tuple[str, int, bytes]:
    """The encoding by its mark (UTF-8 without one), how many bytes the mark takes, and how the file begins."""
    try:
        with path.open("rb") as file:
            beginning = file.read(BEGINNING)
    except OSError as why:
        raise cannot_open(path, why) from why
    return *encoding_of(beginning, str(path)), beginning


def encoding_of(beginning: bytes, file: str) -> tuple[str, int]:
    """The encoding of a file that begins so, and how many bytes its mark takes. Raises BadInput where it is no text.

    What is neither marked nor UTF-16 counts as UTF-8, to be read by `text_of` or with the error handler WINDOWS.
    """
    name, mark = next(((name, len(mark)) for mark, name in _MARKS if beginning.startswith(mark)), ("", 0))
    if name not in ("", "utf-8"):
        return name, mark
    for signature, reason, todo in _OTHER_KINDS:
        if beginning.startswith(signature):
            raise BadInput(f"{file} cannot be read. {reason}", todo=todo, code=NO_TEXT)
    for start, reason, todo in _OTHER_TEXTS:
        if beginning[mark:].lstrip().startswith(start):
            raise BadInput(f"{file} cannot be read. {reason}", todo=todo, code=NO_TEXT)
    if not name and (found := _without_mark(beginning)):
        return found, 0
    if not name and b"\0" in beginning:
        raise BadInput(
            f"{file} cannot be read. It holds zero bytes, so it is no text or in an unusual encoding.",
            todo="Save it as CSV in UTF-8.",
            code=NO_TEXT,
        )
    return "utf-8", mark


def _without_mark(beginning: bytes) -> str:
    """UTF-16 that nobody marked: nearly every other byte is zero, since letters and digits need one byte of two."""
    sample = beginning[:4096]
    for name, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = sample[place::2].count(0), sample[1 - place :: 2].count(0)
        if not others and zeros > 0.7 * len(sample[place::2]):
            return name
    return ""


def cannot_open(path: Path, why: OSError) -> BadInput:
    """What to say of a file that does not open."""
    reason, todo = why.strerror or "it cannot be opened", "Check the name."
    if isinstance(why, FileNotFoundError):
        reason = "there is no such file"
    elif path.is_dir():
        reason, todo = "it is a folder", "Name a file in it."
    elif isinstance(why, PermissionError):
        reason, todo = "the system does not allow it", "Ask for the right to read it, or close it in other programs."
    return BadInput(f"{path} cannot be read: {reason}.", todo=todo, code=CANNOT_OPEN)
