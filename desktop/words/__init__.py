"""All words of the window go through `tr`, so that they can be translated and never glued."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "chartmend"


def tr(text: str, /, **values: object) -> str:
    """The words in the language of the window, with {named} places filled in after translation."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated
