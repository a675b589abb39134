"""Keeping patients out of sight: locking, covering."""
