"""The offline pack: what is on this computer, how old it is, and "Refresh before I leave".

Object names: offline_refresh_button, offline_table, offline_pack_facts, offline_limits_card, offline_identity_pick,
offline_billing_pick, offline_estimate_label.
"""

from desktop.pages.offline.page import PAGE

__all__ = ["PAGE"]
