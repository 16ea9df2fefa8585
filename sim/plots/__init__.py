"""Figures: one function for each question.

Each takes tables (and the resolved scenario), draws on the axes or figure that is given or on a new
one, and returns it. ``ensemble.plot`` offers them without arguments.
"""

from .bars import outcomes, side_letters
from .distributions import terms
from .figures import write_figures
from .maps import member_map, tile_map
from .objecting import blockers, objections, on_board
from .path import text_path

__all__ = [
    "blockers",
    "member_map",
    "objections",
    "on_board",
    "outcomes",
    "side_letters",
    "terms",
    "text_path",
    "tile_map",
    "write_figures",
]
