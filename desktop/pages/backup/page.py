"""The Backup page: two cards, the backups there are, and one of them in the drawer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from core.backup.contents import Contents, Tried
from core.backup.file import SUFFIX
from core.backup.shelf import Kept
from core.changes import Changes
from core.jobs import Job
from core.queries.backup import BackupView, backup_view, contents, described
from core.usecases import backup as doing
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.backup.cards import LastCard, WhereCard
from desktop.pages.backup.drawer import BackupDrawer
from desktop.pages.backup.words import age_words, why_words
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.card_page import CardPage
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.sizes import size_words


class BackupPage(BasePage):
    """What is kept, how old it is, and whether it can be brought back."""

    areas = frozenset({"backup"})
    help_id = "backup"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "backup_page")
        self._rows: dict[str, Kept] = {}
        self.summary = Label("", "body", "muted")
        self.file = Button(tr("Open a backup file"), "backup_file_button", size="tool", icon="folder-open")
        self.make = Button(tr("Back up now"), "backup_now_button", kind="primary", size="tool", icon="floppy-disk")
        self.main = self.make
        self.file.clicked.connect(self._ask_file)
        self.make.clicked.connect(self._back_up)
        toolbar = Toolbar("backup_toolbar")
        toolbar.add_left(self.summary)
        toolbar.add_right(self.file, self.make)
        self.last, self.where = LastCard(), WhereCard()
        self.where.changed.connect(self._change)
        self.where.asked_folder.connect(self._ask_folder)
        self.model = PagedModel(_columns(), list, lambda ids: {i: self._rows[i] for i in ids if i in self._rows})
        self.table = PagedTable(self.model, "backup_table", tr("Backups"))
        self.table.current_changed.connect(self._open)
        self.nothing = Label(
            tr("There is no backup yet. The first is made by hand, or by itself on the day after the store was made."),
            "body",
            "muted",
            is_wrapped=True,
        )
        self.drawer = BackupDrawer(is_demo=context.desk.is_demo)
        self.drawer.tried.connect(self._try)
        self.drawer.restored.connect(self._restore)
        self.drawer.dropped.connect(self._drop)
        self.drawer.closed.connect(self._closed)
        self.set_body(self._body(), top=toolbar)

    def _body(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        margins(row, 0, 0, 0, 0)
        left = CardPage("backup_scroller", tr("Backups"), (self.last, self.where), (self.nothing, self.table))
        row.addWidget(left, 1)
        row.addWidget(self.drawer)
        return body

    def refresh(self) -> None:
        """Read the folder anew."""
        self.load(lambda: backup_view(self.context.desk), self._put)

    def _put(self, view: BackupView) -> None:
        now = datetime.now(UTC)
        self._rows = {str(kept.path): kept for kept in (*view.backups, *view.replaced)}
        last = view.last
        self.summary.put(
            tr("Last good backup: {age}.", age=age_words(last.made_at, now)) if last else tr("There is no backup yet.")
        )
        self.last.put(view, now)
        self.where.put(view)
        self.make.setEnabled(view.is_there)
        before = self.table.current_id
        self.model.set_source(lambda: list(self._rows), lambda ids: {i: self._rows[i] for i in ids})
        self.nothing.setVisible(not self._rows)
        self.table.setVisible(bool(self._rows))
        if before in self._rows and self.drawer.isVisible():
            self.table.select_id(before)

    def _back_up(self) -> None:
        desk, job = self.context.desk, Job(tr("Backup"))
        self.make.setEnabled(False)
        self.context.shell.follow(job)

        def made(done: doing.Made) -> None:
            self.make.setEnabled(True)
            said = tr("Backed up and checked: {size}.", size=size_words(done.size))
            if not done.is_trail_whole:
                said = tr("Backed up. The audit trail of the store is broken: look under Audit.")
            self.context.shell.toast(said)

        def failed(error: BaseException) -> None:
            self.make.setEnabled(True)
            self.context.shell.toast(words_of(error).sentence())
            self.refresh()

        self.act(lambda: doing.back_up_now(desk, job=job), made, lane="network", job=job, failed=failed)

    def _change(self, setting: str, value: str) -> None:
        desk = self.context.desk
        values: dict[str, Any] = {setting: int(value) if setting == "keep" else value}
        self.act(lambda: doing.change_backup_settings(desk, **values))

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, tr("Folder for backups"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self._change("folder", folder))
        dialog.open()

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, tr("A backup file"))
        dialog.setNameFilter(tr("Backups (*{suffix})", suffix=SUFFIX))
        dialog.fileSelected.connect(self.open_at)
        dialog.open()

    def open_at(self, argument: object) -> None:
        """Show a backup file, wherever it lies."""
        path = Path(str(argument))
        self.context.tasks.run(lambda: described(path), done=self._show, failed=self._complain, owner=self)

    def _open(self, row_id: object) -> None:
        kept = self._rows.get(str(row_id))
        if kept is not None:
            self._show(kept)

    def _show(self, kept: Kept) -> None:
        self.drawer.put(kept)
        self.drawer.show()

    def _closed(self) -> None:
        self.table.clearSelection()
        self.make.setFocus()

    def _try(self, passphrase: str) -> None:
        desk, kept, job = self.context.desk, self.drawer.kept, Job(tr("Trying a restore"))
        if kept is None:
            return
        self.context.shell.follow(job)

        def work() -> Changes[tuple[Tried, Contents]]:
            tried = doing.try_restore(desk, kept.path, passphrase, job=job)
            return Changes(tried.areas, (tried.value, contents(desk)))

        def done(found: tuple[Tried, Contents]) -> None:
            if self.drawer.kept == kept:
                self.drawer.show_tried(*found)

        def failed(error: BaseException) -> None:
            if self.drawer.kept == kept:
                self.drawer.fail(words_of(error).sentence())

        self.act(work, done, lane="network", job=job, failed=failed)

    def _restore(self, passphrase: str) -> None:
        if self.drawer.kept is not None:
            self.context.shell.restore(self.drawer.kept.path, passphrase)

    def _drop(self) -> None:
        desk, kept = self.context.desk, self.drawer.kept
        if kept is None:
            return
        self.drawer.hide()
        said = tr("The replaced store is deleted.")
        self.act(lambda: doing.drop_replaced_store(desk, kept.path), lambda _none: self.context.shell.toast(said))

    def _complain(self, error: BaseException) -> None:
        self.context.shell.toast(words_of(error).sentence())


def _columns() -> list[Column]:
    return [
        Column(tr("Made"), lambda kept: clock_time(kept.made_at), "strong", width=160),
        Column(tr("Why"), lambda kept: why_words(kept.why), width=180),
        Column(tr("By"), lambda kept: kept.made_by, "muted", width=120),
        Column(tr("Size"), lambda kept: size_words(kept.size), "number", width=88),
        Column(tr("File"), lambda kept: kept.path.name, "muted", stretch=1.0),
    ]


PAGE = Page("backup", "Backup", "floppy-disk", 95, "settings", BackupPage, group="upkeep")
