"""The rules of the negotiation: pure functions of numbers, called by both engines."""
