"""The pages: one file or folder each, exposing PAGE; discovered, never listed."""
