"""Backups of the store: making and checking them, trying one, and bringing one back."""
