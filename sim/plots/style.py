"""One look for all figures, and the few parts that they share.

The look lives in a dict that each figure applies for the time of its making; nothing is changed at
import, so a user's own settings and backend stay as they are. Colours are those of Okabe and Ito
(2008), which colour-blind people tell apart; what must be told apart in grey also differs in
hatch, marker or line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from textwrap import fill
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FuncFormatter

if TYPE_CHECKING:
    from ..scenario.resolve import Resolved

P = ParamSpec("P")
R = TypeVar("R")

INK, SOFT, GRID = "#222222", "#595959", "#d9d9d9"
BLUE, SKY, GREEN = "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILLION, PURPLE, YELLOW = "#E69F00", "#D55E00", "#CC79A7", "#F0E442"
#: What is no term of the text: outcomes, side letters, members on board.
PALE, SLATE, DARK = "#BCC7D6", "#7488A3", "#34465E"

# Blues, as what does not take part is grey; below 0 they turn to orange.
_ABOVE = ("#e4eff7", SKY, BLUE, "#08306b")
_BELOW = ("#5c2400", VERMILLION, "#f2b27c", "#f7f3ee")
#: Colours of shares and other numbers from 0 on, and of numbers on both sides of 0.
UPWARD = LinearSegmentedColormap.from_list("upward", _ABOVE)
BOTH_WAYS = LinearSegmentedColormap.from_list("both_ways", (*_BELOW, *_ABOVE))

# Neighbours in a scenario differ in lightness too.
_TERMS = (BLUE, ORANGE, VERMILLION, SKY, GREEN, PURPLE, YELLOW)
#: Hatch of what is wanted lower or higher.
HATCH = {"lower": "", "higher": "///"}

STYLE: Any = {
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "text.parse_math": False,  # a $ in a name is a dollar, not the beginning of a formula
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.handlelength": 2.2,
    "figure.titlesize": 15,
    "hatch.linewidth": 0.9,
    "lines.linewidth": 2.2,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
    "date.converter": "concise",
    "svg.hashsalt": "summitry",
    "svg.fonttype": "path",
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw with the common look and leave the settings of matplotlib as they were."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(STYLE):
            drawn = draw(*args, **kwargs)
            interactive = mpl.is_interactive()
        # The backend of a notebook loads at its first figure and turns this on.
        mpl.interactive(interactive)
        return drawn

    return inside


def term_colours(scenario: Resolved) -> dict[str, str]:
    """The colour of each term in every figure, by its place in the scenario; seven have one."""
    written = (term.name for term in scenario.terms if term.written)
    return dict(zip(written, _TERMS, strict=False))


_off_screen: ContextVar[bool] = ContextVar("off_screen", default=False)


@contextmanager
def off_screen() -> Iterator[None]:
    """Within it, new figures are for files only: no window, no notebook and no pyplot."""
    token = _off_screen.set(True)
    try:
        yield
    finally:
        _off_screen.reset(token)


def new_figure(width: float, height: float) -> Figure:
    """A figure of this size (inches) that a notebook shows, with room made for every text."""
    if _off_screen.get():
        return Figure(figsize=(width, height), layout="constrained")
    from matplotlib import pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """The axes of the user, or those of a new figure of this size (inches)."""
    return ax if ax is not None else new_figure(width, height).add_subplot()


def head(where: Axes | Figure | SubFigure, question: str, note: str = "") -> None:
    """Write the question that a figure answers, and below it what was counted."""
    text = "\n".join(line for line in (question, note) if line)
    if isinstance(where, Axes):
        where.set_title(text)
    else:
        where.suptitle(text, x=0.02, ha="left")


def percent_axis(axis: Any) -> None:
    """Show shares as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g}"))


def value_column(ax: Axes, texts: Sequence[str]) -> None:
    """Write one text beside each row 0, 1, ... of horizontal bars, right of the axes."""
    column = ax.secondary_yaxis("right")
    column.set_yticks(range(len(texts)), texts)
    column.tick_params(length=0, pad=8)
    column.spines[:].set_visible(False)


def rows(ax: Axes, names: Sequence[str], width: int = 22) -> None:
    """Name rows 0, 1, ... from the top, long names on two lines."""
    ax.set_yticks(range(len(names)), [two_lines(name, width) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def two_lines(name: str, width: int) -> str:
    """A name on at most two lines of about ``width`` characters."""
    lines = fill(name, width, max_lines=2, placeholder=" ...").split("\n")
    return "\n".join(cut(line, width + 4) for line in lines)


def cut(text: str, width: int) -> str:
    """A text of at most ``width`` characters."""
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def words(name: str) -> str:
    """A level, outcome or attribute as words; what begins with ``us_`` is of the United States."""
    return re.sub("^us_", "US_", name).replace("_", " ")


def sentence(text: str) -> str:
    """A text that begins with a capital; the rest stays as it is, names and codes too."""
    return text[:1].upper() + text[1:]


def runs_of(n: int) -> str:
    """A number of runs in words."""
    return count(n, "run") if n > 1 else "one run"


def first_of(n: int, of: int | None) -> str:
    """Which runs are shown in words: ``the first 500 of 10,000 runs``; all of them for None."""
    return runs_of(n) if of is None or of <= n else f"the first {n:,} of {runs_of(of)}"


def count(n: int, what: str) -> str:
    """A number of things in words: ``1 deal``, ``2,000 deals``."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def say(ax: Axes, text: str) -> None:
    """Say in the middle of empty axes why they are empty."""
    ax.text(
        0.5,
        0.5,
        text,
        transform=ax.transAxes,
        ha="center",
        va="center",
        color=SOFT,
        bbox={"color": "white", "pad": 4},
    )


def sparse(places: Sequence[int], most: int) -> list[int]:
    """At most ``most`` of the places, evenly spaced, for ticks."""
    stride = -(-len(places) // most)
    return list(places[::stride])


def round_places(values: Sequence[float], most: int) -> list[int]:
    """Places of at most ``most`` evenly spaced values, round ones if the grid has them."""
    if len(values) <= most:
        return list(range(len(values)))
    step = values[1] - values[0]
    for nice in ((1, 2, 2.5, 5), (4,)):
        for apart in (step * stride for stride in range(2, len(values))):
            mantissa = round(apart / 10 ** math.floor(math.log10(apart)), 6)
            places = [j for j, v in enumerate(values) if abs(v / apart - round(v / apart)) < 1e-6]
            if mantissa in nice and min(3, most) <= len(places) <= most:
                return places
    return sparse(range(len(values)), most)
