"""The pages: read state, call a service, draw."""
