"""Building parts of every page: plain values in, signals out; nothing here knows the store or the rules."""
