"""An answer to "what would it take?" in plain sentences."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from .compare_text import count
from .summary_text import WIDTH
from .target import Estimates

if TYPE_CHECKING:
    from .goal import Answer
    from .goal_search import Alone
    from .levers import Lever


def write(a: Answer) -> str:
    """The answer in a few sentences, and each lever by itself."""
    parts = ["\n".join(_wrapped(" ".join(_answer(a))))]
    parts.append(
        "\n".join(["One at a time:", *(f"  {line}" for x in a.alone for line in _alone(a, x))])
    )
    parts.append("\n".join(_wrapped(" ".join(_notes(a)))))
    return "\n\n".join(parts)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def sentence(a: Answer) -> str:
    """The answer in one sentence."""
    return next(_answer(a))


def _answer(a: Answer) -> Iterator[str]:
    t, now = a.target, _estimate(a, a.now)
    if a.already:
        yield f"Nothing has to change for {t.words()}: it is {now} as things are."
        return
    if a.together is None:
        names = " and ".join(
            f"{x.path} between {x.show(x.low)} and {x.show(x.high)}" for x in a.levers
        )
        best = int(np.argmin(t.short(a.path.outcome.value)))
        nearest = a.path.outcome.value[best]
        yield f"{_capital(t.words())} cannot be reached with {names}."
        if math.isnan(nearest):
            yield "There is no deal anywhere on the way."
        else:
            at = _point(a, a.best)
            yield f"The nearest found is {t.show(nearest)}, at {at}; today it is {now}."
        return
    point = _changes(a, a.together.point)
    yield f"For {t.words()} (today {now}) the smallest change is {point}."
    ends = [f"{d:.2f}" if math.isfinite(d) else "more than was tried" for d in
            (a.together.sooner, a.together.later)]  # fmt: skip
    yield (
        f"That is {a.together.distance:.2f} of the plausible ranges away from today (95% interval "
        f"{ends[0]} to {ends[1]})."
    )
    if a.check is not None:
        held = "reaches" if t.reached(a.check.value[0]) else "just misses"
        yield (
            f"Played with other random numbers it gives {_estimate(a, a.check)}, which {held} the "
            "goal."
        )


def _alone(a: Answer, x: Alone) -> Iterator[str]:
    lever, t, c = x.lever, a.target, x.crossing
    j = a.levers.index(lever)
    ends = f"from {lever.show(lever.low)} to {lever.show(lever.high)}"
    if a.already:
        kept = t.reached(x.curve.outcome.value)
        words = "kept over the whole range" if kept.all() else "not kept over the whole range"
        yield f"{lever.path}: {words}, {ends}"
    elif c is None:
        short = t.short(x.curve.outcome.value)
        if np.isinf(short).all():
            yield f"{lever.path}: no deal at all {ends}"
            return
        best = int(np.argmin(short))
        at, value = x.curve.points[best, j], x.curve.outcome.value[best]
        yield f"{lever.path}: not {ends}; the nearest is {t.show(value)}, at {lever.show(at)}"
    else:
        yield f"{lever.path}: {_move(lever, c.point[j])} ({c.distance:.2f} of its range)"


def _notes(a: Answer) -> Iterator[str]:
    held = [x.path for x in a.levers if a.uncertain(x)]
    if held:
        yield (
            f"{' and '.join(held)} {'is' if len(held) == 1 else 'are'} uncertain in the scenario "
            f"and held at one number here; at its centre {a.target.name()} is "
            f"{_estimate(a, a.start)}."
        )
    moved = [x.path for x in a.levers if x.moved]
    if moved:
        yield f"Moved with its uncertainty: {', '.join(moved)}."
    yield (
        f"{count(a.runs, 'run')} at each point with the same random numbers (seed {a.seed}); "
        "brackets: 95% intervals."
    )


def _estimate(a: Answer, e: Estimates) -> str:
    t = a.target
    if math.isnan(e.value[0]):
        return "not defined, as there is no deal"
    return f"{t.show(e.value[0])} [{t.show(e.low[0])}, {t.show(e.high[0])}]"


def _changes(a: Answer, point: np.ndarray) -> str:
    moved = [
        f"{x.path} {_move(x, v)}"
        for x, v in zip(a.levers, point.tolist(), strict=True)
        if v != x.origin
    ]
    return " and ".join(moved) if moved else "none, but to hold the inputs where they stand"


def _move(lever: Lever, number: float) -> str:
    change = number - lever.origin
    by = f"{change:+.0f}" if lever.whole else f"{change:+.3g}"
    return f"from {lever.show(lever.origin)} to {lever.show(number)} ({by})"


def _point(a: Answer, point: np.ndarray) -> str:
    pairs = zip(a.levers, point.tolist(), strict=True)
    return " and ".join(f"{x.path} {x.show(v)}" for x, v in pairs)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def html(a: Answer) -> str:
    """The answer and each lever by itself, as a paragraph and a list."""
    items = "".join(f"<li>{escape(line)}</li>" for x in a.alone for line in _alone(a, x))
    notes = escape(" ".join(_notes(a)))
    return (
        f"<p><b>{escape(' '.join(_answer(a)))}</b></p><ul>{items}</ul>"
        f"<p style='color:#595959'>{notes}</p>"
    )
