"""The database: models, engine, mapping to domain objects. Queries take a session; only services commit."""
