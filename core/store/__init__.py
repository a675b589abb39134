"""The encrypted store: one SQLCipher file, one writer, many readers. Nothing outside core opens it."""
