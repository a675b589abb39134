"""Everything that knows Qt: the window, its pages and widgets. No SQL and no HTTP here."""
