"""Comparators: one file each. Two records' values of one field give a level, with words for people."""
