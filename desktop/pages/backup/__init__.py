"""Backup: make one, see the last good one and its age, try a restore, restore.

Object names: backup_now_button, backup_file_button, backup_last_card, backup_where_card, backup_schedule_pick,
backup_keep_pick, backup_folder_button, backup_beside_button, backup_table, backup_drawer, backup_passphrase_edit,
backup_try_button, backup_restore_button, backup_drop_button, backup_problem_label, backup_disk_label.
"""

from desktop.pages.backup.page import PAGE

__all__ = ["PAGE"]
