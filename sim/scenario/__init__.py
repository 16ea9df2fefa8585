"""Scenarios: from YAML to a checked, complete summit; the built-in members and their data."""
