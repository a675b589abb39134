"""Matching runs over the store: which records are one person."""
