"""Spreadsheet files in a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheet_folders import SheetFolder


@pytest.fixture
def folder(tmp_path: Path) -> SheetFolder:
    (tmp_path / "files").mkdir()
    return SheetFolder(tmp_path / "files")
