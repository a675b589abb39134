"""Rows of spreadsheet files: whatever stands in a cell comes back, and what cannot be read is named, line by line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dedupe import lines as lines_module
from core.dedupe.layout import Layout, layout_of
from core.dedupe.rows import Rows, read_rows
from core.errors import BadInput
from core.jobs import Job

_any_text = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
_awkward = st.text(st.sampled_from("a \",;|\t\r\n'\\é="), max_size=8)
_cells = st.one_of(_any_text, _awkward)
_tables = st.lists(st.tuples(_cells, _cells, _cells), max_size=8)
_ways = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)
HEADER = ["id", "first_name", "last_name", "city"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


def read(path: Path) -> tuple[Layout, Rows]:
    layout = layout_of(path)
    return layout, read_rows(path, layout, range(len(layout.names)), Job())


def table_of(rows: Rows) -> list[tuple[str, ...]]:
    return list(zip(*rows.columns.values(), strict=True))


def written(rows, **way: object) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, **way).writerows(rows)
    return text.getvalue()


@given(
    table=_tables,
    way=_ways,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    step=st.sampled_from([1, 40, 1 << 22]),
)
@settings(max_examples=300, deadline=None)
def test_any_text_in_a_cell_comes_back(folder, table, way, encoding, step):
    path = folder / "any.csv"
    cells = [(str(number), *row) for number, row in enumerate(table)]
    path.write_bytes(written([HEADER, *cells], **way).encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "_STEP", step)  # as if the file were long: it is looked at in several pieces
        layout, rows = read(path)
    assert (layout.delimiter, list(layout.names)) == (way["delimiter"], HEADER)
    assert table_of(rows) == cells
    assert rows.aside.count == 0


@given(table=st.lists(st.tuples(*[st.text(st.sampled_from("éüñßÇaz -"), max_size=6)] * 3), max_size=5), way=_ways)
@settings(max_examples=50, deadline=None)
def test_letters_as_windows_writes_them_come_back(folder, table, way):
    path = folder / "windows.csv"
    cells = [(str(number), *row) for number, row in enumerate(table)]
    path.write_bytes(written([HEADER, *cells], **way).encode("cp1252"))
    assert table_of(read(path)[1]) == cells


@given(body=st.lists(st.text(st.sampled_from('ab,"\r '), max_size=9), max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_line_vanishes_whatever_the_quotation_marks(folder, body):
    path = folder / "wild.csv"
    path.write_bytes(("first_name,last_name\n" + "".join(line + "\n" for line in body)).encode())
    rows = read(path)[1]
    accounted = {line for row, line in zip(table_of(rows), rows.lines.tolist(), strict=True)
                 for line in range(line, line + 1 + "".join(row).count("\n"))}  # fmt: skip
    for one in rows.aside.first:
        _, _, last = one.reason.partition(" goes on to line ")
        accounted |= set(range(one.line, int(last.rstrip(".") or one.line) + 1))
    blank = {
        number for number, line in enumerate(body, 2) if not line.replace(",", "").strip() or set(line) <= set(', "\r')
    }
    assert set(range(2, 2 + len(body))) - accounted <= blank


def test_mixed_encodings_in_one_file(folder):
    path = folder / "mixed.csv"
    path.write_bytes("id,city\n1,Zürich\n".encode() + "2,Zürich\n".encode("cp1252"))
    rows = read(path)[1]
    assert table_of(rows) == [("1", "Zürich"), ("2", "Zürich")]
    assert rows.columns[1].values == ["Zürich"]


BROKEN = """\
id,first_name,last_name,city
1,Ann,Lee,Paris

2,Bo,Ek
3,Cy,Fox,Rome,extra
4,Di,Gray,Oslo,,
,,,
5,Ed,"Hill,Bonn
6,"Flo
Joy",Ives,"Ulm"
7,Gus,5'10" tall,Bern
8,"Hal"x,Jay,Kiel
 , , ,
9,Ida,Kay,Linz"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_bad_rows_are_named_and_the_rest_is_read(folder, ending):
    path = folder / "broken.csv"
    path.write_bytes(BROKEN.replace("\n", ending).encode())
    rows = read(path)[1]
    assert table_of(rows) == [
        ("1", "Ann", "Lee", "Paris"),
        ("4", "Di", "Gray", "Oslo"),
        ("6", f"Flo{ending}Joy", "Ives", "Ulm"),
        ("7", "Gus", "5'10\" tall", "Bern"),
        ("8", "Halx", "Jay", "Kiel"),
        ("9", "Ida", "Kay", "Linz"),
    ]
    assert rows.lines.tolist() == [2, 6, 9, 11, 12, 14]
    assert [(one.line, one.reason[:10]) for one in rows.aside.first] == [
        (4, "It has 3 c"),
        (5, "It has 5 c"),
        (8, "A quotatio"),
    ]


