"""Grading a sealed forecast when the outcome is known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import scores
from ..analysis.scores import Score
from ..errors import SummitryError, quote
from ..scenario.spelling import nearest
from .records import read, verify

COLUMNS = ("quantity", "score", "observed", "value", "mc_se", "rank")
_KEYS = ("deal", "text", "side_letters", "source")


def grade(record: Path, outcome: Path) -> pd.DataFrame:
    """Score a sealed forecast; the chain of its folder is verified first.

    Parameters
    ----------
    record
        File of the record.
    outcome
        YAML file that says what happened: ``deal`` (true or false); with a deal ``text``, the terms
        that are known, such as ``core_pct_gdp: 3.5`` (``none``: a text without the term), and
        ``side_letters``, the list of members that hold one, if that is known; ``source``.

    Returns
    -------
    DataFrame
        One row for each score: quantity, score, observed, value, mc_se (Monte Carlo standard error;
        for side letters of several members the most that it can be) and rank (mid-rank of what
        happened in the forecast, for terms).

    Raises
    ------
    SummitryError
        If a record of the folder was tampered with, or the outcome does not fit.
    """
    read(record)  # a name that is none is told first
    verify(record.parent)
    forecast = read(record)["forecast"]
    happened = read_outcome(outcome, forecast)
    rows = [
        (quantity, kind, observed, score.value, score.standard_error, rank)
        for quantity, kind, observed, score, rank in _scores(forecast, happened)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_outcome(path: Path, forecast: dict[str, Any]) -> dict[str, Any]:
    """Read what happened and check it against what was forecast.

    Raises
    ------
    SummitryError
        In words, with what is allowed.
    """
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise SummitryError(f"{path} is not YAML: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("deal"), bool):
        raise SummitryError(
            f"{path}: write 'deal: true' or 'deal: false', and with a deal its text"
        )
    _known(path, "", found, _KEYS)
    text = found.get("text") or {}
    letters = found.get("side_letters")
    if not found["deal"] and (text or letters):
        raise SummitryError(f"{path}: without a deal there is no text and there are no letters")
    if not isinstance(text, dict):
        raise SummitryError(
            f"{path}: text: give terms with their values, such as core_pct_gdp: 3.5"
        )
    _known(path, "text: ", text, forecast["terms"])
    checked = {
        name: _value(path, name, value, forecast["terms"][name]) for name, value in text.items()
    }
    if letters is not None:
        if not isinstance(letters, list):
            raise SummitryError(f"{path}: side_letters: give a list, such as [ESP], or []")
        _known(path, "side_letters: ", letters, forecast["side_letters"]["member"])
    return {"deal": found["deal"], "text": checked, "side_letters": letters}


def _known(path: Path, where: str, keys: Any, known: Any) -> None:
    for key in keys:
        if key not in known:
            near = nearest(str(key), list(known))
            hint = f" (did you mean '{near}'?)" if near else ""
            raise SummitryError(
                f"{path}: {where}unknown {quote(str(key))}{hint}; known: {', '.join(known)}"
            )


def _value(path: Path, name: str, value: Any, term: dict[str, Any]) -> float | str | None:
    if value is None or value == "none":
        return None
    if "levels" in term:
        if value not in term["levels"]:
            allowed = ", ".join(term["levels"])
            raise SummitryError(f"{path}: text: {name}: {quote(str(value))} is none of {allowed}")
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SummitryError(f"{path}: text: {name} must be a number or none, got {value!r}")
    return float(value)


def _scores(
    forecast: dict[str, Any], happened: dict[str, Any]
) -> Iterator[tuple[str, str, str, Score, float]]:
    runs, deals, deal = forecast["runs"], forecast["deals"], happened["deal"]
    yield from _event("deal", "yes" if deal else "no", deals, runs, deal)
    if not deals:
        return
    for name, value in happened["text"].items():
        term = forecast["terms"][name]
        if term["without"] or value is None:
            there = deals - term["without"]
            yield from _event(
                f"{name} is set", "no" if value is None else "yes", there, deals, value is not None
            )
        if value is not None and term["counts"]:
            levels = term.get("levels")
            at = [float(levels.index(v)) if levels else float(v) for v in term["values"]]
            values = np.repeat(at, term["counts"])
            observed = float(levels.index(value)) if levels else float(value)
            shown = str(value) if levels else f"{value:g}"
            score = scores.crps(values, observed)
            yield name, "crps", shown, score, scores.rank(values, observed).middle
    if happened["side_letters"] is not None:
        yield from _letters(forecast["side_letters"], set(happened["side_letters"]), deals)


def _event(
    quantity: str, observed: str, count: int, of: int, happened: bool
) -> Iterator[tuple[str, str, str, Score, float]]:
    happens = np.arange(of) < count
    for kind, function in (("brier", scores.brier), ("log", scores.log_score)):
        yield quantity, kind, observed, function(happens, float(happened)), math.nan


def _letters(
    forecast: dict[str, Any], holders: set[str], deals: int
) -> Iterator[tuple[str, str, str, Score, float]]:
    numbers = [int(n) for n in forecast["number"]]
    values = np.repeat(np.array(numbers, dtype=float), list(forecast["number"].values()))
    score, rank = scores.crps(values, len(holders)), scores.rank(values, len(holders))
    yield "n_side_letters", "crps", str(len(holders)), score, rank.middle
    shown = ", ".join(sorted(holders)) or "none"
    for kind, function in (("brier", scores.brier), ("log", scores.log_score)):
        each = [
            function(np.arange(deals) < count, float(member in holders))
            for member, count in forecast["member"].items()
        ]
        # The record does not say who holds letters together: errors may add up at most.
        most = sum(s.standard_error for s in each) / len(each)
        value = sum(s.value for s in each) / len(each)
        yield "side letters", kind, shown, Score(value, np.array([most])), math.nan
