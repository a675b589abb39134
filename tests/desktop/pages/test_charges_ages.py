"""The drawer of a gap says how old each side of it is."""

from __future__ import annotations

from surroundings import Surroundings

from core.queries.charges import day, days, gap
from desktop.pages.charges.drawer import GapDrawer


def test_both_sides_say_their_system_and_when_they_were_read(around: Surroundings) -> None:
    on = days(around.desk)[0][0]
    row = next(row for row in day(around.desk, on).rows if not row.key.startswith("visit:"))
    found = gap(around.desk, row.key)
    assert found.read
    drawer = GapDrawer()
    around.qtbot.addWidget(drawer)
    drawer.put(found, None)
    for system, _ in found.read:
        assert f"{system}, read " in drawer.sides.subtitle.text()
