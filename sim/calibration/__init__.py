"""Fitting the behavioural coefficients to real summits, and testing how much that can teach."""
