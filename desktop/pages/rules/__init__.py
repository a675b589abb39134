"""Match rules: what matching goes by, what other thresholds would do, and what was left out.

Object names: rules_tabs, rules_fields_table, rules_level_facts, rules_<threshold>_edit, rules_try_button,
rules_apply_button, rules_moves_table, rules_calibration_table, rules_calibration_button, rules_history_table,
rules_back_button, rules_keys_table, rules_aside_table, rules_weak_button, rules_weak_table.
"""

from desktop.pages.rules.page import PAGE

__all__ = ["PAGE"]
