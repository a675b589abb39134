"""The gallery shows every part, each part has a name, and the pictures are written."""

import pytest
from PySide6.QtGui import QImage

from desktop import a11y, theme
from desktop.widgets.gallery import SHEETS, SIZE, draw


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_interactive_part_has_a_name_and_an_identifier(name, qapp, qtbot):
    theme.apply(qapp, "light")
    sheet = SHEETS[name]()
    qtbot.addWidget(sheet)
    assert [(type(part).__name__, part.objectName()) for part in a11y.unnamed(sheet)] == []


@pytest.mark.parametrize("mode", ["light", "dark", "contrast"])
def test_a_sheet_is_written_in_the_size_of_the_smallest_window(qapp, tmp_path, mode):
    image = QImage(str(draw(qapp, tmp_path, "patients", mode)))
    assert image.size() == SIZE
    shades = {image.pixelColor(x, 400).name() for x in range(0, image.width(), 3)}
    assert len(shades) > 5
    theme.apply(qapp, "light")


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"components", "states", "today"}))
def test_pages_fit_the_smallest_window_at_twice_the_type_size(qapp, tmp_path, name):
    image = QImage(str(draw(qapp, tmp_path, name, "light", 2.0)))
    assert image.width() == SIZE.width()
    theme.apply(qapp, "light")


def test_a_part_without_a_name_is_found(qtbot):
    from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

    page = QWidget()
    qtbot.addWidget(page)
    bare = QPushButton()
    QVBoxLayout(page).addWidget(bare)
    assert list(a11y.unnamed(page)) == [bare]
    a11y.name_widget(bare, "page_go_button", "Go")
    assert list(a11y.unnamed(page)) == []
