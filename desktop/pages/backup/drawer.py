"""One backup in the drawer: its passphrase, a try in a temporary store, what a restore would replace, the restore."""

from __future__ import annotations

from PySide6.QtCore import Signal

from core.backup.contents import Contents, Tried
from core.backup.shelf import Kept
from desktop import a11y
from desktop.pages.backup.words import compared, head_facts
from desktop.shell.unlock import SecretEdit
from desktop.widgets.badge import Badge
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.search_field import Field
from desktop.words import tr


class BackupDrawer(Drawer):
    """`tried(passphrase)`, `restored(passphrase)` after a try that went well, `dropped` for a replaced store."""

    tried = Signal(str)
    restored = Signal(str)
    dropped = Signal()

    def __init__(self, *, is_demo: bool) -> None:
        super().__init__("backup_drawer", tr("One backup"), width=360)
        self._is_demo = is_demo
        self._kept: Kept | None = None
        self.head = self.add_section(tr("Backup"), "backup_drawer_head", can_close=True)
        self.facts = Facts("backup_facts", tr("This backup"), label_width=84)
        self.head.body.addWidget(self.facts)
        self.file = Label("", "helper", "muted", is_wrapped=True)
        self.head.body.addWidget(self.file)
        self.ask = self.add_section(
            tr("Try a restore"),
            "backup_drawer_try",
            subtitle=tr("It is opened in a temporary store, checked and counted; then that store is deleted."),
        )
        self.edit = SecretEdit("backup_passphrase_show")
        self.field = Field(
            tr("Passphrase of the backup"),
            self.edit,
            "backup_passphrase_edit",
            helper=tr("The one in force when it was made, or the recovery key."),
        )
        self.field.setVisible(not is_demo)
        self.ask.body.addWidget(self.field)
        self.result = self.add_section(tr("What it holds, and what it would replace"), "backup_drawer_result")
        self.verdict = Badge("")
        self.held = Facts("backup_held", tr("What the backup holds, and the store now"), label_width=96)
        self.honest = Label("", "helper", "muted", is_wrapped=True)
        for part in (self.verdict, self.held, self.honest):
            self.result.body.addWidget(part)
        self.drop = Button(tr("Delete"), "backup_drop_button", kind="quiet")
        self.try_button = Button(tr("Try a restore"), "backup_try_button")
        self.restore = Button(tr("Restore this backup"), "backup_restore_button", kind="primary")
        self.drop.clicked.connect(self.dropped)
        self.try_button.clicked.connect(self._try)
        self.edit.returnPressed.connect(self._try)
        self.restore.clicked.connect(lambda: self.restored.emit(self.edit.text()))
        bar = ActionBar("backup_drawer_bar")
        bar.add_left(self.drop)
        bar.add_right(self.try_button, self.restore)
        self.set_footer(bar)
        self.hide()

    @property
    def kept(self) -> Kept | None:
        """The backup that is shown."""
        return self._kept

    def put(self, kept: Kept) -> None:
        """Show a backup; one that is shown already keeps what was tried."""
        if self._kept == kept:
            return
        self._kept = kept
        is_store = kept.why == "before-restore"
        self.head.title.put(tr("Replaced store") if is_store else tr("Backup"))
        self.facts.put(head_facts(kept))
        self.file.put(kept.path.name)
        self.edit.clear()
        self.field.set_mistake("")
        self.drop.setVisible(is_store)
        self._show_result(is_on=False)
        self.busy(is_on=False)

    def busy(self, *, is_on: bool) -> None:
        """While it is tried."""
        self.try_button.put(tr("Trying…") if is_on else tr("Try a restore"))
        self.try_button.setEnabled(not is_on)
        self.edit.setEnabled(not is_on)

    def fail(self, words: str) -> None:
        """It did not open."""
        self.busy(is_on=False)
        if self._is_demo:
            self._show_result(is_on=False)
            self.ask.put_subtitle(words)
        else:
            self.field.set_mistake(words)
            self.edit.setFocus()
        a11y.announce(self.edit, words, is_urgent=True)

    def show_tried(self, tried: Tried, now: Contents) -> None:
        """What it holds, and what it would replace."""
        self.busy(is_on=False)
        self.field.set_mistake("")
        if tried.is_trail_whole:
            said = tr("Opens; audit trail whole, {count} rows", count=f"{tried.audit_rows:,}")
            self.verdict.put(said, "ok", "check-circle")
        else:
            said = tr("Opens; audit trail broken after row {row}", row=f"{tried.last_good_row:,}")
            self.verdict.put(said, "bad", "warning-circle")
        self.held.put(compared(tried.contents, now))
        self.honest.put(
            tr(
                "Restoring puts the backup in the place of this store. The store of now is kept in a folder beside it, "
                "and the Outbox is paused until somebody lets it send again."
            )
        )
        self._show_result(is_on=True)
        a11y.announce(self.verdict, said)
        self.restore.setFocus()

    def _show_result(self, *, is_on: bool) -> None:
        self.result.setVisible(is_on)
        self.restore.setVisible(is_on)

    def _try(self) -> None:
        if not self.edit.text() and not self._is_demo:
            self.field.set_mistake(tr("Type the passphrase."))
            self.edit.setFocus()
            return
        self.busy(is_on=True)
        self.tried.emit(self.edit.text())
