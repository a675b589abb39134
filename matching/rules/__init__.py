"""The rule catalogue: one rule per file, exposing RULE. A rule is a pure function of a case and its context."""
