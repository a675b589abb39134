"""The read side: one module per page, SQL in, plain values out; no writes."""
