"""What columns of spreadsheets are taken for, and what their values become."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST, read_birth_dates
from core.dedupe.columns import coded, combined, first_known, stacked
from core.dedupe.fields import people_of, table_of
from core.dedupe.headings import id_rank, read_maps, recognise
from core.dedupe.names import split_name
from core.errors import BadInput
from matching.texts import Texts

TODAY = date(2026, 11, 24)


def used(header: str, **more):
    maps, id_name = more.get("maps", {}), more.get("id_name")
    return recognise(header.split(","), "people.csv", maps, id_name).named()


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            "rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id,"
            "truth_id",
            {"given_name": ["given_name"], "family_name": ["surname"], "birth_date": ["date_of_birth"],
             "ssn": ["soc_sec_id"], "street_number": ["street_number"], "street": ["address_1"],
             "street_2": ["address_2"], "city": ["suburb"], "state": ["state"], "zip": ["postcode"]},
        ),
        (
            "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd,truth_id,rec_id",
            {"given_name": ["fname_c1"], "middle_name": ["fname_c2"], "family_name": ["lname_c1"],
             "second_family_name": ["lname_c2"], "birth_year": ["by"], "birth_month": ["bm"], "birth_day": ["bd"]},
        ),
        (
            "Match Id,ID,BIRTHDATE,FIRST,LAST,SUFFIX,MAIDEN,RACE,ETHNICITY,GENDER,ADDRESS,CITY,STATE,COUNTY,ZIP,SSN",
            {"given_name": ["FIRST"], "family_name": ["LAST"], "suffix": ["SUFFIX"], "former_name": ["MAIDEN"],
             "birth_date": ["BIRTHDATE"], "sex": ["GENDER"], "ssn": ["SSN"], "street": ["ADDRESS"], "city": ["CITY"],
             "state": ["STATE"], "zip": ["ZIP"]},
        ),
        (
            "Patient ID,Patient Name,D.O.B. (mm/dd/yyyy),Home Phone,Cell Phone,E-mail,Street Address,Apt #,Zip Code,"
            "Last 4 SSN",
            {"full_name": ["Patient Name"], "birth_date": ["D.O.B. (mm/dd/yyyy)"],
             "ssn4": ["Last 4 SSN"], "phone": ["Home Phone", "Cell Phone"], "email": ["E-mail"],
             "street": ["Street Address"], "apartment": ["Apt #"], "zip": ["Zip Code"]},
        ),
        (
            "PatAcctNo,PatLName,PatFName,PatMI,PatDOB,PatHmPhone,PatCellPh,PatAddr1,PatSt,PatZip,GuarLName,GuarDOB",
            {"given_name": ["PatFName"], "middle_name": ["PatMI"], "family_name": ["PatLName"],
             "birth_date": ["PatDOB"], "phone": ["PatHmPhone", "PatCellPh"], "street": ["PatAddr1"],
             "state": ["PatSt"], "zip": ["PatZip"]},
        ),
        (
            "pt_last_nm,birth_dt,gender_cd,home_ph_nbr,city_nm,zip_cd,emerg_contact_ph,referring_provider_last_nm",
            {"family_name": ["pt_last_nm"], "birth_date": ["birth_dt"], "sex": ["gender_cd"],
             "phone": ["home_ph_nbr"], "city": ["city_nm"], "zip": ["zip_cd"]},
        ),
        (
            "Expediente,Nombre,Apellido Paterno,Apellido Materno,Fecha de Nacimiento,Teléfono,Dirección,"
            "Código Postal,Género",
            {"given_name": ["Nombre"], "family_name": ["Apellido Paterno"], "second_family_name": ["Apellido Materno"],
             "birth_date": ["Fecha de Nacimiento"], "sex": ["Género"], "mrn": ["Expediente"], "phone": ["Teléfono"],
             "street": ["Dirección"], "zip": ["Código Postal"]},
        ),
        ("Nombre,Fecha Nac.", {"full_name": ["Nombre"], "birth_date": ["Fecha Nac."]}),
        ("last_name,phone,phone", {"family_name": ["last_name"], "phone": ["phone", "phone"]}),
        ("name,surname", {"given_name": ["name"], "family_name": ["surname"]}),
        ("first_name,by,mail", {"given_name": ["first_name"], "email": ["mail"]}),
        ("dob,birth_year,street_number", {"birth_date": ["dob"]}),
        ("guardianNameFirst,motherMaidenName,birthDate", {"birth_date": ["birthDate"]}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(header, found):
    assert used(header) == found


@pytest.mark.parametrize("name", ["Patient #", "PatAcctNo", "Account Number", "pt_id", "Número de Paciente", "Chart #"])
def test_ids_are_known_by_their_names(name):
    assert id_rank(name) is not None


def test_every_standard_name_is_its_own_column():
    names = ("given_name,middle_name,family_name,suffix,former_name,birth_date,sex,ssn,mrn,phone,email,street,city,"
             "state,zip")  # fmt: skip
    assert used(names) == {name: [name] for name in names.split(",")}


def test_what_was_said_of_a_column_overrules_its_name():
    maps = read_maps(["Rufname = first_name", "city=former_name", "phone=ignore"])
    assert used("Rufname,first_name,last_name,city,phone", maps=maps) == {
        "given_name": ["Rufname"],
        "family_name": ["last_name"],
        "former_name": ["city"],
    }


@pytest.mark.parametrize("text", ["city", "=city", "town=", "town=nothing"])
def test_a_map_that_cannot_be_meant_is_refused(text):
    with pytest.raises(BadInput, match="THEIRS=OURS"):
        read_maps([text])


def test_a_name_that_two_columns_bear_counts_once_and_cannot_be_asked_for():
    found = recognise(["id", "city", "city"], "people.csv", {}, None)
    assert (found.named(), found.left_out(0)) == ({"city": ["city"]}, ("city",))
    assert found.notes == ("2 columns are named city; the first one counts.",)
    for maps, id_name in (({"city": "street"}, None), ({}, "city")):
        with pytest.raises(BadInput, match="2 columns named city"):
            recognise(["id", "city", "city"], "people.csv", maps, id_name)


def test_the_first_line_is_not_shown_where_it_names_nothing():
    with pytest.raises(BadInput) as refused:
        recognise(["1", "Zebulon"], "people.csv", {}, "id")
    assert "Zebulon" not in refused.value.sentence()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1960-01-05", "1960-01-05"), ("1960-1-5 00:00:00", "1960-01-05"), ("1960/01/05", "1960-01-05"),
        ("1960-01-05T10:00:00Z", "1960-01-05"), ("19600105", "1960-01-05"), ("19600105.0", "1960-01-05"),
        ("1960", "1960"), ("1960-01", "1960-01"), ("01/1960", "1960-01"), ("1/5/1960", "1960-01-05"),
        ("1/5/1960 0:00", "1960-01-05"), (" 01-05-1960 ", "1960-01-05"), ("5.1.1960", "1960-01-05"),
        ("1/5/60", "1960-01-05"), ("1/5/26", "2026-01-05"), ("1/5/27", "1927-01-05"), ("5 Jan 1960", "1960-01-05"),
        ("05-JAN-60", "1960-01-05"), ("5th January, 1960", "1960-01-05"), ("Jan 5, 1960", "1960-01-05"),
        ("05JAN1960", "1960-01-05"), ("5-ene-60", "1960-01-05"), ("5 de septiembre de 1960", "1960-09-05"),
        ("25/12/1960", "1960-12-25"), ("12/25/1960", "1960-12-25"),
        ("12251960", "1960-12-25"), ("1051960", "1960-01-05"), ("13/45/1960", "1960-13-45"), ("60-01-05", "1960-01-05"),
        ("", ""), ("unknown", ""), ("5 Foo 1960", ""), ("12345", ""), ("1/5", ""),
    ],
)  # fmt: skip
def test_birth_dates_are_read(typed, read):
    assert read_birth_dates([typed], TODAY).read == {typed: read}


@pytest.mark.parametrize(
    ("column", "read", "order"),
    [
        (["1/5/1960", "2/28/1960"], ["1960-01-05", "1960-02-28"], "month, day, year"),
        (["1/5/1960", "28/2/1960"], ["1960-05-01", "1960-02-28"], "day, month, year"),
        (["1/5/1960", "28/2/1960", "30/2/60", "2/28/1960"], ["1960-05-01", "1960-02-28", "1960-02-30", "1960-02-28"],
         "day, month, year"),
        (["1.5.1960"], ["1960-05-01"], "day, month, year"),
        (["05-06-07", "71-06-07"], ["2005-06-07", "1971-06-07"], "year, month, day"),
        (["05061960", "31121971"], ["1960-06-05", "1971-12-31"], "day, month, year"),
        (["19600105", "19081209", "1/5/1960"], ["1960-01-05", "1908-12-09", "1960-01-05"], "month, day, year"),
        (["1960-01-05", "19600105"], ["1960-01-05", "1960-01-05"], ""),
    ],
)  # fmt: skip
def test_day_or_month_first_is_decided_for_the_whole_column(column, read, order):
    found = read_birth_dates(column, TODAY)
    assert ([found.read[typed] for typed in column], found.order) == (read, order)


def test_an_order_that_nothing_settles_is_said_to_be_a_guess_and_can_be_told():
    undecided, decided = ["3/4/1985", "5/6/1986"], ["3/4/1985", "25/6/1986"]
    assert read_birth_dates(undecided, TODAY).is_guess
    assert not read_birth_dates(decided, TODAY).is_guess
    assert not read_birth_dates(["1985-04-03", "1985"], TODAY).is_guess
    told = read_birth_dates(undecided, TODAY, DAY_FIRST)
    assert (told.read["3/4/1985"], told.order, told.is_guess) == ("1985-04-03", "day, month, year", False)
    told = read_birth_dates(decided, TODAY, MONTH_FIRST)
    assert [told.read[typed] for typed in decided] == ["1985-03-04", "1986-06-25"]


def test_days_as_spreadsheets_count_them():
    column = [str(31_048 + day) for day in range(10)] + ["9132.0", "1/5/1960", ""]
    found = read_birth_dates(column, TODAY).read
    assert [found[typed] for typed in (column[0], *column[-3:])] == ["1985-01-01", "1924-12-31", "1960-01-05", ""]
    assert read_birth_dates(column[:9], TODAY).read["31048"] == ""  # too few to be sure of


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["H", "M", "m", ""], ["m", "f", "f", ""]),
        (["Hombre", "Mujer", "M"], ["m", "f", "M"]),
        (["M", "F", "X"], ["M", "F", "X"]),
    ],
)
def test_sexes_in_spanish(typed, read):
    assert fields(sex=[typed])["sex"] == read


@given(st.dates(date(1900, 1, 2), date(2026, 11, 24)), st.sampled_from(["%m/%d/%Y", "%Y%m%d", "%d %b %Y", "%b %d, %Y"]))
def test_any_date_is_read_in_any_form(day, form):
    assert (
        read_birth_dates([day.strftime(form), day.replace(day=25).strftime(form)], TODAY).read[day.strftime(form)]
        == day.isoformat()
    )


@pytest.mark.parametrize(
    ("whole", "given_name", "family_name"),
    [
        ("SMITH, JOHN A", "JOHN A", "SMITH"), ("John A Smith", "John A", "Smith"),
        ("John Smith Jr", "John", "Smith Jr"), ("Smith, John, Jr.", "John", "Smith Jr."),
        ("John Smith, III", "John", "Smith III"),
        ("Smith Jr, John", "John", "Smith Jr"),
        ("Maria de la Cruz", "Maria", "de la Cruz"), ("Cher", "", "Cher"), ("De Niro", "De", "Niro"), ("", "", ""),
        ("Smith,", "", "Smith"), ("SMITH, JOHN A JR", "JOHN A", "SMITH JR"), ("Nguyen, Do", "Do", "Nguyen"),
        ("SMITH^JOHN^A^III", "JOHN A", "SMITH III"), ("SMITH^JOHN", "JOHN", "SMITH"),
    ],
)  # fmt: skip
def test_whole_names_are_taken_apart(whole, given_name, family_name):
    assert split_name(whole) == (given_name, family_name)


def fields(**columns: list[list[str]]) -> dict[str, list[str]]:
    size = len(next(iter(columns.values()))[0])
    texts = {part: [Texts.of(column) for column in listed] for part, listed in columns.items()}
    people = people_of(texts, np.arange(2, size + 2), "people.csv", TODAY)
    table = table_of([people])
    return {name: list(getattr(table, name)) for name in ("systems", *people.fields)}


def test_parts_of_a_field_are_joined():
    found = fields(
        street_number=[["12", "", "7.0"]], street=[["Elm St", "Oak Rd", "Ash Ct"]], street_2=[["Box 3", "", ""]],
        apartment=[["", "5", "Unit 2"]], given_name=[["Ann", "Bo", "Cy"]], family_name=[["Lee", "Ek", ""]],
        second_family_name=[["Roy", "", "Fox"]], birth_year=[["1967", "71", ""]], birth_month=[["9", "", "2"]],
        birth_day=[["27", "3", "3"]], ssn=[["123-45-6789", "", "NULL"]], ssn4=[["6789", "1111", "2222.0"]],
        phone=[["5551112222", "", ""], ["5553334444", "5556667777", "nan"]],
        email=[["", "a@b.c", ""], ["x@y.z", "q@r.s", ""]], zip=[["2139", "02139", "21391234"]],
    )  # fmt: skip
    assert found == {
        "systems": ["people.csv"] * 3,
        "street": ["12 Elm St Box 3", "Oak Rd # 5", "7 Ash Ct Unit 2"],
        "given_name": ["Ann", "Bo", "Cy"],
        "family_name": ["Lee Roy", "Ek", "Fox"],
        "birth_date": ["1967-9-27", "1971", ""],
        "ssn": ["123-45-6789", "1111", "2222"],
        "phone": ["5551112222;5553334444", "5556667777", ""],
        "email": ["x@y.z", "a@b.c", ""],
        "zip": ["02139", "02139", "021391234"],
    }


def test_city_state_and_zip_in_one_column():
    typed = ["Springfield, MA 01101", "New York NY 10001-1234", "St. Louis, MO", "Salem, OR 97301", "somewhere", ""]
    found = fields(city_state_zip=[typed], state=[["", "", "", "WA", "", ""]])
    assert found["city"] == ["Springfield", "New York", "St. Louis", "Salem", "", ""]
    assert found["zip"] == ["01101", "10001-1234", "", "97301", "", ""]
    assert found["state"] == ["", "", "", "WA", "", ""]  # a column of its own goes first


def test_what_programs_hang_on_a_value_is_taken_off():
    found = fields(given_name=[['="Ann"', "Ann", '="']], zip=[['="02139"', "2139.0", ""]])
    assert (found["given_name"], found["zip"]) == (["Ann", "Ann", '="'], ["02139", "02139", ""])


def test_a_record_number_belongs_to_the_system_that_gave_it():
    assert fields(mrn=[["A1", "", "A1"]])["identifiers"] == ["people.csv|A1", "", "people.csv|A1"]
    found = fields(mrn=[["1.0", "1.0", "2.0"]], source=[["EHR", "LAB;2", ""]])
    assert found["systems"] == ["EHR", "LAB;2", ""]
    assert found["identifiers"] == ["EHR|1", "LAB 2|1", "|2"]


@given(st.lists(st.integers(0, 20)), st.sampled_from([1, 1 << 33]))
def test_equal_numbers_get_one_code_in_the_order_of_their_first_places(numbers, factor):
    first, codes = coded(np.array(numbers, dtype=np.uint64) * np.uint64(factor))
    distinct = list(dict.fromkeys(numbers))
    assert first.tolist() == [numbers.index(number) for number in distinct]
    assert codes.tolist() == [distinct.index(number) for number in numbers]


_columns = st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "c", "a b"])] * 3), min_size=1, max_size=12)


@given(_columns)
def test_columns_combine_as_their_texts_do(rows):
    one, two, three = (Texts.of(column) for column in zip(*rows, strict=True))
    assert list(combined([one, two, three], "-".join)) == ["-".join(row) for row in rows]
    assert list(first_known([one, two, three])) == [next(filter(None, row), "") for row in rows]
    stack = stacked([one, two, three])
    assert list(stack) == [*one, *two, *three]
    assert len(set(stack.values)) == len(stack.values)
