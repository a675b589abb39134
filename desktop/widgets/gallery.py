"""Pictures of every part in every look: `python -m desktop.widgets.gallery FOLDER` writes PNG files for a human eye.

All people and numbers in the pictures are made up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop import theme
from desktop.theme.tokens import TABLES, Mode
from desktop.widgets.gallery_components import components_sheet
from desktop.widgets.gallery_pages import charges_sheet, conflict_sheet, outbox_sheet, today_sheet
from desktop.widgets.gallery_patients import patients_sheet, stop_sheet
from desktop.widgets.gallery_states import states_sheet

SIZE = QSize(1366, 768)
SHEETS: dict[str, Callable[[], QWidget]] = {
    "components": components_sheet,
    "patients": patients_sheet,
    "stop": stop_sheet,
    "states": states_sheet,
    "charges": charges_sheet,
    "today": today_sheet,
    "outbox": outbox_sheet,
    "conflict": conflict_sheet,
}


def draw(app: QApplication, folder: Path, name: str, mode: Mode, scale: float = 1.0) -> Path:
    """Draw one sheet in one look; answers the file."""
    theme.apply(app, mode, scale, is_motion_on=False)
    sheet = SHEETS[name]()
    sheet.resize(SIZE)
    sheet.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    sheet.setProperty("ringRadius", -1)
    sheet.show()
    sheet.setFocus()
    app.processEvents()
    suffix = "" if scale == 1.0 else f"-{round(scale * 100)}"
    path = folder / f"{name}-{mode}{suffix}.png"
    sheet.grab().save(str(path))
    sheet.close()
    sheet.deleteLater()
    QApplication.sendPostedEvents(sheet, QEvent.Type.DeferredDelete)
    return path


def main(arguments: list[str]) -> int:
    """Write all sheets in all looks; further arguments choose sheets by name."""
    if not arguments:
        sys.stderr.write("usage: python -m desktop.widgets.gallery FOLDER [SHEET ...]\n")
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments[1:] or SHEETS:
        for mode in TABLES:
            sys.stdout.write(f"{draw(app, folder, name, mode)}\n")
        sys.stdout.write(f"{draw(app, folder, name, 'light', 2.0)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
