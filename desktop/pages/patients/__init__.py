"""Duplicate patients: the review queue.

Object names: patients_tabs, patients_filter_edit, patients_queue_list, patients_reason (its text:
patients_reason_label), patients_compare_table, patients_stop (its text: patients_stop_label), patients_keep_combo,
patients_merge_button, patients_apart_button, patients_unsure_button, patients_reopen_button, patients_undo_button,
patients_evidence_button, patients_evidence_chart, patients_evidence_drawer, patients_moves, patients_steps,
patients_note_edit, patients_note_button, patients_why_edit, patients_why_button, patients_apart_1 to _5,
patients_redo_button, patients_find_button, patients_ask_button, patients_ask_role_combo, patients_ask_edit,
patients_ask_send_button, patients_question_label, patients_answer_edit, patients_answer_button,
patients_withdraw_button; in the tab Search patients_search_a_edit, patients_search_a_list, the same with b,
patients_search_table, patients_search_stop, patients_raise_button.
Actions: act_next, act_previous, act_same, act_apart, act_unsure, act_ask, act_switch, act_note, act_evidence, act_undo,
act_redo, act_filter, act_fold.
"""

from desktop.pages.patients.page import PAGE

__all__ = ["PAGE"]
