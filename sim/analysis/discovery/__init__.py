"""Scenario discovery: where among the inputs does something happen, in boxes and in a tree."""
