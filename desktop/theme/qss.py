"""The one style sheet, generated from tokens and scale: what Qt's own widgets look like."""

from __future__ import annotations

from string import Template

from desktop.theme.look import Look
from desktop.theme.tokens import TOKEN_NAMES

_SHEET = """
QMainWindow, QDialog { background: $canvas; }
QLabel { background: transparent; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: ${p4}px ${p8}px; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox {
  background: $surface; color: $text; border: 1px solid $control; border-radius: ${p6}px;
  padding: 0 ${p8}px; placeholder-text-color: $muted; selection-background-color: $selection; selection-color: $text; }
QLineEdit, QAbstractSpinBox { min-height: ${p30}px; }
QPlainTextEdit, QTextEdit { padding: ${p6}px ${p8}px; }
QLineEdit[invalid="true"] { border-color: $bad; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled {
  background: $sunken; color: $control; border-color: $border; }
QLineEdit > QToolButton { border: 0; padding: 0; min-height: 0; background: transparent; }
QLineEdit[flat="true"] { border: 0; padding: 0; background: transparent; min-height: 0; }

QPushButton, QToolButton {
  background: $surface; color: $text; border: 1px solid $border; border-radius: ${p8}px;
  padding: 0 ${p12}px; min-height: ${p30}px; font-weight: 500; }
QToolButton { padding: 0 ${p6}px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $accent_soft; }
QPushButton:disabled, QToolButton:disabled { background: $sunken; color: $control; border: 1px $off_edge $border; }
QPushButton:default, QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:hover, QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton:default:pressed { background: $accent_press; border-color: $accent_press; }
QPushButton:default:disabled { background: $sunken; color: $control; border-color: $border; }
QCommandLinkButton { text-align: left; padding: ${p8}px; }

QMenu { background: $surface; color: $text; border: 1px solid $border; border-radius: ${p8}px; padding: ${p4}px; }
QMenu::item { min-height: ${p20}px; padding: ${p6}px ${p24}px ${p6}px ${p10}px; border-radius: ${p6}px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $off_text; }
QMenu::icon { padding-left: ${p8}px; }
QMenu::separator { height: 1px; background: $border; margin: ${p4}px; }

QAbstractItemView {
  background: $surface; color: $text; border: 0; outline: 0;
  selection-background-color: $selection; selection-color: $text; }
QComboBox QAbstractItemView { border: 1px solid $border; padding: ${p4}px; }
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
  background: $surface; color: $muted; border: 0; border-bottom: 1px solid $border;
  padding: 0 ${p8}px; min-height: ${p31}px; font-size: ${p12}px; font-weight: 500; }
QTableCornerButton::section { background: $surface; border: 0; border-bottom: 1px solid $border; }

QScrollArea, QScrollArea > QWidget > QWidget#scroll_body { background: transparent; border: 0; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $track; border: 1px solid $track_edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QGroupBox { border: 1px solid $border; border-radius: ${p10}px; margin-top: ${p8}px; padding: ${p16}px; }
QCheckBox, QRadioButton { spacing: ${p8}px; background: transparent; min-height: ${p24}px; }
QCheckBox:disabled, QRadioButton:disabled { color: $off_text; }
QTabWidget::pane { border: 0; }
QStatusBar::item { border: 0; }

QWidget[ground="canvas"] { background: $canvas; }
QWidget[ground="surface"] { background: $surface; }
QWidget[ground="sunken"] { background: $sunken; }
"""
_MEASURES = (4, 6, 8, 10, 12, 16, 20, 24, 30, 31)


def build_sheet(look: Look) -> str:
    """The style sheet of a look."""
    values = {name: getattr(look.tokens, name) for name in TOKEN_NAMES}
    values |= {f"p{measure}": str(round(measure * look.scale)) for measure in _MEASURES}
    values["off_edge"] = "dashed" if look.is_contrast else "solid"
    values["off_text"] = look.tokens.muted if look.is_contrast else look.tokens.control
    values["track"] = look.tokens.control if look.is_contrast else look.tokens.border
    values["track_edge"] = look.tokens.control if look.is_contrast else look.tokens.border
    return Template(_SHEET).substitute(values)
