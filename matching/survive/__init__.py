"""Survivorship: which record is kept and which value each field of the golden record carries. One rule per file."""

from matching.survive._compose import Kept, compose
from matching.survive._keep import suggest_keep

__all__ = ["Kept", "compose", "suggest_keep"]
