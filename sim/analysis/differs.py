"""In what two scenarios differ, path by path, and short names that tell them apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What decides nothing about a run.
_ASIDE = frozenset({"title", "description", "runs", "seed"})
_MISSING = object()
_SHOWN = 2
_LONG = 44


@dataclass(frozen=True)
class Change:
    """One value that differs between two scenarios.

    Attributes
    ----------
    path
        Where, such as ``demander.leverage``.
    a, b
        The values as a scenario file writes them; None where a scenario does not have the path.
    """

    path: str
    a: Any
    b: Any

    def __str__(self) -> str:
        if self.a is None or self.b is None:
            return f"{self.path} only in {'B' if self.a is None else 'A'}"
        return f"{self.path}: {written(self.a)} → {written(self.b)}"


def written(value: Any) -> str:
    """A value as a scenario file could hold it, cut if it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace('"', "")
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two scenarios as they are played, titles left out.

    Parameters
    ----------
    a, b
        As :meth:`sim.scenario.load.Loaded.as_played` writes them.
    """
    kept = [{k: v for k, v in s.items() if k not in _ASIDE} for s in (a, b)]
    return tuple(_changes(kept[0], kept[1], ""))


def _changes(a: Any, b: Any, path: str) -> Iterator[Change]:
    if isinstance(a, Mapping) and isinstance(b, Mapping) and not _is_distribution(a, b):
        for key in [*a, *(k for k in b if k not in a)]:
            at = f"{path}.{key}" if path else str(key)
            yield from _changes(a.get(key, _MISSING), b.get(key, _MISSING), at)
    elif _named(a) and _named(b):
        one, other = ({item["name"]: item for item in events} for events in (a, b))
        for name in [*one, *(n for n in other if n not in one)]:
            at = f"{path}[{name}]"
            yield from _changes(one.get(name, _MISSING), other.get(name, _MISSING), at)
    elif a is _MISSING:
        yield Change(path, None, b)
    elif b is _MISSING:
        yield Change(path, a, None)
    elif a != b:
        yield Change(path, a, b)


def _is_distribution(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether either is one distribution, such as ``{"normal": [1.0, 0.15]}``: one value."""
    return any(len(s) == 1 and isinstance(next(iter(s.values())), list) for s in (a, b))


def _named(items: Any) -> bool:
    return isinstance(items, list | tuple) and all(
        isinstance(item, Mapping) and "name" in item for item in items
    )


def labels(names: Sequence[str], differ: Sequence[Sequence[Change]]) -> tuple[str, ...]:
    """Names that tell scenarios apart: their own, with what was changed where these are equal.

    Parameters
    ----------
    names
        Names of the scenarios.
    differ
        In what each differs from the first one.
    """
    found: list[str] = []
    for name, changed in zip(names, differ, strict=True):
        label = name
        if names.count(name) > 1 and changed:
            some = ", ".join(_short(c) for c in changed[:_SHOWN])
            label = f"{name}, {some}" + (", ..." if len(changed) > _SHOWN else "")
        again = 1 + sum(other == label or other.startswith(f"{label} (") for other in found)
        found.append(label if again == 1 else f"{label} ({again})")
    return tuple(found)


def _short(c: Change) -> str:
    if c.a is None:
        return f"with {c.path}"
    return f"without {c.path}" if c.b is None else f"{c.path}={written(c.b)}"
