"""Two small pages, a hidden one and one for approvers, for the real window."""

from PySide6.QtWidgets import QLabel, QListWidget, QVBoxLayout, QWidget

from desktop import a11y
from desktop.pages._page import BasePage, Page

PASSPHRASE = "a few plain words"
PATIENT = "Quillfeather"


class ExamplePage(BasePage):
    """Reads a list; holds a patient's name, as every page does."""

    areas = frozenset({"people"})
    help_id = "patients"

    def __init__(self, context):
        super().__init__(context, "example_page")
        self.times_read = 0
        self.arguments = []
        body = QWidget()
        column = QVBoxLayout(body)
        self.list = QListWidget()
        a11y.name_widget(self.list, "example_list", "Examples")
        column.addWidget(QLabel(PATIENT))
        column.addWidget(self.list)
        self.main = self.list
        self.set_body(body)

    def refresh(self):
        self.load(lambda: [PATIENT], self._put)

    def open_at(self, argument):
        self.arguments.append(argument)

    def _put(self, rows):
        self.times_read += 1
        self.list.clear()
        self.list.addItems(rows)


class SecondPage(ExamplePage):
    areas = frozenset({"outbox"})


PAGES = {
    "patients": Page(
        "patients", "Example people", "users", 10, "see-patients", ExamplePage, count="pairs", word="People"
    ),
    "outbox": Page("outbox", "Second", "paper-plane-tilt", 20, "see-patients", SecondPage, group="upkeep"),
    "conflict": Page("conflict", "Hidden one", "git-fork", 30, "see-patients", SecondPage, group="hidden"),
    "approvals": Page("approvals", "For approvers", "check-square", 40, "approve", SecondPage),
}
