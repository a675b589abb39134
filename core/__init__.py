"""Everything with side effects but no Qt: store, connectors, ingest, outbox, audit, command line."""
