"""Charges: close the day.

Object names: charges_day_label, charges_previous_button, charges_next_button, charges_days_button, charges_site_pick,
charges_provider_pick, charges_view_pick, charges_undo_button, charges_lag_button, charges_export_button,
charges_difference_label, charges_close_button, charges_closed_banner, charges_changed_banner, charges_reopen_edit,
charges_gap_tabs, charges_ledger_table, charges_totals, charges_drawer, charges_accept_button, charges_explain_button,
charges_link_button, charges_note_open_button, charges_draft_form, charges_draft_code_0, charges_template_pick,
charges_follow_up_pick, charges_reason_edit, charges_reason_courtesy, charges_links_table, charges_code_edit.
"""

from desktop.pages.charges.page import PAGE

__all__ = ["PAGE"]
