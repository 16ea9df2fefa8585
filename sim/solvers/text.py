"""Comparisons of models as plain text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .compare import NEGOTIATION, QUANTILES, ModelComparison, Offer
from .derive import scale, words


def comparison_text(c: ModelComparison) -> str:
    """One line for each model, the usual text of the negotiation, and its distribution."""
    names = {p.code: p.name for p in c.scenario.setup.scenario.members}

    def said(values: np.ndarray) -> list[str]:
        return [words(t, v) for t, v in zip(c.terms, values, strict=True)]

    def fate(offer: Offer) -> list[str]:
        who = ", ".join(f"{names[m]} {100 * s:.0f}%" for m, s in offer.objectors[:2] if s > 0)
        return [f"{100 * offer.adopted.share:.0f}%", who]

    lines = [["model", *(t.name for t in c.terms), "adopted", "most often objects"]]
    lines += [[name, *said(s.values), *fate(c.offers[name])] for name, s in c.solutions.items()]
    if NEGOTIATION in c.offers:
        offer = c.offers[NEGOTIATION]
        values = np.array([scale(t)[offer.places[t.name]] for t in c.terms])
        lines.append(["its usual text", *said(values), *fate(offer)])
    spans = ["no deal"] * len(c.terms)
    if len(c.deals):
        ends = np.quantile(c.deals, QUANTILES, axis=0, method="inverted_cdf")
        spans = [
            words(t, middle)
            if low == high
            else f"{words(t, middle)} [{words(t, low)}, {words(t, high)}]"
            for t, low, middle, high in zip(c.terms, ends[0], ends[2], ends[4], strict=True)
        ]
    lines.append([NEGOTIATION, *spans, f"{100 * c.deal.share:.0f}%", ""])
    notes = [f"{name}: {note}" for name, s in c.solutions.items() for note in s.notes]
    return "\n".join([*columns(lines, left=(0, len(lines[0]) - 1)), *notes])


def columns(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Rows as aligned lines; the columns ``left`` to the left, the others to the right."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(w) if j in left else cell.rjust(w)
            for j, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
