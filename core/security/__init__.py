"""Secrets, roles and what each may do."""
