"""Duplicate people in spreadsheets: one or two text files in, pairs and clusters out. No store is needed or touched."""
