"""Markdown as a page for A4 paper: self-contained HTML that runs and fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
@page { size: A4; margin: 11mm 13mm 10mm; }
:root { color-scheme: light; --ink: #1a2430; --soft: #4a5663; --line: #b9c3cd; --mark: #0072b2; }
* { box-sizing: border-box; }
body { font: 10.6pt/1.42 system-ui, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink);
  background: #fff; max-width: 184mm; margin: 0 auto; }
article { break-after: page; }
article:last-child { break-after: auto; }
h1 { font-size: 21pt; line-height: 1.15; margin: 0 0 5mm; border-bottom: 1.2mm solid var(--mark);
  padding-bottom: 2.5mm; }
h2 { font-size: 15pt; line-height: 1.2; margin: 6mm 0 2mm; }
h3 { font-size: 11pt; line-height: 1.25; margin: 4mm 0 1mm; color: var(--mark); }
h1, h2, h3 { break-after: avoid; }
p, ul, ol, table, blockquote { margin: 0 0 2.2mm; }
ul, ol { padding-left: 5mm; }
li { margin-bottom: .8mm; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .8mm 2mm .8mm 0;
  border-bottom: .2mm solid var(--line); }
td + td, th + th { padding-left: 1mm; }
tr, blockquote { break-inside: avoid; }
thead:not(:has(th:not(:empty))) { display: none; }
blockquote { border-left: 1mm solid var(--mark); padding: .5mm 0 .5mm 4mm; font-size: 13pt;
  line-height: 1.45; }
blockquote p { margin: 0; }
blockquote + p, .card > p:last-child { color: var(--soft); font-size: 8.6pt; line-height: 1.35; }
pre, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .88em; }
pre { background: #eef2f6; padding: 1.5mm 3mm; break-inside: avoid; white-space: pre-wrap; }
.card, .chair { columns: 2; column-gap: 7mm; font-size: 9pt; line-height: 1.3; }
.card > h2, .chair > h2 { column-span: all; font-size: 24pt; margin: 0 0 1.5mm;
  border-bottom: 1.2mm solid var(--mark); padding-bottom: 1.5mm; }
.card > h2 + p, .chair > h2 + p { column-span: all; font-size: 11pt; line-height: 1.36;
  margin-bottom: 1.5mm; }
.card > h3, .chair > h3 { font-size: 10.2pt; margin: 2mm 0 .4mm; }
.card > ul, .card > p, .card > table { margin-bottom: 1.2mm; }
.card > table, .chair > ul { break-inside: avoid; }
.card > p:has(+ table) { break-after: avoid; }
.card td:last-child { text-align: right; min-width: 23mm; }
.card td, .card th, .chair td, .chair th { padding-top: .4mm; padding-bottom: .4mm; }
.chair > h3:last-of-type, .chair > table:last-of-type { column-span: all; }
.chair > table:last-of-type { font-size: 8.6pt; }
.chair > table:last-of-type :is(td, th) { padding-top: .15mm; padding-bottom: .15mm; }
.form { font-size: 13pt; }
.form p { margin: 6mm 0 1mm; }
.form th, .form td { text-align: center; border: 0; width: 9%; }
.form td { font-size: 15pt; }
.form th:first-child, .form td:first-child { text-align: right; width: 27%; font-size: 11pt; }
.form th:last-child, .form td:last-child { text-align: left; width: 27%; font-size: 11pt; }
.card > p:last-child { column-span: all; font-size: 6.4pt; line-height: 1.25; margin: 1.5mm 0 0;
  border-top: .2mm solid var(--line); padding-top: 1.2mm; }
@media screen { body { padding: 8mm; } article { margin-bottom: 14mm; } }
""".strip()
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def page(title: str, parts: Sequence[tuple[str, str]]) -> str:
    """A page to print.

    Parameters
    ----------
    title
        Title of the document.
    parts
        Each starts on a page of its own: its kind (``text``; ``card`` and ``chair``, in two
        columns; ``form``), and its Markdown. HTML in it is shown and not used.
    """
    articles = "".join(
        f'<article class="{escape(kind)}">\n{_MARKDOWN.render(text)}</article>\n'
        for kind, text in parts
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style></head>\n"
        f"<body>\n{articles}</body></html>\n"
    )
