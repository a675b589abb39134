"""Approvals: decisions that a second person has to agree to, one card each.

Object names: approvals_list, approvals_head, approvals_reason, approvals_stop, approvals_table, approvals_notes_label,
approvals_reveal_button, approvals_back_edit, approvals_back_button, approvals_note_edit, approvals_note_button,
approvals_send_back_button, approvals_write_button, approvals_open_button, approvals_own_label,
approvals_approve_button.
"""

from desktop.pages.approvals.page import PAGE

__all__ = ["PAGE"]
