"""The story of one run from the side of one member, as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .prose import (
    before_words,
    bought_words,
    member,
    named_words,
    opening,
    pivot_words,
    round_heading,
    text_on_table,
)
from .story import Round, Stance, Story
from .words import (
    ATTRIBUTES,
    chance,
    count,
    day,
    heading,
    label,
    limits,
    listed,
    paragraph,
    quantity,
)

_SMALL = 0.005
_LONGEST_TITLE = 12
# Room for the parts of the net loss beside the other columns of their table.
_COLUMNS_WIDTH = 51
_CHANNEL_WORDS = {
    "base": "being one that blocks",
    "threat": "threat: an alliance that fails is worse for the exposed",
    "pressure": "pressure: what the demander could take away",
    "domestic": "domestic constraint: who is tied at home is forgiven",
    "luck": "private luck of this run",
    "at stake": "what it would miss without agreement",
    "not yet": "what does not count yet",
}


def member_text(story: Story, code: str) -> str:
    """What a member is, what each draft cost it, what it would let pass, and how it ended."""
    parts = [
        opening(story),
        _profile(story, code),
        _table(story, code),
        _refusing(story, code),
        _limits(story, code),
    ]
    parts += _told_rounds(story, code)
    parts.append(_ending(story, code))
    return "\n\n".join(parts) + "\n"


def _profile(story: Story, code: str) -> str:
    first = story.rounds[0].stance(code)
    lines = [heading(f"Who {member(first)} is"), *_wants(story, first)]
    changed = [p for p in _wants(story, story.rounds[-1].stance(code)) if p not in lines]
    if changed:
        lines += [f"  By {day(story.outcome.date)}, after the events on the way:", *changed]
    return "\n".join(lines)


def _wants(story: Story, s: Stance) -> list[str]:
    w, demander = s.wants, story.scenario.file.demander
    if w.preferences == "demander" and demander is not None:
        headline = quantity(demander.headline_pct_gdp or 0.0, "% GDP")
        told = f"{headline} of GDP by {demander.deadline_year}"
        step = quantity(demander.annual_increment_pp, "pp / year")
        return [paragraph(f"It demands {told}, in steps of {step}, in strong words and for good.")]
    if w.preferences == "spatial":
        tied = w.attributes["domestic_constraint"]
        pairs = [
            f"{label(t)} {quantity(round(x, 2), t.unit)}"
            for t, x in zip(story.terms, w.ideal, strict=True)
        ]
        told = f"Its ideal point: {'; '.join(pairs)}. Domestic constraint {tied:.2f} (0 to 1)."
        return [paragraph(told)]
    told = ", ".join(f"{ATTRIBUTES[name]} {x:.2f}" for name, x in w.attributes.items())
    parts = [f"{told} (each 0 to 1)."]
    if w.current_core_pct_gdp is None:
        parts.append("It has no forces: of spending only the broader kind touches it.")
    else:
        parts.append(
            f"Core spending today {w.current_core_pct_gdp:.2f}% of GDP; by itself it rises by "
            f"{w.own_pace_pp:.2f} percentage points a year."
        )
    return [paragraph(part[0].upper() + part[1:]) for part in parts]


def _table(story: Story, code: str) -> str:
    """Net loss by round and part, against what refusing costs."""
    stances = [r.stance(code) for r in story.rounds]
    largest = {name: max(abs(s.parts[name]) for s in stances) for name in stances[0].parts}
    felt = [name for name in largest if largest[name] >= _SMALL]
    columns = _fitting(sorted(felt, key=lambda name: -largest[name]))
    columns = [name for name in felt if name in columns]
    titles = [*columns, "others"] if len(columns) < len(felt) else columns
    widths = [_width(title) for title in titles]
    head = "  " + "Date".ljust(7)
    head += "".join(_title(t).rjust(w + 1) for t, w in zip(titles, widths, strict=True))
    head += "    Net  Refusing: now, end   Answer"
    rule = (
        "It breaks silence when the net loss by the text is more than what refusing costs now; "
        "what it costs on the last day stands beside it."
    )
    if stances[-1].side_letter:
        rule += " “Letter”: it holds a side letter and lets pass whatever the text costs it."
    lines = [heading("What each draft cost it"), paragraph(rule, hang=0), head]
    for r, s in zip(story.rounds, stances, strict=True):
        values = [s.parts[name] for name in columns]
        if len(titles) > len(columns):
            values.append(s.net_loss - sum(values))
        row = f"  {r.date.day:>2} {r.date:%b} "
        row += "".join(_number(v).rjust(w + 1) for v, w in zip(values, widths, strict=True))
        cost = f"{s.refusal_cost:>13.2f} {s.last_day_cost:>6.2f}"
        lines.append(f"{row} {s.net_loss:>z6.2f} {cost}   {_answer(s)}")
    return "\n".join(lines)


def _answer(s: Stance) -> str:
    if s.objection is None:
        return "letter" if s.side_letter else "lets pass"
    return "holds out" if s.objection.holding_out else "refuses"


def _fitting(names: list[str]) -> list[str]:
    """The first names whose columns fit, with room for one more where some do not."""
    if sum(_width(n) + 1 for n in names) <= _COLUMNS_WIDTH:
        return names
    room = _COLUMNS_WIDTH - _width("others") - 1
    fitting: list[str] = []
    for name in names:
        room -= _width(name) + 1
        if room < 0:
            break
        fitting.append(name)
    return fitting


def _title(name: str) -> str:
    """A column title: the name of a part or term, cut if it is long."""
    words = name.replace("_", " ")
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1] + "…"


def _width(name: str) -> int:
    return max(6, len(_title(name)))


def _number(x: float) -> str:
    return f"{x:.2f}" if abs(x) >= _SMALL else "·"


def _refusing(story: Story, code: str) -> str:
    """What refusing costs, channel by channel, in the first round and the last."""
    first, last = story.rounds[0], story.rounds[-1]
    a, b = first.stance(code), last.stance(code)
    lines = [
        heading("What refusing costs it, channel by channel"),
        f"  {'':<58}{_short(first):>10}{_short(last):>10}",
    ]
    for name in a.channels:
        if max(abs(a.channels[name]), abs(b.channels[name])) >= _SMALL:
            told = _CHANNEL_WORDS[name]
            lines.append(
                f"  {told:<58}{_number(a.channels[name]):>10}{_number(b.channels[name]):>10}"
            )
    lines.append(f"  {'cost of refusing':<58}{a.refusal_cost:>10.2f}{b.refusal_cost:>10.2f}")
    return "\n".join(lines)


def _limits(story: Story, code: str) -> str:
    """What it would let pass term by term, in the first round and the last."""
    lines = [
        heading("What it would let pass, term by term"),
        paragraph(
            "The rest as in the text of the day, without a side letter: by what refusing costs "
            "that day, and by what it costs on the last one.",
            hang=0,
        ),
    ]
    rounds = story.rounds[:: len(story.rounds) - 1] if len(story.rounds) > 1 else story.rounds
    for r in rounds:
        lines.append(f"  {day(r.date)}")
        s = r.stance(code)
        for term, limit in zip(story.terms, s.limits, strict=True):
            if not term.written:
                continue
            told = limits(term, limit.last_day)
            if limit.today != limit.last_day:
                told = f"{limits(term, limit.today)}; on the last day {told}"
            lines.append(paragraph(f"{label(term)}: {told}", 4))
    return "\n".join(lines)


def _short(r: Round) -> str:
    return f"{r.date.day} {r.date:%b}"


def _told_rounds(story: Story, code: str) -> list[str]:
    """The rounds in which anything about it was new; the others are in the table."""
    parts = []
    for j, r in enumerate(story.rounds):
        s = r.stance(code)
        before = story.rounds[j - 1].stance(code) if j else None
        mine = (
            (code in story.scenario.demanders and bool(r.changes))
            or any(code in letter.codes for letter in r.letters)
            or any(code in shock.members for shock in r.shocks)
        )
        if before is not None and not mine and (_said(s), r.changes) == (_said(before), ()):
            continue
        if before is not None and not mine and s.passed and before.passed:
            continue
        lines = [
            round_heading(r),
            *before_words(story, r),
            paragraph(text_on_table(story, r)),
        ]
        if s.passed and s.side_letter:
            lines.append(
                paragraph(
                    "It holds a side letter, so it lets the text pass: the net loss of "
                    f"{s.net_loss:.2f} is of no matter any more."
                )
            )
        elif s.passed:
            lines.append(paragraph(f"It lets the text pass, with {s.margin:.2f} to spare."))
        else:
            lines.append(paragraph(f"It breaks silence and asks for {named_words(story, r, s)}."))
            told = bought_words(story, r, s)
            lines.append(paragraph(told[0].upper() + told[1:]))
        lines += _believed(story, s)
        parts.append("\n".join(lines))
    return parts


def _said(s: Stance) -> tuple[bool, int | None, int, bool]:
    o = s.objection
    return (True, None, 0, False) if o is None else (False, o.term, o.direction, o.holding_out)


def _believed(story: Story, s: Stance) -> list[str]:
    """What the mediator thought of it, and what its answer taught."""
    if story.scenario.file.mediator.kind == "none" or s.side_letter:
        return []
    told = f"The mediator gives it odds of {chance(s.belief.odds)} to let this pass on the last day"
    if s.belief.learned < s.belief.most:
        told += (
            f", and learns that refusing costs it at most {s.belief.learned:.2f} then (it thought "
            f"up to {s.belief.most:.2f})"
        )
    return [paragraph(f"{told}.")]


def _ending(story: Story, code: str) -> str:
    last = story.rounds[-1].stance(code)
    broken = [r for r in story.rounds if not r.stance(code).passed]
    lines = [heading(f"Why it ended so for {last.name}")]
    if not last.passed:
        told = f"{last.name} broke silence {count(len(broken), 'time')}, to the end."
    elif not broken and story.rounds[0].stance(code).side_letter:
        told = f"{last.name} never broke silence: it held a side letter from the first text on."
    elif not broken:
        free = [r for r in story.rounds if not r.stance(code).side_letter]
        tightest = min(free, key=lambda r: r.stance(code).margin)
        told = (
            f"{last.name} never broke silence; it was closest to it on {day(tightest.date)}, with "
            f"{tightest.stance(code).margin:.2f} to spare."
        )
    else:
        told = f"{last.name} broke silence {count(len(broken), 'time')}, last on "
        told += f"{day(broken[-1].date)}. "
        told += (
            "It holds a side letter, so it was no longer asked."
            if last.side_letter
            else _why(broken[-1].stance(code), last)
        )
    lines.append(paragraph(told, hang=0))
    if story.pivots is not None:
        pivot = next(p for p in story.pivots if p.code == code)
        lines.append(paragraph(f"Pivotal? {pivot_words(story, pivot)}", hang=0))
    return "\n".join(lines)


def _why(then: Stance, now: Stance) -> str:
    """What changed between its last objection and the end, in the order of its size."""
    told = "It let the last text pass: against then, its net loss "
    told += f"{_moved(then.net_loss, now.net_loss)}{_because(then.parts, now.parts)}"
    costs = _moved(then.refusal_cost, now.refusal_cost)
    return f"{told}; and what refusing costs {costs}{_because(then.channels, now.channels)}."


def _moved(then: float, now: float) -> str:
    if abs(now - then) < _SMALL:
        return f"stayed at {now:.2f}"
    return f"{'fell' if now < then else 'rose'} from {then:.2f} to {now:.2f}"


def _because(then: Mapping[str, float], now: Mapping[str, float]) -> str:
    by = {name: now[name] - then[name] for name in now}
    large: Sequence[str] = sorted((n for n in by if abs(by[n]) >= 0.01), key=lambda n: -abs(by[n]))[
        :3
    ]
    return f" ({listed([f'{n} {by[n]:+.2f}' for n in large])})" if large else ""
