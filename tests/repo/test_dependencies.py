"""The lock and the project file: exact, complete, free of addresses, and fit for each other."""

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from repository import carried_files, project, text_of

LOCKS = (
    Path("requirements.lock"),
    Path("tests/core/peers/requirements.lock"),
    Path("tests/matching/spark/requirements.lock"),
)
DEPENDENCIES_PER_COMMENT = 3


def _locked(lock: Path) -> dict[str, list[Version]]:
    """Package name -> versions of a lock; more than one where markers choose by Python version."""
    found = defaultdict(list)
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text_of(lock), flags=re.MULTILINE):
        found[canonicalize_name(name)].append(Version(version))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_lock_names_no_address(lock: Path):
    for word in ("://", "path =", "file:", " @ ", "--index-url", "--find-links", "-e "):
        assert word not in text_of(lock)


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_lock_holds_a_hash_for_every_package(lock: Path):
    entries = [entry for entry in re.split(r"\n(?=\S)", text_of(lock)) if not entry.startswith("#")]
    assert len(entries) == sum(map(len, _locked(lock).values())) > 10
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_lock_fits_the_project_file():
    wishes = [*project()["project"]["dependencies"], *project()["dependency-groups"]["dev"]]
    wishes += project()["build-system"]["requires"]
    locked = _locked(LOCKS[0])
    unfit = []
    for wish in map(Requirement, wishes):
        versions = locked[canonicalize_name(wish.name)]
        if not versions or not all(version in wish.specifier for version in versions):
            unfit.append(str(wish))
    assert unfit == [], "run: python3 dev.py lock"


def test_peer_is_pinned_exactly_and_locked():
    wish = Requirement(text_of(Path("tests/core/peers/requirements.in")).strip())
    assert [specifier.operator for specifier in wish.specifier] == ["=="]
    (version,) = _locked(LOCKS[1])[canonicalize_name(wish.name)]
    assert version in wish.specifier


def test_spark_is_tested_as_the_extra_allows_it_with_the_engine_as_the_program_has_it():
    locked, ours = _locked(LOCKS[2]), _locked(LOCKS[0])
    for wish in map(Requirement, project()["project"]["optional-dependencies"]["spark"]):
        assert locked[canonicalize_name(wish.name)], wish
        assert all(version in wish.specifier for version in locked[canonicalize_name(wish.name)]), wish
    assert {name: locked[name] for name in locked.keys() & ours.keys()} == {
        name: ours[name] for name in locked.keys() & ours.keys()
    }, "run: python3 dev.py lock"
    assert {"numpy", "rapidfuzz"} <= locked.keys() & ours.keys()
    assert "pyspark" not in ours


def test_uv_keeps_its_own_lock_to_itself():
    assert Path("uv.lock") not in carried_files()


def test_every_dependency_of_the_program_has_its_reason_beside_it():
    block = text_of(Path("pyproject.toml")).partition("\ndependencies = [\n")[2].partition("\n]")[0]
    without_reason, left = [], 0
    for line in map(str.strip, block.splitlines()):
        if line.startswith("#"):
            left = DEPENDENCIES_PER_COMMENT
        elif "#" not in line:
            left -= 1
            if left < 0:
                without_reason.append(line)
    assert block
    assert without_reason == []


def test_qt_stays_below_the_release_that_breaks_signals():
    ranges = [Requirement(wish) for wish in project()["project"]["dependencies"]]
    (qt,) = [wish for wish in ranges if canonicalize_name(wish.name) == "pyside6-essentials"]
    assert not any(Version(version) in qt.specifier for version in ("6.12.0", "6.12.1", "6.13.0", "7.0.0"))


def test_emitting_signals_takes_no_reference_from_true():
    # The fault of PySide6 6.12 on Python 3.11: each emit loses one, and the interpreter aborts in the end.
    from PySide6.QtCore import QObject, Signal

    class Bell(QObject):
        rung = Signal(bool)

    bell = Bell()
    bell.rung.connect(lambda _: None)
    before = sys.getrefcount(True)
    for _ in range(50):
        bell.rung.emit(True)
    assert abs(sys.getrefcount(True) - before) < 25
