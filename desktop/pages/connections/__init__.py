"""Connections: a card for each connected system, its test, the wizard for another, and the columns of files.

Object names: connections_list, connections_add_button, connection_<name>_pull, connection_<name>_test,
connection_<name>_columns, connection_<name>_edit, connection_<name>_pause, connection_<name>_remove,
connection_<name>_remove_yes, connections_test_drawer, connections_form; the others stand in wizard.py and mapping.py.
"""

from desktop.pages.connections.page import PAGE

__all__ = ["PAGE"]
