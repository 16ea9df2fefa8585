"""Coefficients by name: ``plausible``, or a shipped file such as ``calibrated_2025``.

``plausible`` draws every coefficient from its range (:mod:`sim.scenario.coefficients`). The files
are in ``data/coefficients``; :mod:`sim.calibration.files` describes and makes them.
"""

from __future__ import annotations

import json
from dataclasses import replace

from ..errors import Problem, quote
from ._tables import data_file
from .coefficients import plausible
from .document import Document
from .spelling import nearest

_KEY = "coefficients"
_FOLDER = data_file("README.md").parent / _KEY


#: Stands for every coefficient drawn from its plausible range.
PLAUSIBLE = "plausible"


def fitted_names() -> list[str]:
    """Names that stand for coefficients: ``plausible`` and the shipped files."""
    return [PLAUSIBLE, *sorted(path.stem for path in _FOLDER.glob("*.json"))]


def with_coefficients(document: Document) -> Document:
    """A document in which a name of coefficients is replaced by what it stands for.

    A name that there is not is taken out and becomes a problem of the document.
    """
    name = document.value.get(_KEY) if isinstance(document.value, dict) else None
    if not isinstance(name, str):
        return document
    if name == PLAUSIBLE:
        return replace(document, value={**document.value, _KEY: plausible()})
    if name in fitted_names():
        data = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        return replace(document, value={**document.value, _KEY: data[_KEY]})
    near = nearest(name, fitted_names())
    hint = f" (did you mean '{near}'?)" if near else ""
    words = f"{quote(name)} is neither a group of keys nor one of {', '.join(fitted_names())}{hint}"
    problem = Problem(*document.find((_KEY,)), _KEY, words)
    rest = {key: value for key, value in document.value.items() if key != _KEY}
    return replace(document, value=rest, problems=(*document.problems, problem))
