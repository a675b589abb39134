"""`chartmend dedupe` from the first line typed to the files it leaves: no store, no half file, nobody named."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest

import core.dedupe.run
from core.dedupe.outputs import Table, write_tables

SMALL = """\
id,first_name,last_name,dob,phone
1,Ann,Lee,1970-01-02,2155550101
2,Bo,Ek,1971-03-04,2155550102
3,Ann,Lee,1970-01-02,2155550101
4,Cy,Fox,1972-05-06,2155550103
"""


def true_pairs(path: Path) -> set[frozenset[str]]:
    by_person: dict[str, list[str]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            by_person.setdefault(row["truth_id"], []).append(row["rec_id"])
    return {frozenset(pair) for ids in by_person.values() for pair in combinations(ids, 2)}


def f1(found: set[frozenset[str]], true: set[frozenset[str]]) -> float:
    return 2 * len(found & true) / (len(found) + len(true))


@pytest.mark.parametrize(("name", "least"), [("febrl_400.csv", 0.99), ("population_800.csv", 0.96)])
def test_labelled_people_are_found_in_a_file_as_it_came(desk, people, name, least):
    answer = desk(people / name)
    true = true_pairs(people / name)
    listed = {frozenset((row["id_a"], row["id_b"])) for row in desk.rows() if float(row["probability"]) >= 0.9}
    clusters: dict[str, list[str]] = {}
    for row in desk.rows("clusters.csv"):
        clusters.setdefault(row["cluster"], []).append(row["id"])
    together = {frozenset(pair) for ids in clusters.values() for pair in combinations(ids, 2)}
    assert f1(listed, true) >= least
    assert f1(together, true) >= least
    assert (desk.code, answer["clusters"], answer["skipped"]) == (0, len(clusters), [])
    assert answer["columns"][str(people / name)]["ignored"][0] == "truth_id"


def test_the_files_that_it_writes(desk):
    answer = desk(desk.put("people.csv", SMALL), "--id", "id")
    assert (desk.folder / "pairs.csv").read_bytes().splitlines()[0] == b"id_a,id_b,probability,weight,tier"
    (pair,) = desk.rows()
    assert (pair["id_a"], pair["id_b"], pair["tier"]) == ("1", "3", "strong")
    assert 0.99 <= float(pair["probability"]) <= 1
    assert desk.rows("clusters.csv") == [{"id": i, "cluster": c} for i, c in zip("1234", "1213", strict=True)]
    assert (answer["records"], answer["pairs"], answer["clusters"]) == (4, 1, 3)
    assert answer["tiers"] == {"strong": 1, "likely": 0, "unsure": 0}
    assert {"compared_pairs", "scored_pairs", "seconds"} <= set(answer)


def test_the_same_people_in_another_dress_give_the_same_pairs(desk, people):
    """Semicolons, Windows letters, dates with the day first, whole names, titles above, lines of Windows."""
    with (people / "febrl_400.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = ["Export;;;;;;;", "Nr;Name;Geburtstag;Street;SSN;Suburb;Postcode;State"]
    for row in rows:
        day = row["date_of_birth"]
        born = f"{day[6:]}.{day[4:6]}.{day[:4]}" if day else ""
        street = " ".join(filter(None, (row["street_number"], row["address_1"], row["address_2"])))
        name = f"{row['surname']}, {row['given_name']}"
        rest = [row[column] for column in ("soc_sec_id", "suburb", "postcode", "state")]
        lines.append(";".join([row["rec_id"], name, born, street, *rest]))
    desk.put("umgezogen.csv", "\r\n".join([*lines, "ü;ü;;;;;;"]), "cp1252")
    desk(people / "febrl_400.csv", "--threshold", "0.9")
    plain = desk.pairs()
    desk(desk.folder / "umgezogen.csv", "--id", "Nr", "--map", "Geburtstag=birth_date", "--threshold", "0.9")
    assert desk.code == 0
    assert len(plain) > 190
    # Dates with a wrong digit may read otherwise: 13 is no month, so it is taken for the day.
    assert len(plain ^ desk.pairs()) <= 2


def test_two_files_are_linked_across(desk, people):
    lines = (people / "febrl_400.csv").read_text().splitlines()
    first = desk.put("first.csv", "\n".join([lines[0], *(line for line in lines if "-org" in line)]))
    second = desk.put("second.csv", "\n".join([lines[0], *(line for line in lines if "-dup-" in line)]))
    desk(first, second, "--threshold", "0.9")
    assert all("-org" in a and "-dup-" in b for a, b in desk.pairs())
    assert f1({frozenset(pair) for pair in desk.pairs()}, true_pairs(people / "febrl_400.csv")) >= 0.99
    assert len(desk.rows("clusters.csv")) == 400


def test_ids_that_both_files_use_stay_as_they_are_in_pairs_and_are_marked_in_clusters(desk):
    one, other = desk.put("one.csv", SMALL), desk.put("other.csv", SMALL.replace("4,Cy", "=4+5,Cy"))
    answer = desk(one, other)
    assert desk.pairs() == {("1", "1"), ("1", "3"), ("3", "1"), ("3", "3"), ("2", "2"), ("4", "=4+5")}
    assert answer["pairs_inside_one_file"] == 2
    ids = [row["id"] for row in desk.rows("clusters.csv")]
    assert ids == ["a:1", "a:2", "a:3", "a:4", "b:1", "b:2", "b:3", "b:=4+5"]
    assert "begin with a:" in desk.said


def test_clusters_to_look_at_first_are_named_where_there_is_a_file_of_them(desk, people):
    answer = desk(people / "febrl_400.csv")
    numbers = {row["cluster"] for row in desk.rows("clusters.csv")}
    assert answer["held"]
    assert {str(one["cluster"]) for one in answer["held"]} <= numbers
    assert "Look at these first" in desk.said
    desk(people / "febrl_400.csv", clusters=None)
    assert "Look at these first" not in desk.said


def test_the_threshold_bounds_pairs_and_clusters(desk, people):
    bounds = {}
    for threshold in ("0", "0.5", "0.9999999"):
        answer = desk(people / "population_800.csv", "--threshold", threshold)
        assert all(float(row["probability"]) >= float(threshold) - 1e-6 for row in desk.rows())
        bounds[threshold] = (answer["pairs"], -answer["clusters"])
        if threshold == "0":
            assert any(float(row["probability"]) < 0.1 for row in desk.rows())
    assert bounds["0"] > bounds["0.5"] > bounds["0.9999999"]
    assert bounds["0"][1] == bounds["0.5"][1] > bounds["0.9999999"][1]


def test_rows_that_cannot_be_read_are_listed_and_the_rest_goes_on(desk):
    text = SMALL + "5,Di,Gray\n3,Ed,Hill,1980-01-01,\n,Flo,Ives,1981-01-01,\n"
    path = desk.put("people.csv", text)
    answer = desk(path, "--id", "id")
    assert (desk.code, answer["records"], answer["skipped_count"]) == (3, 4, 3)
    assert answer["skipped"] == [
        {"file": str(path), "line": 6, "reason": "It has 3 cells, the line of headings 5."},
        {"file": str(path), "line": 7, "reason": "Its id stands on line 4 already; the first row counts."},
        {"file": str(path), "line": 8, "reason": "Its id is empty."},
    ]
    assert f"{path} line 6: It has 3 cells" in desk.said


def test_without_an_id_the_best_column_is_taken_else_the_line(desk):
    answer = desk(desk.put("a.csv", SMALL.replace("id,", "mrn,").replace("dob", "rec_id")))
    assert answer["columns"][str(desk.folder / "a.csv")]["id"] == "mrn"  # rec_id repeats
    assert "rec_id is not taken as the id" in desk.said
    answer = desk(desk.put("b.csv", SMALL.replace("4,Cy", "1,Cy")))
    assert answer["columns"][str(desk.folder / "b.csv")]["id"] is None
    assert desk.pairs() == {("2", "4")}
    assert desk.code == 0


def test_a_named_column_that_mostly_repeats_is_no_id(desk):
    rows = "".join(f"{number % 7},Ann,Lee,1970-01-02,\n" for number in range(40))
    desk(desk.put("people.csv", SMALL + rows), "--id", "id")
    assert desk.code == 2
    assert "id is no id in" in desk.said


CANARY = "Zebulon"


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        (b"", (), "is empty"),
        (b"\r\n \r\n", (), "is empty"),
        (b"id,first_name\n", (), "has no rows"),
        (b"id,first_name\n1,Zebulon,x\n", (), "none of its rows can be read: line 2"),
        (b"1,Zebulon\n2,Zebulon\n", (), "no column that people can be compared by"),
        (b"1,Zebulon\n2,Zebulon\n", ("--id", "nr"), "no column named nr"),
        (b"id,first_name\n1,Zebulon\n", ("--id", "nr"), "Its columns are: id, first_name"),
        (b"id,first_name\n1,Zebulon\n", ("--map", "nr=ssn"), "no column named nr"),
        (b"id,first_name\n1,Zebulon\n", ("--map", "first_name=nickname"), "THEIRS=OURS"),
        (b"PK\x03\x04Zebulon", (), "It is a workbook"),
        (b"\xd0\xcf\x11\xe0Zebulon", (), "older Excel"),
        (b"%PDF-1.7 Zebulon", (), "PDF"),
        (b"\x1f\x8bZebulon", (), "packed file"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><td>Zebulon", (), "web page or XML"),
        (b'[{"first_name": "Zebulon"}]', (), "It is JSON"),
        (b"id,first_name\n", (), "it has no rows"),
        (b"id,first_name\n1,Zebulon\0\n", (), "zero bytes"),
        ("id,first_name\n1,Zebulon\n".encode("utf-16") + b"\0", (), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(desk, content, words, says):
    answer = desk(desk.put("people.csv", content), *words)
    assert desk.code == 2
    assert says in desk.said
    assert answer["error"]["code"].startswith("CM-DUP-")
    assert CANARY not in desk.said
    assert not (desk.folder / "pairs.csv").exists()


def test_headings_that_come_again_are_no_people(desk):
    head, *rows = SMALL.splitlines()
    answer = desk(desk.put("people.csv", "\n".join([head, *rows[:2], head, *rows[2:], head, ""])))
    assert (desk.code, answer["records"], desk.pairs()) == (0, 4, {("1", "3")})
    assert "2 lines repeat the headings" in desk.said
    assert "cannot be read" not in desk.said


def test_rows_left_out_for_one_reason_are_named_together(desk):
    desk(desk.put("people.csv", SMALL + "5,Di\n6,Ed\n"))
    assert desk.code == 3
    assert "people.csv lines 6, 7: It has 2 cells, the line of headings 5." in desk.said


def test_pairs_can_be_read_with_both_records_in_full(desk):
    ours = desk.put("ours.csv", "nr,Last,First,dob,phone\n7,Núñez,Ana,3/25/70,+1 215 555 0101\n8,Ek,Bo,1/2/71,\n")
    theirs = desk.put("theirs.csv", "name;birthday\n\nAna Nuñez;1970-03-25\n=cmd|x Lee;1950-01-01\n")
    desk(ours, theirs, "--review", desk.folder / "review.csv", "--threshold", "0")
    assert desk.code == 0
    assert (
        (desk.folder / "review.csv")
        .read_bytes()
        .startswith(b"\xef\xbb\xbfpair,probability,tier,cluster,note,id,file,line,given")
    )
    with (desk.folder / "review.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows[:2]] == [desk.rows()[0]["id_a"], desk.rows()[0]["id_b"]]
    assert [(row["file"], row["line"], row["family_name"], row["birth_date"]) for row in rows[:2]] == [
        ("ours.csv", "2", "Núñez", "1970-03-25"),
        ("theirs.csv", "3", "Nuñez", "1970-03-25"),
    ]
    assert (rows[0]["pair"], rows[1]["pair"], rows[0]["phone"]) == ("1", "1", "+1 215 555 0101")


def test_what_speaks_against_a_cluster_stands_beside_its_pairs(desk, people):
    answer = desk(people / "population_800.csv", "--review", desk.folder / "review.csv")
    clusters = {row["id"]: row["cluster"] for row in desk.rows("clusters.csv")}
    held = {str(one["cluster"]): one["reason"] for one in answer["held"]}
    rows = desk.rows("review.csv")
    assert {row["cluster"] for row in rows} & set(held)
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        assert (one["cluster"], other["cluster"]) == (clusters[one["id"]], clusters[other["id"]])
        note = held.get(one["cluster"], "") if one["cluster"] == other["cluster"] else ""
        assert one["note"] == other["note"] == note


def test_what_a_spreadsheet_program_would_run_is_written_as_text(desk):
    text = "id,first_name,last_name,dob\n=1,@Ann,Lee,1970-01-02\n2,@Ann,Lee,1970-01-02\n3,Bo,Ek,1980-05-06\n"
    desk(desk.put("people.csv", text), "--review", desk.folder / "review.csv", "--threshold", "0")
    with (desk.folder / "review.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {(row["id"], row["given_name"]) for row in rows[:2]} == {("'=1", "'@Ann"), ("2", "'@Ann")}
    assert {desk.rows()[0]["id_a"], desk.rows()[0]["id_b"]} == {"=1", "2"}  # for programs: as it is


def test_the_order_of_day_and_month_can_be_said(desk):
    path = desk.put("people.csv", "id,first_name,last_name,dob\n1,Ann,Lee,3/4/1985\n2,Bo,Ek,5/6/1986\n")
    desk(path)
    assert "read as month, day, year: none tells which comes first" in desk.said
    desk(path, "--date-order", "day-first")
    assert "read as day, month, year.\n" in desk.said


def test_a_place_that_cannot_be_written_is_found_before_comparing(desk, monkeypatch):
    def refuse(**_words):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("core.dedupe.outputs.tempfile.TemporaryFile", refuse)
    monkeypatch.setattr(core.dedupe.run, "link", lambda *_, **__: pytest.fail("compared first"))
    desk(desk.put("people.csv", SMALL))
    assert desk.code == 2
    assert "pairs.csv cannot be written: Permission denied." in desk.said


def test_no_person_is_named_on_the_way(desk):
    text = SMALL.replace("Ann", CANARY) + f'9,{CANARY},x\n3,{CANARY},Roe,{CANARY},1\n8,"{CANARY},y,z,1\n'
    desk(desk.put("people.csv", text), "--id", "id")
    assert desk.code == 3
    assert CANARY not in desk.said


def test_places_that_must_not_be_written(desk, tmp_path):
    path = desk.put("people.csv", SMALL)
    (tmp_path / "link.csv").symlink_to(path)
    for words, out, clusters in (
        ((path,), "people.csv", None),
        ((path,), "link.csv", None),
        ((path,), "pairs.csv", "people.csv"),
        ((path,), "pairs.csv", "./pairs.csv"),
        ((path, "--review", path), "pairs.csv", None),
        ((path,), "missing/pairs.csv", None),
        ((path,), "pairs.csv", "clusters.xlsx"),
        ((path,), ".", None),
        ((path, tmp_path / "link.csv"), "pairs.csv", None),
        ((tmp_path / "none.csv",), "pairs.csv", None),
        ((tmp_path,), "pairs.csv", None),
        ((path, path, path), "pairs.csv", None),
    ):
        desk(*words, out=out, clusters=clusters)
        assert desk.code == 2
        assert path.read_text() == SMALL
        assert not (tmp_path / "pairs.csv").exists()


def test_a_stopped_run_leaves_the_earlier_result_whole(desk, monkeypatch):
    path = desk.put("people.csv", SMALL)
    desk(path)
    before = (desk.folder / "pairs.csv").read_bytes(), (desk.folder / "clusters.csv").read_bytes()

    def stop(pairs, ids):
        yield "1", "2", "0.5", "0", "unsure"
        raise KeyboardInterrupt

    monkeypatch.setattr(core.dedupe.run, "_pair_rows", stop)
    desk(path)
    assert desk.code == 130
    assert ((desk.folder / "pairs.csv").read_bytes(), (desk.folder / "clusters.csv").read_bytes()) == before


def test_both_results_are_written_or_none(tmp_path):
    def broken():
        yield ("1",)
        raise OSError(5, "broken disk")

    with pytest.raises(core.errors.BadInput, match="broken disk"):
        write_tables([Table(tmp_path / "one.csv", ("a",), [("1",)]), Table(tmp_path / "two.csv", ("b",), broken())])
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(desk, tmp_path):
    (tmp_path / "kept.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to("kept.csv")
    desk(desk.put("people.csv", SMALL), out="out.csv")
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "kept.csv").read_text().startswith("id_a")


def test_years_of_two_digits_follow_the_date_that_is_given(desk):
    text = "id,first_name,last_name,dob\n1,Ann,Lee,1/25/31\n2,Ann,Lee,1931-01-25\n3,Ann,Lee,2031-01-25\n"
    path = desk.put("people.csv", text)
    for today, same in (("2026-01-01", "2"), ("2032-01-01", "3")):
        desk(path, "--today", today, "--threshold", "0")
        best = max(desk.rows(), key=lambda row: float(row["probability"]))
        assert {best["id_a"], best["id_b"]} == {"1", same}
