"""Sensitivity: which inputs matter for the outcome, by how much, and with what certainty."""

from .result import Sensitivity
from .study import METHODS, sensitivity

__all__ = ["METHODS", "Sensitivity", "sensitivity"]
