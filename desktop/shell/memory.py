"""What the window remembers: the look for everybody, place and last page per person. Nothing about patients."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop import theme

SCALES = (0.9, 1.0, 1.25, 1.5, 2.0)
MODES = ("system", "light", "dark", "contrast")


class Memory:
    """Settings in `window.ini` beside the store. A person's name is kept as a hash only."""

    def __init__(self, home: Path, actor: str) -> None:
        self._home = home
        self._settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        self._person = hashlib.sha256(actor.encode()).hexdigest()[:12]

    def of(self, actor: str) -> Memory:
        """The same memory for somebody else."""
        return Memory(self._home, actor)

    @property
    def page(self) -> str:
        """The page that was open last."""
        return str(self._value("page", ""))

    @page.setter
    def page(self, page: str) -> None:
        self._keep("page", page)

    @property
    def covers_when_away(self) -> bool:
        """Whether the cover comes by itself."""
        return str(self._value("cover_when_away", "false")) == "true"

    @covers_when_away.setter
    def covers_when_away(self, is_on: bool) -> None:
        self._keep("cover_when_away", "true" if is_on else "false")

    @property
    def mode(self) -> str:
        """The look that was chosen; "system" follows the system."""
        found = str(self._settings.value("mode", "system"))
        return found if found in MODES else "system"

    @property
    def scale(self) -> float:
        """Size of text."""
        try:
            found = float(str(self._settings.value("scale", 1.0)))
        except ValueError:
            return 1.0
        return found if found in SCALES else 1.0

    def look(self, application: QApplication, *, mode: str | None = None, scale: float | None = None) -> None:
        """Choose a look, keep it and put it in force."""
        if mode is not None:
            self._settings.setValue("mode", mode)
        if scale is not None:
            self._settings.setValue("scale", scale)
        wanted = theme.mode_for_system(application) if self.mode == "system" else self.mode
        theme.apply(application, wanted, self.scale)  # type: ignore[arg-type]

    def restore(self, window: QMainWindow) -> None:
        """Put the window where this person left it."""
        kept = self._value("geometry", None)
        if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
            window.resize(1366, 768)

    def keep(self, window: QMainWindow) -> None:
        """Remember where the window is."""
        self._keep("geometry", window.saveGeometry())

    def _value(self, name: str, otherwise: object) -> object:
        return self._settings.value(f"person/{self._person}/{name}", otherwise)

    def _keep(self, name: str, value: object) -> None:
        self._settings.setValue(f"person/{self._person}/{name}", value)
