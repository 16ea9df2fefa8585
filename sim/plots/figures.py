"""The figures of an ensemble as files."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure, SubFigure

from . import style
from .accessor import Plots

if TYPE_CHECKING:
    from ..ensemble import Ensemble

NAMES = ("outcomes", "terms", "side_letters", "text_path", "blockers")
DPI = 160


def write_figures(ensemble: Ensemble, folder: Path) -> list[Path]:
    """Write every figure of `NAMES` as PNG and SVG.

    The same ensemble gives the same bytes with the same version of matplotlib.

    Parameters
    ----------
    ensemble
        The runs.
    folder
        Made if it is not there.

    Returns
    -------
    list of Path
        The files, in order of `NAMES`, PNG before SVG.
    """
    plot = Plots(ensemble)
    return write_drawn({name: getattr(plot, name) for name in NAMES}, folder)


def write_drawn(
    figures: Mapping[str, Callable[[], Axes | Figure | SubFigure]], folder: Path
) -> list[Path]:
    """Write figures by name as PNG and SVG, without a window and with the same bytes every time.

    Parameters
    ----------
    figures
        What draws each of them.
    folder
        Made if it is not there.

    Returns
    -------
    list of Path
        The files, in order of the names, PNG before SVG.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with style.off_screen(), mpl.rc_context(style.STYLE), warnings.catch_warnings():
        # A sign that the font lacks, such as an emoji in a name, is drawn as a box; no more to say.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        for name, draw in figures.items():
            drawn = draw()
            figure = cast(Figure, drawn.figure if isinstance(drawn, Axes) else drawn)
            figure.set_dpi(DPI)
            figure.draw_without_rendering()
            figure.set_layout_engine("none")  # the places found once serve both files
            png, svg = folder / f"{name}.png", folder / f"{name}.svg"
            FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
            FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None})  # type: ignore[no-untyped-call]
            paths += [png, svg]
    return paths
