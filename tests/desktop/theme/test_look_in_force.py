"""A look is put in force as a whole: fonts, palette, sheet, icons and signal."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.theme.fonts import ROLES
from desktop.theme.icons import NAMES
from desktop.theme.look import Look
from desktop.theme.qss import build_sheet
from desktop.theme.tokens import TABLES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _light(qapp):
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_icon_name_resolves_to_a_glyph_of_the_shipped_font(name):
    import qtawesome

    font = QRawFont.fromFont(qtawesome.font("ph", 16))
    assert font.supportsCharacter(ord(theme.glyph(name)))


def test_an_icon_that_is_not_listed_is_refused():
    with pytest.raises(KeyError, match="no-such-icon"):
        theme.icon("no-such-icon")


def _inked(icon, colour):
    image = icon.pixmap(32, 32).toImage()
    return any(image.pixelColor(x, y).name().upper() == colour for x in range(32) for y in range(32))


def test_an_icon_follows_the_look_without_being_made_again(qapp):
    icon = theme.icon("house", 16, "accent")
    assert _inked(icon, TABLES["light"].accent)
    theme.apply(qapp, "contrast")
    assert _inked(icon, TABLES["contrast"].accent)


def test_the_shipped_font_is_used_and_its_figures_are_of_one_width():
    assert QFontInfo(theme.font("body")).family().startswith("Inter")
    metrics = QFontMetricsF(theme.font("number"))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_type_is_smaller_than_twelve(role):
    assert ROLES[role].size >= 12


def test_scale_multiplies_type_and_measures(qapp):
    theme.apply(qapp, "light", 2.0)
    assert theme.font("body").pixelSize() == 26
    assert theme.px(36) == 72
    assert theme.pane(344) < 2 * 344


@pytest.mark.parametrize("scale", [0.5, 2.5])
def test_a_scale_out_of_range_is_refused(qapp, scale):
    with pytest.raises(ValueError, match="scale"):
        theme.apply(qapp, "light", scale)


def test_a_change_is_told_after_it_is_in_force(qapp):
    seen = []
    theme.changed.connect(lambda: seen.append(theme.current().mode))
    theme.apply(qapp, "dark")
    assert seen == ["dark"]


@pytest.mark.parametrize("mode", sorted(TABLES))
def test_the_sheet_has_no_open_places(mode):
    assert "$" not in build_sheet(Look(mode))


def test_colours_are_written_in_the_token_table_alone():
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|Qt\.(GlobalColor\.)?(white|black|red)")
    places = [
        path.name
        for folder in ("desktop/theme", "desktop/widgets")
        for path in (ROOT / folder).glob("*.py")
        if path.name != "tokens.py" and literal.search(path.read_text(encoding="utf-8"))
    ]
    assert places == []


def _window(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    buttons = [QPushButton("one"), QPushButton("two")]
    for button in buttons:
        column.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window, buttons


def _rings(window):
    from desktop.theme.focus import Ring

    return [ring for ring in window.findChildren(Ring) if ring.isVisible()]


def test_a_key_that_moves_the_focus_shows_one_ring_around_the_widget(qtbot):
    window, (one, two) = _window(qtbot)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert two.hasFocus()
    (ring,) = _rings(window)
    assert ring.geometry() == two.geometry().adjusted(-4, -4, 4, 4)


def test_a_click_on_a_button_shows_no_ring(qtbot, monkeypatch):
    from PySide6.QtGui import QGuiApplication

    window, (one, two) = _window(qtbot)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.LeftButton))
    two.setFocus(Qt.FocusReason.MouseFocusReason)
    assert _rings(window) == []


def test_the_ring_follows_its_widget_and_goes_with_it(qtbot):
    window, (one, _) = _window(qtbot)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    window.resize(500, 300)
    (ring,) = _rings(window)
    assert ring.geometry() == one.geometry().adjusted(-4, -4, 4, 4)
    one.hide()
    assert all(ring.geometry() != one.geometry().adjusted(-4, -4, 4, 4) for ring in _rings(window))


def test_progress_is_drawn_from_tokens(qtbot):
    bar = QProgressBar()
    qtbot.addWidget(bar)
    bar.resize(100, 20)
    bar.setValue(50)
    image = bar.grab().toImage()
    assert image.pixelColor(20, 10).name().upper() == TABLES["light"].accent
    assert image.pixelColor(80, 10).name().upper() == TABLES["light"].blank_bg


def test_icons_are_drawn_inside_their_box(qapp):
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    theme.paint_icon(painter, QRectF(12, 12, 16, 16), "house", "text")
    painter.end()
    inked = [(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha()]
    assert inked
    assert all(11 <= x <= 28 and 11 <= y <= 28 for x, y in inked)
