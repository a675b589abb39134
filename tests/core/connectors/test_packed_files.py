"""Packed files: read without unpacking to disk, and refused in words where they cannot be trusted."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib

import orjson
import pytest

from core.connectors import _files


def lines(*ids: str) -> bytes:
    return b"\n".join(orjson.dumps({"resourceType": "Patient", "id": one}) for one in ids)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(mode: str = "w:gz", **files: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "position"),
    [
        ("a.ndjson.gz", lambda: gzip.compress(lines("p")), "a.ndjson.gz line 1"),
        ("a.zip", lambda: zipped(**{"in/b.ndjson": lines("p")}), "a.zip!in/b.ndjson line 1"),
        ("a.tar.gz", lambda: tarred(**{"b.ndjson": lines("p")}), "a.tar.gz!b.ndjson line 1"),
        ("a.tgz", lambda: tarred(**{"b.ndjson": lines("p")}), "a.tgz!b.ndjson line 1"),
        ("a.tar", lambda: tarred("w", **{"b.ndjson": lines("p")}), "a.tar!b.ndjson line 1"),
        ("a.zip", lambda: zipped(**{"b.ndjson.gz": gzip.compress(lines("p"))}), "a.zip!b.ndjson.gz line 1"),
        ("a.zip", lambda: zipped(**{"b.tar.gz": tarred(**{"c.ndjson": lines("p")})}), "a.zip!b.tar.gz!c.ndjson line 1"),
        ("a.tar", lambda: tarred("w", **{"b.zip": zipped(**{"c.ndjson": lines("p")})}), "a.tar!b.zip!c.ndjson line 1"),
    ],
)
def test_packed_record_is_read_and_placed(pull_folder, tmp_path, name, make, position):
    (tmp_path / name).write_bytes(make())
    pulled = pull_folder()
    assert [(item.id, item.position) for item in pulled.items] == [("p", position)]
    assert pulled.unreadable == ()


@pytest.mark.parametrize("inner", ["../../out.ndjson", "/etc/out.ndjson", "C:/out.ndjson", "a\\..\\..\\out.ndjson"])
def test_path_that_leads_out_is_refused_and_nothing_else(pull_folder, tmp_path, inner):
    (tmp_path / "a.tar").write_bytes(tarred("w", **{inner: lines("bad"), "good.ndjson": lines("good")}))
    pulled = pull_folder()
    assert pulled.ids == ["good"]
    assert list(pulled.refusals.values()) == ["Its name leads out of the archive."]


def test_link_that_leads_out_of_the_folder_is_not_followed(pull_folder, tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.ndjson").write_bytes(lines("secret"))
    try:
        (tmp_path / "inside" / "link.ndjson").symlink_to(tmp_path / "secret.ndjson")
    except OSError:  # Windows lets only some people make links; then there is none to follow
        assert os.name == "nt"
        return
    pulled = pull_folder(path=tmp_path / "inside")
    assert pulled.items == ()
    assert pulled.refusals == {"link.ndjson": "This is a link that leads out of the folder."}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bomb.ndjson.gz", lambda: gzip.compress(b" " * (80 << 20))),
        ("bomb.zip", lambda: zipped(**{"b.ndjson": b" " * (80 << 20)})),
        ("bomb.tar.gz", lambda: tarred(**{"b.ndjson": b" " * (80 << 20)})),
    ],
)
def test_bomb_is_refused_and_the_rest_is_read(pull_folder, tmp_path, name, make):
    (tmp_path / name).write_bytes(make())
    (tmp_path / "z.ndjson").write_bytes(lines("p"))
    pulled = pull_folder()
    assert pulled.ids == ["p"]
    assert any("as no health data does" in reason for reason in pulled.refusals.values())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("cut.ndjson.gz", lambda: gzip.compress(os.urandom(2000))[:900]),
        ("cut.zip", lambda: zipped(**{"b.ndjson": lines("p")})[:60]),
        ("cut.tar.gz", lambda: tarred(**{"b.ndjson": lines(*map(str, range(3000)))})[:500]),
        ("no.zip", lambda: b"this is no archive"),
        ("no.gz", lambda: b"this is not packed"),
        ("no.tar.gz", lambda: b"this is no archive"),
        ("empty.zip", lambda: b""),
        ("wrong.ndjson.gz", lambda: b"\x1f\x8b" + zlib.compress(b"x")),
    ],
)
def test_damaged_archive_is_refused_in_words_and_the_rest_is_read(pull_folder, tmp_path, name, make):
    (tmp_path / name).write_bytes(make())
    (tmp_path / "z.ndjson").write_bytes(lines("good"))
    pulled = pull_folder()
    assert "good" in pulled.ids
    assert any(position.startswith(name) and "damaged" in reason for position, reason in pulled.refusals.items())


def test_archive_with_a_password_is_told(pull_folder, tmp_path):
    content = bytearray(zipped(**{"b.ndjson": lines("p")}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that says "encrypted", in both headers
        content[content.index(mark) + at] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    assert list(pull_folder().refusals.values()) == ["It needs a password."]


def test_good_lines_before_a_cut_are_kept(pull_folder, tmp_path):
    whole = gzip.compress(lines(*(f"p{n}" for n in range(20000))))
    (tmp_path / "a.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    pulled = pull_folder()
    assert len(pulled.items) > 1000
    assert any("damaged" in reason for reason in pulled.refusals.values())


def test_document_too_large_for_memory_is_refused(pull_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "LARGEST_DOCUMENT", 1000)
    (tmp_path / "big.json").write_bytes(lines("p") + b" " * 2000)
    (tmp_path / "big.ndjson").write_bytes(b"\n".join([lines("q")] * 100))
    pulled = pull_folder()
    assert set(pulled.ids) == {"q"}
    assert "NDJSON" in pulled.refusals["big.json"]


def test_hidden_files_and_leftovers_of_other_systems_are_passed_over(pull_folder, tmp_path):
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "a.json").write_bytes(b"junk")
    (tmp_path / ".hidden.json").write_bytes(b"junk")
    (tmp_path / "readme.txt").write_bytes(b"text")
    pulled = pull_folder()
    assert pulled.unreadable == ()
    assert pulled.last.notes[-1].startswith("2 files are of another kind") or "1 file is of another kind" in str(
        pulled.last.notes
    )
