"""Batch accept: many plain pairs together, after a blind check of a sample and with a second person.

Object names: batch_<rule set>_card, batch_<rule set>_<percent>_button, batch_pair_table, batch_same_button,
batch_apart_button, batch_undo_button, batch_stop_button, batch_stage_button, batch_approve_button, batch_back_edit,
batch_back_button. Actions: act_same, act_apart, act_undo.
"""

from desktop.pages.batch.page import PAGE

__all__ = ["PAGE"]
