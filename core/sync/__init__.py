"""Pulling: streams, watermarks, resume, and what could not be read."""
