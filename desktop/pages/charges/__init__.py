"""Charges: close the day.

Object names: charges_day_label, charges_previous_button, charges_next_button, charges_difference_label,
charges_gap_tabs, charges_ledger_table, charges_drawer, charges_accept_button, charges_explain_button,
charges_code_edit, charges_reason_edit, charges_undo_button.
"""

from desktop.pages.charges.page import PAGE

__all__ = ["PAGE"]
