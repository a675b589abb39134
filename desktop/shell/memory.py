"""What the window remembers of each person: look, place and last page. Nothing about patients."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop import theme
from desktop.keys import put_single_keys
from desktop.privacy.clipboard import CLEAR_AFTER_S

SCALES = (0.9, 1.0, 1.25, 1.5, 2.0)
MODES = ("system", "light", "dark", "contrast")
CLEARINGS_S = (10, CLEAR_AFTER_S, 60)


class Memory:
    """Settings in `window.ini` beside the store. A person's name is kept as a hash only."""

    def __init__(self, home: Path, actor: str) -> None:
        self._home = home
        self._settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        self._person = _hashed(actor)

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
    def is_at_counter(self) -> bool:
        """Whether others can see the screen: lists then show no year of birth and no address."""
        return str(self._value("at_counter", "false")) == "true"

    @is_at_counter.setter
    def is_at_counter(self, is_on: bool) -> None:
        self._keep("at_counter", "true" if is_on else "false")

    @property
    def clear_after_s(self) -> int:
        """Seconds until a copied patient value is cleared."""
        found = self._value("clear_after_s", CLEAR_AFTER_S)
        return int(str(found)) if str(found) in map(str, CLEARINGS_S) else CLEAR_AFTER_S

    @clear_after_s.setter
    def clear_after_s(self, seconds: int) -> None:
        self._keep("clear_after_s", seconds)

    @property
    def mode(self) -> str:
        """The look that was chosen; "system" follows the system."""
        found = str(self._look_value("mode", "system"))
        return found if found in MODES else "system"

    @property
    def scale(self) -> float:
        """Size of text."""
        try:
            found = float(str(self._look_value("scale", 1.0)))
        except ValueError:
            return 1.0
        return found if found in SCALES else 1.0

    @property
    def is_motion_on(self) -> bool:
        """Whether drawers slide and rows fade."""
        return str(self._look_value("motion", "true")) == "true"

    @property
    def has_single_keys(self) -> bool:
        """Whether single letters act."""
        return str(self._look_value("single_keys", "true")) == "true"

    def look(
        self,
        application: QApplication,
        *,
        mode: str | None = None,
        scale: float | None = None,
        is_motion_on: bool | None = None,
        has_single_keys: bool | None = None,
    ) -> None:
        """Choose a look, keep it and put it in force.

        It is this person's, and what is seen on this computer before anybody signs in.
        """
        chosen = {"mode": mode, "scale": scale, "motion": is_motion_on, "single_keys": has_single_keys}
        for name, value in chosen.items():
            if value is not None:
                kept = ("true" if value else "false") if isinstance(value, bool) else value
                self._settings.setValue(name, kept)
                self._keep(name, kept)
        wanted = theme.mode_for_system(application) if self.mode == "system" else self.mode
        theme.apply(
            application,
            wanted,  # type: ignore[arg-type]
            self.scale,
            is_motion_on=self.is_motion_on,
            has_single_keys=self.has_single_keys,
        )
        put_single_keys(application, is_on=self.has_single_keys)

    def signed_in(self) -> None:
        """This person is the last one who signed in here."""
        self._settings.setValue("last", self._person)

    def last_of(self, names: Sequence[str]) -> str:
        """Which of these names signed in here last; "" for none."""
        last = str(self._settings.value("last", ""))
        return next((name for name in names if _hashed(name) == last), "")

    def restore(self, window: QMainWindow) -> None:
        """Put the window where this person left it."""
        kept = self._value("geometry", None)
        if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
            window.resize(1366, 768)

    def keep(self, window: QMainWindow) -> None:
        """Remember where the window is."""
        self._keep("geometry", window.saveGeometry())

    def _look_value(self, name: str, otherwise: object) -> object:
        return self._value(name, self._settings.value(name, otherwise))

    def _value(self, name: str, otherwise: object) -> object:
        return self._settings.value(f"person/{self._person}/{name}", otherwise)

    def _keep(self, name: str, value: object) -> None:
        self._settings.setValue(f"person/{self._person}/{name}", value)


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
