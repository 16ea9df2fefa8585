"""What runs say: summaries, and the story of a single one."""
