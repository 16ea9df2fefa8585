"""The parts of a page. Every text that comes in is data and is escaped; nothing is ever markup."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

#: Nothing may be fetched or run, whatever a text says: only the images and styles in the page.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"
_COLUMNS = 24
_CELL, _LONG = 200, 40
_NUMBER = " class='number'"
_STYLE = """
:root { color-scheme: light; --ink: #222; --soft: #595959; --line: #d9d9d9; }
body { font: 17px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff;
  max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p, li { max-width: 48rem; }
.soft { color: var(--soft); margin: 0; }
.warn { border-left: 4px solid #D55E00; padding-left: .8rem; }
pre { font: 13.5px/1.4 ui-monospace, monospace; background: #f6f6f6; padding: .8rem;
  overflow-x: auto; }
figure { margin: 1.2rem 0; }
figure img { max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .7rem .2rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
.long { min-width: 18rem; }
caption { text-align: left; }
summary { cursor: pointer; }
@media print { body { max-width: none; padding: 0; } figure, tr { break-inside: avoid; }
  pre { white-space: pre-wrap; } }
""".strip()


def page(title: str, subtitle: str, sections: Iterable[tuple[str, str]]) -> str:
    """A whole page.

    Parameters
    ----------
    title, subtitle
        Texts.
    sections
        Heading (a text) and body (made by the functions of this module) of each.
    """
    body = "".join(
        f"<section><h2>{escape(heading)}</h2>{inner}</section>" for heading, inner in sections
    )
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{escape(title)}</h1><p class='soft'>{escape(subtitle)}</p></header>"
        f"<main>{body}</main></body></html>\n"
    )


def paragraphs(sentences: Iterable[str]) -> str:
    """Sentences as paragraphs."""
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def warning(text: str) -> str:
    """A paragraph that stands out."""
    return f"<p class='warn'>{escape(text)}</p>"


def preformatted(text: str) -> str:
    """A text as it stands, in a font of equal widths."""
    return f"<pre>{escape(text)}</pre>"


def folded(heading: str, inner: str) -> str:
    """A part that is closed until it is clicked at."""
    return f"<details><summary>{escape(heading)}</summary>{inner}</details>"


def figure(png: bytes, caption: str) -> str:
    """An image within the page."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f"<figure><img alt='{escape(caption, quote=True)}' src='data:image/png;base64,{data}'>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def facts(rows: Mapping[str, str]) -> str:
    """Names and values."""
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<div class='wide'><table>{body}</table></div>"


def table(heading: str, frame: pd.DataFrame, rows: int) -> str:
    """A table, or its beginning.

    Parameters
    ----------
    heading
        Name of the table.
    frame
        The rows to show; at most 24 columns are shown.
    rows
        How many rows the whole table has.
    """
    shown = frame.iloc[:, :_COLUMNS]
    note = [f"{rows:,} row{'' if rows == 1 else 's'}"]
    if rows > len(frame):
        note = [f"the first {len(frame):,} of {note[0]}"]
    if frame.shape[1] > _COLUMNS:
        note.append(f"{_COLUMNS} of {frame.shape[1]} columns")
    numeric = {name for name in shown if is_numeric_dtype(shown[name].dtype)}
    numeric -= {name for name in shown if is_bool_dtype(shown[name].dtype)}
    heads = "".join(
        f"<th scope='col'{_NUMBER if name in numeric else ''}>{escape(str(name))}</th>"
        for name in shown.columns
    )
    columns = [shown[name].tolist() for name in shown.columns]
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in zip(*columns, strict=True))
    return (
        f"<h3>{escape(heading)}</h3><p class='soft'>{escape('; '.join(note))}</p>"
        f"<div class='wide'><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        "</div>"
    )


def _cell(value: Any) -> str:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    text = said(value)
    kind = _NUMBER if number else " class='long'" if len(text) > _LONG else ""
    return f"<td{kind}>{escape(text)}</td>"


def said(value: Any) -> str:
    """A value of a table as text."""
    if value is None or value is pd.NA or value is pd.NaT:
        return "\u2013"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return "\u2013"
        return f"{number:.0f}" if number.is_integer() and abs(number) < 1e9 else f"{number:.4g}"
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
        value = ", ".join(map(str, value))
    text = str(value)
    return text if len(text) <= _CELL else text[: _CELL - 3] + "..."
