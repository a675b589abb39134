"""From headings to a mapping, from a mapping to rows, and a whole file checked before anything is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sheet_folders import TODAY, SheetFolder, ignoring_rest

from core.errors import BadInput, Cancelled
from core.jobs import Job
from core.sheets.check import check_files, unknown_words, write_rejects
from core.sheets.mapping import mapping_from, require_complete, signature_of
from core.sheets.suggest import entity_of, suggest

PEOPLE = "Patient ID,Last Name,First Name,DOB,Gender,Home Phone,Cell Phone,Referred By\n"
CHARGES = "Charge ID,MRN,Service Date,CPT,Mod,Units,Amount,Dx,Provider,Status\n"


@pytest.mark.parametrize(
    ("headings", "entity"),
    [
        (PEOPLE, "patients"),
        (CHARGES, "charges"),
        ("Appt ID,Patient Number,Appt Date,Appt Time,Provider,Status", "appointments"),
        ("Visit ID,Patient,Visit Date,Visit Time,Provider,Status,Dx", "encounters"),
        ("Patient,DOB,Last Name,First Name,Service Date,CPT Code,Units,Charge", "charges"),
        ("MRN,Last,First,DOB,Phone,Address,City,State,Zip,Date of Service,CPT,Charge", "charges"),
        ("Provider ID,NPI,Last Name,First Name,Specialty", "providers"),
        ("Name,Date of Birth,Phone", "patients"),
    ],
)
def test_what_a_file_holds_is_told_by_its_headings(headings: str, entity: str) -> None:
    assert entity_of(headings.strip().split(",")) == entity


def test_headings_suggest_their_fields_once_each_and_leave_the_rest_open() -> None:
    found = suggest(PEOPLE.strip().split(","), [], TODAY)
    assert [c.target for c in found.columns] == [
        "id", "family_name", "given_name", "birth_date", "sex", "phone_2", "phone", "",
    ]  # fmt: skip
    assert all(c.is_suggested == bool(c.target) for c in found.columns)
    assert found.undecided() == (7,) and not found.doubled() and not found.missing()
    with pytest.raises(BadInput, match="Referred By"):
        require_complete(found)


def test_a_file_is_known_again_by_its_headings_however_they_are_spelled() -> None:
    assert signature_of(["Last Name", "DOB"]) == signature_of(["last_name", "d.o.b."])
    assert signature_of(["Last Name", "DOB"]) != signature_of(["DOB", "Last Name"])


def test_a_kept_mapping_comes_back_as_it_was_and_nonsense_is_refused() -> None:
    found = ignoring_rest(suggest(CHARGES.strip().split(","), [], TODAY))
    plain = replace(found, columns=tuple(replace(c, is_suggested=False) for c in found.columns))
    assert mapping_from(found.as_json()) == plain
    for wrong in (
        {},
        {"entity": "claims", "columns": []},
        {"entity": "charges", "columns": [{"name": "a", "target": "x"}]},
    ):
        with pytest.raises(BadInput):
            mapping_from(wrong)


def test_two_columns_cannot_feed_one_field(folder: SheetFolder) -> None:
    found = ignoring_rest(suggest(PEOPLE.strip().split(","), [], TODAY)).with_column(7, target="sex")
    assert found.doubled() == ("sex",)
    with pytest.raises(BadInput, match="sex"):
        require_complete(found)


def test_the_whole_file_is_judged_row_by_row_with_line_and_column(folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,13/02/1980,F,,,\n2,Lee,Bo,not known,M,,,\n,Kim,Di,,,,,\n"
                 "2,Lee,Bo,not known,M,,,\n2,Lee,Bob,,M,,,\n3,,,01/02/1990,F,,,\n4,x\n")  # fmt: skip
    checked = folder.check()
    assert (checked.rows, checked.ready, checked.warnings, checked.must_fix) == (7, 3, 2, 4)
    assert [(p.line, p.sentence(), p.is_bad) for p in checked.problems] == [
        (3, "Column DOB is no date.", False),
        (4, "Column Patient ID is empty, but it is the id of the row.", True),
        (5, "Column DOB is no date.", False),
        (5, "Column Patient ID came before, in a row that says the same.", False),
        (6, "Column Patient ID came before, in another row; the first counts.", True),
        (7, "Column Last Name is empty, but every row needs it.", True),
        (8, "It has 2 cells, the line of headings 8.", True),
    ]


def test_what_the_check_calls_ready_is_what_the_pull_brings(folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,13/02/1980,F,503 555 0100,503 555 0101,\n,Kim,,,,,,\n")
    folder.write(
        "charges.csv",
        CHARGES + 'c1,1,3/1/2026,99213,25 59,1,$138.00,"I10, E11.9",Osei,Posted\n'
        "c2,1,3/1/2026,99213,,1,free,,Osei,Posted\n"
        "c3,1,,99213,,1,1,,Osei,Hold\n"
        "c4,1,3/1/2026,1,,1,1,,O,Odd\n",
    )
    ready = 0
    for kind in folder.kinds():
        ready += folder.check(folder.accept(ignoring_rest(suggest(kind.names, kind.rows, TODAY)))).ready
    rows, refused = folder.pulled()
    assert len(rows) == ready == 2
    assert rows["patients/1"]["phone"] == "503 555 0101;503 555 0100"
    assert rows["patients/1"]["birth_date"] == "1980-02-13"
    assert rows["charges/c1"] == {
        "id": "c1", "patient": "1", "dos_from": "2026-03-01", "code": "99213", "modifiers": "25;59", "units": 1,
        "amount": 13800, "diagnoses": "I10;E11.9", "rendering": "Osei", "status": "billed",
    }  # fmt: skip
    assert refused == {
        "people.csv line 3 column 1": "Column Patient ID is empty, but it is the id of the row.",
        "charges.csv line 3 column 7": "Column Amount is no amount of money.",
        "charges.csv line 4 column 3": "Column Service Date is empty, but every row needs it.",
        "charges.csv line 5 column 10": "Column Status is a word without a meaning.",
    }


def test_words_without_a_meaning_are_listed_and_can_be_given_one(folder: SheetFolder) -> None:
    folder.write(
        "charges.csv", CHARGES + "c1,1,3/1/2026,99213,,1,1.00,,O,In Limbo\nc2,1,3/1/2026,99213,,1,1.00,,O,Hold\n"
    )
    found = folder.suggested()
    assert unknown_words(folder.check(found), found) == {"status": ("In Limbo",)}
    given = replace(found, words={"status": {"In Limbo": "hold"}})
    assert folder.check(given).ready == 2 and unknown_words(folder.check(given), given) == {}


def test_what_no_column_says_can_be_said_of_all_rows(folder: SheetFolder) -> None:
    folder.write("visits.csv", "Visit ID,Patient,Visit Date,Visit Time,Provider\nv1,1,3/1/2026,9:20 AM,Osei\n")
    open_one = folder.suggested("encounters")
    assert open_one.missing() == (("status",),)
    folder.accept(replace(open_one, fixed={"status": "finished"}))
    assert folder.pulled()[0]["encounters/v1"] == {
        "id": "v1", "patient": "1", "start": "2026-03-01T09:20:00", "status": "finished",
        "providers": [{"role": "rendering", "provider": "Osei"}],
    }  # fmt: skip


def test_rows_without_an_id_keep_one_of_their_own_and_what_was_entered_twice_stays_two(folder: SheetFolder) -> None:
    lines = "MRN,Service Date,CPT,Status\n7,3/1/2026,99213,billed\n7,3/1/2026,99213,billed\n8,3/1/2026,99213,billed\n"
    folder.write("charges.csv", lines)
    folder.accept()
    first = sorted(folder.pulled()[0])
    assert len(first) == 3 and sum(name.endswith("-2") for name in first) == 1
    folder.write("charges.csv", "MRN,Service Date,CPT,Status\n" + "\n".join(reversed(lines.strip().split("\n")[1:])))
    assert sorted(folder.pulled()[0]) == first


def test_whole_names_and_second_lines_become_the_fields_they_belong_to(folder: SheetFolder) -> None:
    folder.write("people.csv", 'MRN,Name,Address 1,Address 2\n7,"de la Cruz, Maria",1 Main St,Apt 2\n')
    folder.accept()
    assert folder.pulled()[0]["patients/7"] == {
        "id": "7", "mrn": "7", "given_name": "Maria", "family_name": "de la Cruz", "street": "1 Main St Apt 2",
    }  # fmt: skip


def test_rejected_rows_are_written_beside_and_never_into_the_folder(folder: SheetFolder, tmp_path: Path) -> None:
    folder.write("people.csv", PEOPLE + '1,Diaz,Ana,,F,,,\n,"Kim, ""K""",,,,,,\n4,x\n')
    found = folder.suggested()
    target = tmp_path / "rejected.csv"
    assert write_rejects(folder.settings, found, target, TODAY, Job()) == 2
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "file,line,reason," + PEOPLE.strip()
    assert lines[1].startswith('people.csv,3,"Column Patient ID is empty') and '"Kim, ""K"""' in lines[1]
    assert lines[2] == 'people.csv,4,"It has 2 cells, the line of headings 8.",4,x'
    with pytest.raises(BadInput):
        write_rejects(folder.settings, found, folder.path / "rejected.csv", TODAY, Job())


def test_a_check_can_be_stopped(folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "".join(f"{n},Diaz,Ana,,F,,,\n" for n in range(2_000)))
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        check_files(folder.settings, folder.suggested(), TODAY, job)
