"""Cleaning: one module per kind of value. Each turns what people typed into one comparable form, or "" for unknown."""
