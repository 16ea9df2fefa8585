"""The negotiation compiled: many runs in one call."""
