"""``hardliner``: holds the opening text to the end and grants nothing."""
