"""``hardliner``: holds the opening text to the end and grants nothing."""

NAME = "hardliner"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = False, False, False, False
REFERENCE = "the null of no mediation"
