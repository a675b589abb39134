"""The practice's own target of charge lag: chosen by an administrator, the same on the charges page and on Today."""

from __future__ import annotations

from dataclasses import replace

from surroundings import Surroundings

from core.queries.charge_lag import charge_lag
from core.queries.today import today
from desktop.pages.charges import PAGE as CHARGES


def test_an_administrator_chooses_the_target_for_everybody(around: Surroundings) -> None:
    page = around.show(CHARGES.make)
    page.frame.lag_button.click()
    around.qtbot.waitUntil(lambda: bool(page.lag.words.text()), timeout=10_000)
    page.lag.target._take("1")
    around.qtbot.waitUntil(lambda: charge_lag(around.desk).target_days == 1, timeout=10_000)
    assert today(around.desk).lag_target == 1
    page.lag.target._take("2")
    around.qtbot.waitUntil(lambda: today(around.desk).lag_target == 2, timeout=10_000)


def test_others_see_it_and_cannot_change_it(around: Surroundings) -> None:
    around.context = replace(around.context, desk=replace(around.desk, role="biller"))
    page = around.show(CHARGES.make)
    assert not page.lag.target.isEnabled()
