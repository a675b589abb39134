"""The two cards of the Backup page: the last good backup, and how and where backups are made."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from core.queries.backup import BackupView
from desktop.pages.backup.words import age_words, disk_words, last_words, when_next
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.card_page import wrapped
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.sizes import size_words

_KEEP = (3, 7, 14, 30, 90)


class LastCard(Card):
    """The last good backup with its age, and why the last attempt failed if it did."""

    def __init__(self) -> None:
        super().__init__("backup_last_card", padding=16, spacing=8)
        head = QHBoxLayout()
        margins(head, 0, 0, 0, 0, 8)
        self.title = Label(tr("Last good backup"), "section")
        self.badge = Badge("")
        head.addWidget(self.title, 1)
        head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.facts = Facts("backup_last_facts", tr("Last good backup"), label_width=92)
        self.body.addWidget(self.facts)
        self.problem = Label("", "body", "warn", is_wrapped=True)
        self.problem.setObjectName("backup_problem_label")
        self.body.addWidget(self.problem)
        self.body.addStretch(1)

    def put(self, view: BackupView, now: datetime) -> None:
        """Show a reading."""
        self.badge.put(*last_words(view, now))
        last = view.last
        made = f"{age_words(last.made_at, now)}, {clock_time(last.made_at)}" if last else tr("never")
        self.facts.put(
            [
                (tr("Made"), made),
                (tr("Size"), size_words(last.size) if last else "—"),
                (tr("Checked"), tr("opened again, every page, all counts") if last else "—"),
                (tr("Store now"), size_words(view.store_size)),
            ]
        )
        problem = view.problem
        self.problem.setVisible(problem is not None)
        if problem is not None:
            when = clock_time(problem["at"])
            said = tr("The attempt at {when} failed.", when=when)
            self.problem.put(" ".join([said, problem["what"], problem["todo"]]))


class WhereCard(Card):
    """`changed(setting, value)`: schedule, keep, or folder ("" for beside the store); `asked_folder` for a choice."""

    changed = Signal(str, str)
    asked_folder = Signal()

    def __init__(self) -> None:
        super().__init__("backup_where_card", padding=16, spacing=8)
        self.body.addWidget(Label(tr("When and where"), "section"))
        words = [("daily", tr("every day")), ("weekly", tr("every week")), ("off", tr("by hand"))]
        self.schedule = Pick(tr("Made"), words, "backup_schedule_pick")
        self.keep = Pick(tr("Keep"), [], "backup_keep_pick")
        self.schedule.picked.connect(lambda key: self.changed.emit("schedule", key))
        self.keep.picked.connect(lambda key: self.changed.emit("keep", key))
        self.body.addWidget(wrapped("backup_picks", (self.schedule, self.keep)))
        self.facts = Facts("backup_where_facts", tr("When and where"), label_width=92)
        self.body.addWidget(self.facts)
        self.disk = Label("", "helper", "muted", is_wrapped=True)
        self.disk.setObjectName("backup_disk_label")
        self.body.addWidget(self.disk)
        self.folder = Button(tr("Choose a folder"), "backup_folder_button", size="row", icon="folder-open")
        self.folder.clicked.connect(self.asked_folder)
        self.beside = Button(tr("Beside the store"), "backup_beside_button", kind="quiet", size="row")
        self.beside.clicked.connect(lambda: self.changed.emit("folder", ""))
        self.body.addWidget(wrapped("backup_folders", (self.folder, self.beside)))
        self.body.addStretch(1)

    def put(self, view: BackupView) -> None:
        """Show a reading."""
        self.schedule.set_value(view.schedule)
        self.schedule.setEnabled(not view.is_demo)
        kept = sorted({*_KEEP, view.keep})
        self.keep.set_options([(str(n), tr("the newest {count}", count=n)) for n in kept], str(view.keep))
        free = tr("{size} free", size=size_words(view.free)) if view.free is not None else "—"
        self.facts.put([(tr("Next"), when_next(view)), (tr("Folder"), str(view.folder)), (tr("Room"), free)])
        self.disk.set_ink("warn" if not view.is_there else "muted")
        self.disk.put(disk_words(view))
        self.beside.setVisible(view.is_chosen)
