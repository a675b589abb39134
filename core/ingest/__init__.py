"""From raw payloads to canonical records."""
