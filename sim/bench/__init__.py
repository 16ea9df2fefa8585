"""The bench: real negotiations, coded by written rules, to forecast and to score."""
