"""Spreadsheet files (CSV, TSV) as rows of the table format, by a mapping of their columns that a person made."""
