"""Forecasts that cannot be changed afterwards, and their grading when the outcome is known."""
