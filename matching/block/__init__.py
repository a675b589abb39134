"""Blocking keys: one file each. A key is a cheap value that puts likely pairs in one bucket."""
