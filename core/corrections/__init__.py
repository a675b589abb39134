"""Corrections: building them, the outbox, sending, verifying, conflicts."""
