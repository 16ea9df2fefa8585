"""The two engines: the Mesa model whose agents call the rules, and the same rules compiled."""
