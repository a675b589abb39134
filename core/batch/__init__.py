"""Accepting many plain pairs at once: which ones, a blind check of a sample, and what that check can promise."""
