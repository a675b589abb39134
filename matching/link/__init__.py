"""Linking records of one person: visits over systems, bills to visits, services to charge lines."""
