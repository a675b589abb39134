"""Outbox: every correction on its way out, and what to do about each.

Object names: outbox_tabs, outbox_table, outbox_drawer, outbox_send_button, outbox_undo_button, outbox_drop_button,
outbox_main_button, outbox_steps.
"""

from desktop.pages.outbox.page import PAGE

__all__ = ["PAGE"]
