"""The file mapping: what each column of a kind of file becomes, checked over all rows before anything is kept.

Object names: mapping_page, mapping_table, mapping_column_<place>_target, mapping_column_<place>_format, mapping_files,
mapping_entity, mapping_ignore_button, mapping_use_button, mapping_check_button, mapping_problems_table,
mapping_reject_button, mapping_back_button.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.errors import Cancelled
from core.jobs import Job
from core.sheets.check import Checked, Folder, Problem, SheetKind, unknown_words
from core.sheets.mapping import FileMapping
from core.sheets.suggest import format_of, suggest
from core.sheets.targets import IGNORE, SHEET_ENTITIES
from core.usecases.drafts import Draft, check_mapping, look_into, write_rejected
from desktop import a11y
from desktop.pages._page import PageContext, words_of
from desktop.pages.connections.mapping_check import CheckPane
from desktop.pages.connections.mapping_more import MoreRows
from desktop.pages.connections.mapping_row import ColumnRow
from desktop.pages.connections.mapping_words import entity_words
from desktop.theme import px
from desktop.widgets.bars import ActionBar, Toolbar
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.pick import Pick
from desktop.widgets.state_stack import StateStack
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr


class MappingPage(QWidget):
    """`finished(draft)` brings the draft with its mappings, `closed` goes back without."""

    finished = Signal(object)
    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "mapping_page", tr("Columns"))
        self.context = context
        self._draft = Draft("csv")
        self._folder = Folder((), ())
        self._mappings: dict[str, FileMapping] = {}
        self._earlier: set[str] = set()  # signatures whose mapping was saved earlier
        self._used: set[str] = set()
        self._kind: SheetKind | None = None
        self._rows: list[ColumnRow] = []
        self._checked: Checked | None = None
        self._is_accepted = False
        self._job: Job | None = None
        self._build()

    def _build(self) -> None:
        self.files = Pick(tr("Files"), [("", "")], "mapping_files")
        self.files.picked.connect(self._show_kind)
        entities = [(entity, entity_words(entity)) for entity in SHEET_ENTITIES]
        self.entity = Pick(tr("They hold"), entities, "mapping_entity")
        self.entity.picked.connect(self._hold)
        self.told = Label("", "body", "muted")
        self.bar = Toolbar("mapping_toolbar")
        self.bar.add_left(self.files, self.entity, self.told)
        self.foot = self._foot()
        self.rows_body = QWidget()
        set_ground(self.rows_body, "surface")
        self._column = QVBoxLayout(self.rows_body)
        margins(self._column, 0, 0, 0, 0)
        self.more = MoreRows()
        self.more.fixed.connect(self._fix)
        self.more.meant.connect(self._mean)
        self._column.addWidget(self.more)
        self._column.addStretch(1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(self.rows_body)
        a11y.name_widget(self.scroller, "mapping_table", tr("Columns"))
        self.check = CheckPane()
        self.check.asked.connect(self._check)
        self.check.stopped.connect(self._stop)
        self.check.jumped.connect(self._jump)
        self.check.rejected.connect(self._reject)
        middle = QWidget()
        across = QHBoxLayout(middle)
        margins(across, 0, 0, 0, 0)
        across.addWidget(self.scroller, 1)
        across.addWidget(self.check)
        body = QWidget()
        body.setObjectName("mapping_body")
        column = QVBoxLayout(body)
        margins(column, 0, 0, 0, 0)
        for part, stretch in ((self.bar, 0), (middle, 1), (self.foot, 0)):
            column.addWidget(part, stretch)
        self.stack = StateStack(body, "mapping_state", self)
        outer = QVBoxLayout(self)
        margins(outer, 0, 0, 0, 0)
        outer.addWidget(self.stack)

    def _foot(self) -> ActionBar:
        self.back = Button(tr("Back"), "mapping_back_button")
        self.back.clicked.connect(self._leave)
        self.later = Button(tr("Leave the other files for later"), "mapping_later_button", kind="quiet")
        self.later.clicked.connect(lambda: self.finished.emit(self._draft))
        self.rest = Button(tr("Ignore the rest"), "mapping_ignore_button")
        self.rest.clicked.connect(self._ignore_rest)
        self.use = Button(tr("Use these columns"), "mapping_use_button", kind="primary")
        self.use.clicked.connect(self._use)
        self.hint = Label("", "body", "muted")
        self.hint.setObjectName("mapping_hint_label")
        bar = ActionBar("mapping_bar")
        bar.add_left(self.back, self.later)
        bar.add_right(self.hint, self.rest, self.use)
        return bar

    # Opening.

    def open(self, draft: Draft) -> None:
        """Look into the draft's folder, and show its first kind of file that has no mapping."""
        self._draft, desk = draft, self.context.desk
        self._used = {mapping.signature for mapping in draft.columns}
        self._job = Job()
        self.stack.show_loading(tr("Looking into the files…"))
        self.context.tasks.run(
            lambda: look_into(desk, draft), done=self._put, failed=self._fail, owner=self, job=self._job
        )

    def _fail(self, error: BaseException) -> None:
        words = words_of(error)
        back = Action(tr("Back"), self.closed.emit)
        self.stack.show_error(words.what, words.safe, words.todo, words.code, back)

    def _put(self, looked: tuple[Folder, dict[str, FileMapping]]) -> None:
        self._folder, earlier = looked
        if not self._folder.kinds:
            text = "\n".join(f"{name}: {reason}" for name, reason in self._folder.unreadable[:3])
            back = Action(tr("Back"), self.closed.emit)
            self.stack.show_empty("not_set_up", tr("There is no table in this folder"), text, [back])
            return
        today = self.context.desk.clock.today()
        own = {mapping.signature: mapping for mapping in self._draft.columns}
        self._earlier = set(earlier) - set(own)
        self._mappings = {
            kind.signature: own.get(kind.signature) or earlier.get(kind.signature)
            or suggest(kind.names, kind.rows, today)
            for kind in self._folder.kinds
        }  # fmt: skip
        first = next((k for k in self._folder.kinds if k.signature not in self._used), self._folder.kinds[0])
        self._put_files(first.signature)
        self.stack.show_ready()
        self._show_kind(first.signature)
        self.files.setFocus()

    def _put_files(self, signature: str) -> None:
        options = [(kind.signature, self._files_words(kind)) for kind in self._folder.kinds]
        self.files.set_options(options, signature)
        self.files.setEnabled(len(options) > 1)

    def _files_words(self, kind: SheetKind) -> str:
        name = kind.files[0] if len(kind.files[0]) <= 40 else f"…{kind.files[0][-39:]}"
        words = name if len(kind.files) == 1 else tr("{name} and {count} more", name=name, count=len(kind.files) - 1)
        return tr("{files} ✓", files=words) if kind.signature in self._used else words

    def _show_kind(self, signature: str) -> None:
        self._kind = next(kind for kind in self._folder.kinds if kind.signature == signature)
        self._checked, self._is_accepted = None, False
        self.check.forget()
        self._make_rows()
        self._refresh()

    def _make_rows(self) -> None:
        assert self._kind is not None
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        today, mapping = self.context.desk.clock.today(), self._mapping
        self._rows = [ColumnRow(place, self._kind, mapping.entity, today) for place in range(len(mapping.columns))]
        for place, row in enumerate(self._rows):
            row.chosen.connect(self._choose)
            row.read_as.connect(self._read_as)
            self._column.insertWidget(place, row)
        a11y.set_tab_order(*[part for row in self._rows for part in (row.target, row.form)])
        self.entity.set_value(mapping.entity)

    # Changing.

    @property
    def _mapping(self) -> FileMapping:
        assert self._kind is not None
        return self._mappings[self._kind.signature]

    def _change(self, mapping: FileMapping) -> None:
        self._mappings[mapping.signature] = mapping
        self._used.discard(mapping.signature)
        if self._checked is not None or self._job is not None:
            self._stop()
            self._checked, self._is_accepted = None, False
            self.check.forget(tr("The columns were changed. Check all rows again."))
        self._refresh()

    def _choose(self, place: int, target: str) -> None:
        assert self._kind is not None
        values = [row[place] for row in self._kind.rows]
        changed = self._mapping.with_column(place, target=target, format="")
        found = changed.target_of(place)
        if found is not None:
            form = format_of(found, values, self.context.desk.clock.today()).name
            changed = changed.with_column(place, format=form)
            if found.id in changed.fixed:  # a column says it now
                changed = replace(changed, fixed={k: v for k, v in changed.fixed.items() if k != found.id})
        self._change(changed)

    def _read_as(self, place: int, form: str) -> None:
        self._change(self._mapping.with_column(place, format=form))

    def _hold(self, entity: str) -> None:
        assert self._kind is not None
        names, rows = self._kind.names, self._kind.rows
        self._change(suggest(names, rows, self.context.desk.clock.today(), entity))
        self._make_rows()
        self._refresh()

    def _fix(self, field: str, value: str) -> None:
        fixed = {**self._mapping.fixed, field: value}
        self._change(replace(self._mapping, fixed={name: one for name, one in fixed.items() if one}))

    def _mean(self, field: str, their: str, ours: str) -> None:
        words = {**self._mapping.words.get(field, {}), their: ours}
        self._change(replace(self._mapping, words={**self._mapping.words, field: words}))

    def _ignore_rest(self) -> None:
        mapping = self._mapping
        for place in mapping.undecided():
            mapping = mapping.with_column(place, target=IGNORE)
        self._change(mapping)

    def _refresh(self) -> None:
        mapping = self._mapping
        for row in self._rows:
            row.put(mapping)
            row.mark(False)
        unknown = unknown_words(self._checked, mapping) if self._checked is not None else {}
        assert self._kind is not None
        self.more.put(mapping, self._kind, [word for words in unknown.values() for word in words])
        undecided = mapping.undecided()
        self.rest.setVisible(bool(undecided))
        is_one = len(undecided) == 1
        self.rest.put(tr("Ignore it") if is_one else tr("Ignore these {count}", count=len(undecided)))
        self.check.set_possible(mapping.is_complete, is_next=self._checked is None)
        self.told.put(self._told(mapping))
        hint, is_ready = self._hint(mapping)
        self.hint.put(hint)
        self.use.setEnabled(is_ready)
        others = [k for k in self._folder.kinds if k.signature not in self._used]
        self.later.setVisible(bool(self._used) and bool(others))

    def _told(self, mapping: FileMapping) -> str:
        if mapping.signature in self._earlier:
            return tr("Saved earlier for files with these headings.")
        suggested = sum(column.is_suggested for column in mapping.columns)
        if not any(column.target for column in mapping.columns):
            return tr("No heading is known here. Does the first line name the columns?")
        return tr("{count} suggested: look at them.", count=suggested) if suggested else ""

    def _hint(self, mapping: FileMapping) -> tuple[str, bool]:
        if undecided := mapping.undecided():
            if len(undecided) == 1:
                return tr("One column is neither mapped nor ignored"), False
            return tr("{count} columns are neither mapped nor ignored", count=len(undecided)), False
        if mapping.doubled():
            return tr("Two columns feed one field"), False
        if mapping.missing():
            return tr("Something that every row needs is missing"), False
        if self._checked is None:
            return tr("Check all rows first"), False
        if self._checked.must_fix and not self._is_accepted:
            if self._checked.must_fix == 1:
                return tr("One row must be fixed, or left out"), False
            return tr("{count} rows must be fixed, or left out", count=f"{self._checked.must_fix:,}"), False
        return "", True

    # Checking.

    def _check(self) -> None:
        desk, draft, mapping = self.context.desk, self._draft, self._mapping
        job = Job()
        self._job = job
        self.check.watch(job)

        def put(checked: Checked) -> None:
            if self._job is job:
                self._job, self._checked = None, checked
                self.check.put(checked)
                self._refresh()

        def fail(error: BaseException) -> None:
            if self._job is job:
                self._job = None
                is_stopped = isinstance(error, Cancelled)
                self.check.forget(tr("Stopped.") if is_stopped else words_of(error).sentence())

        self.context.tasks.run(
            lambda: check_mapping(desk, draft, mapping, job), done=put, failed=fail, owner=self, job=job
        )

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _jump(self, problem: Problem) -> None:
        """To the column that a problem speaks of."""
        for place, row in enumerate(self._rows):
            is_it = bool(problem.column) and self._mapping.columns[place].name == problem.column
            row.mark(is_it)
            if is_it:
                target = self._mapping.target_of(place)
                is_word = target is not None and target.kind == "word"
                self.scroller.ensureWidgetVisible(self.more if is_word else row, 0, px(56))

    def _reject(self) -> None:
        dialog = QFileDialog(self, tr("Where to write the rows that are left out"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(tr("rejected rows.csv"))
        dialog.fileSelected.connect(self.write_rejected_to)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def write_rejected_to(self, path: str) -> None:
        """Write the rows that cannot be used to a file, and go on with the good ones."""
        desk, draft, mapping, job = self.context.desk, self._draft, self._mapping, Job()

        def put(count: int) -> None:
            self._is_accepted = True
            many = tr("{count} rows were written aside.", count=f"{count:,}")
            self.context.shell.toast(tr("One row was written aside.") if count == 1 else many)
            self._refresh()

        self.context.tasks.run(
            lambda: write_rejected(desk, draft, mapping, Path(path), job),
            done=put,
            failed=lambda why: self.context.shell.toast(words_of(why).sentence()),
            owner=self,
            job=job,
        )

    def _use(self) -> None:
        confirmed = replace(
            self._mapping, columns=tuple(replace(one, is_suggested=False) for one in self._mapping.columns)
        )
        self._draft = self._draft.with_mapping(confirmed)
        self._mappings[confirmed.signature] = confirmed
        self._used.add(confirmed.signature)
        left = [kind for kind in self._folder.kinds if kind.signature not in self._used]
        if not left:
            self.finished.emit(self._draft)
            return
        self._put_files(left[0].signature)
        self._show_kind(left[0].signature)

    def _leave(self) -> None:
        self._stop()
        self.closed.emit()
