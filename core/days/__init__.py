"""Closing a day of charges: what each visit counts as, explanations, signatures, and what changed after them."""
