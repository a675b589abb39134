"""Spreadsheet files from any program: encodings, what separates cells, cells over lines, and files of any size."""

from __future__ import annotations

import io

import pytest

from core.errors import BadInput
from core.sheets.reader import Sheet

PEOPLE = [["Patient ID", "Last Name", "Street"], ["1", "Núñez", "1 Main St"], ["2", "Öz", "2 Oak"]]


def rows_of(content: bytes) -> list[tuple[int, list[str], str]]:
    return [(row.line, row.cells, row.reason) for row in Sheet(io.BytesIO(content), "people.csv").rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_files_of_every_program_read_the_same(delimiter: str, end: str, encoding: str) -> None:
    content = (end.join(delimiter.join(cells) for cells in PEOPLE) + end).encode(encoding)
    assert rows_of(content) == [(2, PEOPLE[1], ""), (3, PEOPLE[2], "")]


def test_titles_above_the_headings_and_blank_lines_are_passed_over() -> None:
    content = b"Charges of March\n\nCharge ID,MRN,Service Date,CPT\nc1,7,3/1/2026,99213\n,,,\n\nc2,8,3/2/2026,99214\n"
    sheet = Sheet(io.BytesIO(content), "charges.csv")
    assert sheet.layout.names == ("Charge ID", "MRN", "Service Date", "CPT")
    assert [(row.line, row.cells[0]) for row in sheet.rows()] == [(4, "c1"), (7, "c2")]


def test_headings_that_come_again_are_no_row() -> None:
    content = b"id,last name\n1,Diaz\nid , last name\n2,Lee\n"
    assert [cells for _, cells, _ in rows_of(content)] == [["1", "Diaz"], ["2", "Lee"]]


def test_cells_over_several_lines_and_bad_quotation_marks() -> None:
    content = b'id,last name,note\n1,Diaz,"a\nb ""c"""\n2,"Lee" x,y\n3,"open,z\n4,Kim,ok\n5,x\n'
    assert rows_of(content) == [
        (2, ["1", "Diaz", 'a\nb "c"'], ""),
        (4, ["2", "Lee x", "y"], ""),
        (5, [], "A quotation mark in it is not closed, or closed too early."),
        (6, ["4", "Kim", "ok"], ""),
        (7, ["5", "x"], "It has 2 cells, the line of headings 3."),
    ]


class _Slow(io.RawIOBase):
    """Gives a few bytes at a time, and remembers the most that it was asked to keep ahead of the reader."""

    def __init__(self, count: int) -> None:
        self.left, self.given, self.rest = count, 0, b"id,last name\n"

    def read(self, size: int = -1) -> bytes:
        while self.left and len(self.rest) < size:
            self.rest += b"".join(
                b"%d,N\xc3\xba\xc3\xb1ez\r\n" % n for n in range(self.left, max(0, self.left - 999), -1)
            )
            self.left = max(0, self.left - 999)
        found, self.rest = self.rest[: min(size, 65_537)], self.rest[min(size, 65_537) :]
        self.given += len(found)
        return found


def test_a_large_file_is_never_held_whole() -> None:
    source, count, read, farthest = _Slow(120_000), 0, 0, 0
    for row in Sheet(source, "people.csv").rows():
        count += 1
        read += len(row.raw.encode())
        farthest = max(farthest, source.given - read)
        assert row.cells[1] == "Núñez"
    assert count == 120_000
    assert source.given > 1_700_000 and farthest < 600_000


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"", b'{"a":1}', b"%PDF-1.7", b"\0\0\0\0abc"])
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        Sheet(io.BytesIO(content), "people.csv")
    assert caught.value.sentence()


def test_text_that_breaks_off_in_its_encoding_ends_in_words_after_the_rows_before_it() -> None:
    content = "id,last name\n1,Diaz\n".encode("utf-16") + b"\x00\xd8\x00"
    rows = Sheet(io.BytesIO(content), "people.csv").rows()
    with pytest.raises(BadInput, match="not readable as such to its end"):
        list(rows)
