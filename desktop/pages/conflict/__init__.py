"""Conflict: a record changed in the other system after the decision; choose field by field.

Object names: conflict_list, conflict_back_button, conflict_title_label, conflict_table, conflict_other_edit,
conflict_other_why_edit, conflict_other_button, conflict_drop_button, conflict_later_button, conflict_left_label,
conflict_send_button. Actions: act_next, act_previous, act_later.
"""

from desktop.pages.conflict.page import PAGE

__all__ = ["PAGE"]
