"""One self-contained page of any folder of results: reading, figures, tables and their origin."""

from .write import write_report

__all__ = ["write_report"]
