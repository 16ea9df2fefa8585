"""``summitry report``: a folder of results as one page that can be mailed, printed and kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pyarrow import ArrowException

from ..errors import SummitryError, visible
from . import page, reading
from .folder import Folder

_TITLES = {
    "run": "Simulated summits",
    "sweep": "A sweep",
    "comparison": "A comparison of scenarios",
    "sensitivity": "What drives the outcome",
    "discovery": "Where does it happen",
    "region": "A regional map",
    "power": "Who is pivotal",
    "goal": "What would it take",
    "backtest": "Past summits",
    "delivery": "After the summit",
    "deu": "Models on decisions of the European Union",
}
#: Studies of many summits: the page is not called after one of them.
_OF_MANY = ("backtest", "deu")
#: Captions of figures; others are named by their file.
_CAPTIONS = {
    "outcomes": "How the summit ends",
    "terms": "What the text says",
    "side_letters": "Who gets a side letter",
    "text_path": "How the text moves from round to round",
    "blockers": "Who objects, to what and until when",
}


def write_report(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write a page with reading, figures, tables and origin of a folder of results.

    The page is one HTML file without scripts and without anything from outside; whatever stands in
    a scenario, a table or a manifest is shown as text.

    Parameters
    ----------
    folder
        Results of ``run``, ``sweep``, ``compare``, ``sensitivity`` or any other study.
    out
        The file; ``report.html`` in the folder if not given.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SummitryError
        If the folder holds no results, or the file cannot be written.
    """
    opened = Folder.open(Path(folder))
    target = Path(out) if out is not None else opened.path / "report.html"
    try:
        text = page.page(*_heading(opened), _sections(opened))
    except (ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise SummitryError(
            f"{opened.path} cannot be read, its files are damaged: {visible(str(error))[:200]}"
        ) from error
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SummitryError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def _heading(f: Folder) -> tuple[str, str]:
    played = f.manifest.get("scenario")
    title = played.get("title") if isinstance(played, dict) else None
    name = str(f.manifest.get("name", ""))
    kind = _TITLES.get(f.kind, f.kind.replace("_", " "))
    if f.kind in _OF_MANY:
        title, kind, name = kind, "", ""
    runs = f.manifest.get("runs")
    counted = f"{runs:,} run{'' if runs == 1 else 's'}" if isinstance(runs, int) else ""
    if f.kind in ("sweep", "region"):
        counted += " of each point"
    written = str(f.manifest.get("written", "")).replace("T", " ").replace("+00:00", " UTC")
    about = [kind, name, counted, written]
    return str(title or name or "Results"), "; ".join(filter(None, about))


def _sections(f: Folder) -> Iterator[tuple[str, str]]:
    yield "Reading", _reading(f)
    figures = "".join(page.figure(png, caption) for caption, png in _figures(f))
    if figures:
        yield "Figures", figures
    tables = "".join(page.table(name, frame, rows) for name, frame, rows in f.tables())
    if tables:
        yield "Tables", tables
    yield "Origin", _origin(f)


def _reading(f: Folder) -> str:
    parts = []
    if f.kind in reading.HINTS:
        parts.append(page.paragraphs([reading.HINTS[f.kind]]))
    if f.ensemble is not None:
        summary = f.ensemble.summary(plausible=False)
        parts += [page.paragraphs(reading.of_runs(summary)), page.preformatted(summary.text())]
    elif f.kind == "sweep":
        points, varied = _sweep(f)
        parts.append(page.paragraphs(reading.of_sweep(points, varied)))
    if f.reading:
        parts.append(page.preformatted(f.reading.rstrip()))
    parts.append(page.paragraphs([reading.CAUTION]))
    changed = f.changed()
    if changed:
        parts.append(
            page.warning(
                "These files are not as they were written with the results: "
                f"{', '.join(changed[:20])}."
            )
        )
    if f.scenario is None:
        parts.append(page.warning("This version cannot read the scenario of these results."))
    return "".join(parts)


def _sweep(f: Folder) -> tuple[pd.DataFrame, list[str]]:
    points = pd.read_parquet(f.path / "points.parquet")
    return points, [name for name in f.manifest["study"]["vary"] if name in points]


def _figures(f: Folder) -> Iterator[tuple[str, bytes]]:
    order = list(_CAPTIONS)
    drawn = sorted(f.figures(), key=lambda d: order.index(d[0]) if d[0] in order else len(order))
    for name, png in drawn:
        yield _CAPTIONS.get(name, name.replace("_", " ").capitalize()), png
    if f.kind == "sweep":
        from ..plots.swept import deals

        points, varied = _sweep(f)
        if any(pd.api.types.is_numeric_dtype(points[name]) for name in varied):
            yield "Probability of a deal", _drawn(lambda: deals(points, varied))
    if f.ensemble is not None:
        from ..analysis.geography import TILES

        plot = f.ensemble.plot
        codes = {p.code for p in f.ensemble.scenario.loaded.resolved.members}
        if codes & set(TILES):
            yield "Side letters, roughly on the map", _drawn(plot.tiles)


def _drawn(draw: Callable[[], Any]) -> bytes:
    """A figure as PNG, drawn without a window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from ..plots import style

    with style.off_screen():
        canvas = FigureCanvasAgg(draw().figure)
        file = BytesIO()
        canvas.figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
    return file.getvalue()


def _origin(f: Folder) -> str:
    m = f.manifest
    study = m.get("study")
    rows = {
        "command": m.get("command") or "none (made in Python)",
        "written": m.get("written"),
        "scenario": m.get("name"),
        "hash of the scenario": m.get("scenario_hash"),
        "seed": m.get("seed"),
        "runs": m.get("runs"),
        "hash of the results": m.get("result_hash"),
        "versions": _pairs(m.get("versions")),
    }
    facts = {name: str(value) for name, value in rows.items() if value is not None}
    parts = [page.facts(facts)]
    if f.kind in ("run", "sweep", "comparison"):
        parts.append(
            page.paragraphs(
                [
                    "The manifest beside the tables holds the complete scenario; the command above "
                    "gives the same results again, whatever the number of processors."
                ]
            )
        )
    files = m.get("files")
    if isinstance(files, dict):
        parts.append(page.folded("Files and their SHA-256", page.facts(_texts(files))))
    if isinstance(study, dict):
        text = json.dumps(study, indent=2, ensure_ascii=False)
        parts.append(page.folded("What decides the results", page.preformatted(text)))
    if isinstance(m.get("scenario"), dict):
        text = yaml.safe_dump(m["scenario"], sort_keys=False, allow_unicode=True, width=100)
        parts.append(page.folded("The scenario as it was played", page.preformatted(text)))
    return "".join(parts)


def _pairs(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return ", ".join(f"{name} {number}" for name, number in value.items())


def _texts(values: dict[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
