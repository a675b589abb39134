"""Connections: a card for each connected system, its test, and adding another.

Object names: connections_list, connections_add_button, connection_<name>_pull, connection_<name>_test,
connection_<name>_write, connections_test_drawer, connections_form.
"""

from desktop.pages.connections.page import PAGE

__all__ = ["PAGE"]