def test_lines_inside_a_cell_are_no_rows_even_where_they_look_like_some(folder):
    path = folder / "inside.csv"
    path.write_text('id,city\n1,"Oslo\n2,Rome\n\n3,""Bonn"""\n4,Kiel\n')
    assert table_of(read(path)[1]) == [("1", 'Oslo\n2,Rome\n\n3,"Bonn"'), ("4", "Kiel")]


def test_a_stray_carriage_return_costs_its_line_or_stays_in_its_cell(folder):
    path = folder / "return.csv"
    path.write_bytes(b'id,city,zip\n1,"Os"\rlo,1\n2,Ro\rme,2\n3,"Bo\rnn",3\n')
    rows = read(path)[1]
    assert table_of(rows) == [("2", "Ro\rme", "2"), ("3", "Bo\rnn", "3")]
    assert [(one.line, one.reason) for one in rows.aside.first] == [(2, "It cannot be taken apart into cells.")]


def test_a_value_is_held_once_whatever_stands_around_it(folder):
    path = folder / "same.csv"
    street = "123456789 Long Street East"
    path.write_text(f'id,street,zip\n1,{street},1\n22,{street},\n333,"{street}",x\n4,{street[:-1]},y\n')
    column = read(path)[1].columns[1]
    assert (column.values, column.codes.tolist()) == ([street, street[:-1]], [0, 0, 0, 1])


def test_a_zero_byte_far_behind_belongs_to_its_cell(folder):
    path = folder / "zero.csv"
    path.write_bytes(b"id,city\n" + b"1,Oslo\n" * 40_000 + b"1,Oslo\0\n")
    assert read(path)[1].columns[1].values == ["Oslo", "Oslo\0"]


def test_a_quotation_mark_that_never_closes_costs_one_line(folder):
    path = folder / "open.csv"
    path.write_text('id,city\n1,"Oslo\n' + "".join(f"{number},Rome\n" for number in range(2, 300)))
    rows = read(path)[1]
    assert (len(rows), [one.line for one in rows.aside.first]) == (298, [2])


def test_lines_of_an_old_mac(folder):
    path = folder / "mac.csv"
    path.write_bytes(b"id,city\r1,Oslo\r2,Rome")
    assert table_of(read(path)[1]) == [("1", "Oslo"), ("2", "Rome")]


def test_titles_above_the_names_of_the_columns_are_passed_over(folder):
    path = folder / "titles.csv"
    path.write_text('sep=;\nPatients, all of them;;\n\n"first\nname";last_name;dob\nAnn;Lee;1970-01-01\n')
    layout, rows = read(path)
    assert layout == Layout(";", ("first\nname", "last_name", "dob"), 6)
    assert (table_of(rows), rows.lines.tolist()) == ([("Ann", "Lee", "1970-01-01")], [6])


def test_rows_that_end_early_count_where_there_are_many_of_them(folder):
    path = folder / "early.csv"
    head = "id,first_name,last_name,city\n"
    path.write_text(head + "".join(f"{row},Ann,Lee\n" for row in range(9)) + "9,Ann,Lee,Oslo\n")
    rows = read(path)[1]
    assert (len(rows), rows.early, rows.aside.count) == (1, 0, 9)
    broken = "20,Ann\nLee,Jo,Oslo\n21\n"  # one row in two lines, and one of which too little is left
    path.write_text(head + "".join(f"{row},Ann,Lee\n" for row in range(12)) + "12,Ann,Lee,Oslo\n" + broken)
    rows = read(path)[1]
    assert (len(rows), rows.early) == (13, 12)
    assert table_of(rows)[0] == ("0", "Ann", "Lee", "")
    assert [one.line for one in rows.aside.first] == [15, 16, 17]
    assert rows.lines.tolist() == [*range(2, 15)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_nobody_marked(folder, encoding):
    path = folder / "unmarked.csv"
    path.write_bytes("id\tcity\r\n1\tCádiz\r\n".encode(encoding))
    assert table_of(read(path)[1]) == [("1", "Cádiz")]


def test_lines_of_separators_alone_are_no_headings(folder):
    path = folder / "blank.csv"
    path.write_text("\n;;;\n , ,\n")
    with pytest.raises(BadInput, match="is empty"):
        layout_of(path)


def test_cells_under_no_heading_may_be_left_out(folder):
    path = folder / "wide.csv"
    path.write_text("id,city,,\n1,Oslo\n2,Rome,,\n3,Bonn,x,y\n")
    assert [row[:2] for row in table_of(read(path)[1])] == [("1", "Oslo"), ("2", "Rome"), ("3", "Bonn")]
