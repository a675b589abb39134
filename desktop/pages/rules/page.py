"""The Match rules page: reads what matching learned, tries other thresholds, and puts them in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QStackedWidget

from core.errors import BadInput, Cancelled
from core.jobs import Job
from core.queries import match_rules as queries
from core.queries.match_history import threshold_history
from core.security.roles import may
from core.usecases.match_rules import accept_calibration, change_thresholds
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.rules.fields import FieldsPart
from desktop.pages.rules.left_out import LeftOutPart
from desktop.pages.rules.tiers import TiersPart
from desktop.widgets.bars import Toolbar
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr
from desktop.words.moments import clock_time


class RulesPage(BasePage):
    """Three parts: fields, thresholds, what is left out."""

    areas = frozenset({"people", "settings"})
    help_id = "rules"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "rules_page")
        self.fields, self.tiers, self.left_out = FieldsPart(), TiersPart(), LeftOutPart()
        self.parts = QStackedWidget()
        for part in (self.fields, self.tiers, self.left_out):
            self.parts.addWidget(part)
        specs = [
            TabSpec("fields", tr("Fields and points")),
            TabSpec("tiers", tr("Tiers")),
            TabSpec("left_out", tr("Compared and left out")),
        ]
        self.tabs = ToolTabs(specs, "rules_tabs", tr("Parts of the match rules"))
        self.tabs.chosen.connect(lambda key: self.parts.setCurrentIndex([one.key for one in specs].index(key)))
        self.learned = Label("", "helper", "muted")
        toolbar = Toolbar("rules_toolbar")
        toolbar.add_left(self.tabs)
        toolbar.add_right(self.learned)
        self.main = self.tabs
        self.set_body(self.parts, top=toolbar)
        self.tiers.tried.connect(self._try)
        self.tiers.applied.connect(self._apply)
        self.tiers.accepted.connect(self._accept)
        self.left_out.asked_weak.connect(self._count_weak)

    @property
    def may_change(self) -> bool:
        """Whether this person may change the rules."""
        return may(self.context.desk.role, "settings")

    def refresh(self) -> None:
        """Read what is in force."""
        desk = self.context.desk

        def read() -> dict[str, Any]:
            return {
                "rules": queries.match_rules(desk),
                "not_compared": queries.not_compared(desk),
                "calibration": queries.calibration(desk),
                "history": threshold_history(desk),
            }

        self.load(read, self._put, tr("Reading the match rules…"))

    def _put(self, found: Mapping[str, Any]) -> None:
        rules = found["rules"]
        if rules["model"] is None:
            self.stack.show_empty(
                "not_set_up",
                tr("Nothing learned yet"),
                tr("After the first run of matching this page shows how records are compared and how sure is sure."),
                [Action(tr("Connect a system"), lambda: self.context.shell.go("connections"), "primary")],
            )
            return
        about = rules["model"]
        text = tr(
            "Learned {when} from {records} records and {pairs} pairs",
            when=clock_time(about["made_at"]),
            records=f"{about['records']:,}",
            pairs=f"{about['pairs']:,}",
        )
        self.learned.put(text)
        self.fields.put(rules["fields"])
        self.tiers.put(rules, found["history"], may_change=self.may_change)
        self.tiers.put_calibration(found["calibration"], may_change=self.may_change)
        self.left_out.put(rules, found["not_compared"])

    def _try(self, asked: dict[str, float]) -> None:
        desk = self.context.desk
        self.context.tasks.run(
            lambda: queries.what_if(desk, **asked),
            done=lambda found: self.tiers.put_effects(found, may_change=self.may_change),
            failed=self._refuse,
            owner=self,
        )

    def _apply(self, asked: dict[str, float]) -> None:
        desk = self.context.desk
        self.act(lambda: change_thresholds(desk, **asked), self._changed, failed=self._refuse)

    def _accept(self, shown: dict[str, float]) -> None:
        desk = self.context.desk
        self.act(lambda: accept_calibration(desk, shown), self._changed, failed=self._refuse)

    def _changed(self, _plan: object) -> None:
        self.context.shell.toast(tr("In force from the next run on."))

    def _refuse(self, error: BaseException) -> None:
        words = words_of(error)
        if isinstance(error, BadInput):
            self.tiers.refuse(words.what)
        else:
            self.context.shell.toast(words.sentence())

    def _count_weak(self) -> None:
        desk, job = self.context.desk, Job(tr("Records that say too little"))
        self.left_out.count.setEnabled(False)

        def done(found: Mapping[str, Any]) -> None:
            self.left_out.count.setEnabled(True)
            self.left_out.put_weak(found)

        def failed(error: BaseException) -> None:
            self.left_out.count.setEnabled(True)
            if not isinstance(error, Cancelled):
                self.context.shell.toast(words_of(error).sentence())

        self.context.shell.follow(job)
        self.context.tasks.run(
            lambda: queries.unlinkable_counts(desk, job), done=done, failed=failed, owner=self, job=job
        )


PAGE = Page("rules", "Match rules", "git-fork", 75, "settings", RulesPage, group="upkeep")
