"""The story of one run from the side of one member, as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..rules.preferences import burden
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
from .words import ATTRIBUTES, count, day, heading, label, listed, paragraph, quantity

_SMALL = 0.005
_LONGEST_TITLE = 12
# Room for the parts of the pain beside the other columns of their table.
_COLUMNS_WIDTH = 54
_CHANNEL_WORDS = {
    "base": "what any member swallows",
    "threat": "threat: an alliance that fails is worse for the exposed",
    "pressure": "pressure: what US leverage could take away",
    "company": "company: others are already on board",
    "rhetoric": "public shaming",
    "urgency": "the clock",
    "reference": "what it would have without agreement",
    "domestic": "domestic constraint",
    "temptation": "side letters that others hold",
    "patience": "patience, along the calendar",
    "side letters": "side letters that it has to live with",
}


def member_text(story: Story, code: str) -> str:
    """What a member wanted, how each draft hurt it, what it said and why it ended as it did."""
    parts = [opening(story), _profile(story, code), _table(story, code), _tolerance(story, code)]
    parts += _told_rounds(story, code)
    parts.append(_ending(story, code))
    return "\n\n".join(parts) + "\n"


def _profile(story: Story, code: str) -> str:
    first = story.rounds[0].stance(code)
    lines = [heading(f"What {member(first)} wants"), *_wants(story, first)]
    changed = [p for p in _wants(story, story.rounds[-1].stance(code)) if p not in lines]
    if changed:
        lines += [f"  By {day(story.outcome.date)}, after the events on the way:", *changed]
    return "\n".join(lines)


def _wants(story: Story, s: Stance) -> list[str]:
    w = s.wants
    if w.preferences == "burden":
        told = [
            ", ".join(f"{ATTRIBUTES[name]} {x:.2f}" for name, x in w.attributes.items())
            + " (each 0 to 1)."
        ]
        if w.current_core_pct_gdp is None:
            told.append("It has no forces: only broader spending touches it.")
        else:
            told.append(
                f"Core spending today {w.current_core_pct_gdp:.2f}% of GDP; its security calls for "
                f"{w.need_pct_gdp:.2f}% and it would choose {w.ideal_core_pct_gdp:.2f}% itself; it "
                f"finds a rise of {w.comfortable_pace_pp:.2f} percentage points a year comfortable."
            )
        return [paragraph(told_[0].upper() + told_[1:]) for told_ in told]
    if w.preferences == "demander":
        told_ = (
            f"{quantity(w.ideal[burden.CORE], '% GDP')} of GDP by {w.ideal[burden.DEADLINE]:.0f}"
        )
        step = quantity(w.ideal[burden.INCREMENT], "pp / year")
        return [paragraph(f"It demands {told_}, in steps of {step}, in strong words and for good.")]
    pairs = [
        f"{label(t)} {quantity(round(x, 2), t.unit)}"
        for t, x in zip(story.terms, w.ideal, strict=True)
    ]
    return [paragraph(f"Its ideal point: {'; '.join(pairs)}.")]


def _table(story: Story, code: str) -> str:
    """Pain by round and part, against tolerance and noise."""
    stances = [r.stance(code) for r in story.rounds]
    largest = {name: max(abs(s.parts[name]) for s in stances) for name in stances[0].parts}
    felt = [name for name in largest if largest[name] >= _SMALL]
    columns = _fitting(sorted(felt, key=lambda name: -largest[name]))
    columns = [name for name in felt if name in columns]
    titles = [*columns, "others"] if len(columns) < len(felt) else columns
    widths = [_width(title) for title in titles]
    head = "  " + "Date".ljust(7)
    head += "".join(_title(t).rjust(w + 1) for t, w in zip(titles, widths, strict=True))
    head += "   Pain  Toler.  Noise  Answer"
    lines = [
        heading("How each draft hurt it"),
        paragraph(
            "All in units of tolerance; it breaks silence when pain > tolerance + noise.", hang=0
        ),
        head,
    ]
    for r, s in zip(story.rounds, stances, strict=True):
        values = [s.parts[name] for name in columns]
        if len(titles) > len(columns):
            values.append(s.pain - sum(values))
        row = f"  {r.date.day:>2} {r.date:%b} "
        row += "".join(_number(v).rjust(w + 1) for v, w in zip(values, widths, strict=True))
        answer = "lets pass" if s.passed else "breaks"
        lines.append(f"{row} {s.pain:>6.2f}  {s.tolerance:>6.2f}  {s.noise:>+z5.2f}  {answer}")
    return "\n".join(lines)


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


def _tolerance(story: Story, code: str) -> str:
    """Tolerance channel by channel, in the first round and the last."""
    first, last = story.rounds[0], story.rounds[-1]
    a, b = first.stance(code), last.stance(code)
    lines = [
        heading("What it swallows, channel by channel"),
        f"  {'':<58}{_short(first):>10}{_short(last):>10}",
    ]
    for name in a.channels:
        if max(abs(a.channels[name]), abs(b.channels[name])) >= _SMALL:
            told = _CHANNEL_WORDS[name]
            lines.append(
                f"  {told:<58}{_number(a.channels[name]):>10}{_number(b.channels[name]):>10}"
            )
    lines.append(f"  {'tolerance':<58}{a.tolerance:>10.2f}{b.tolerance:>10.2f}")
    return "\n".join(lines)


def _short(r: Round) -> str:
    return f"{r.date.day} {r.date:%b}"


def _told_rounds(story: Story, code: str) -> list[str]:
    """The rounds in which it answered anything new; quiet ones only by number."""
    parts = []
    for j, r in enumerate(story.rounds):
        s = r.stance(code)
        quiet = s.passed and j > 0 and story.rounds[j - 1].stance(code).passed
        mine = (r.letter is not None and r.letter.code == code) or any(
            code in shock.members for shock in r.shocks
        )
        if quiet and not mine:
            continue
        lines = [round_heading(r), *before_words(r), paragraph(text_on_table(story, r))]
        if s.passed:
            lines.append(paragraph(f"It lets the text pass, with {s.margin:.2f} to spare."))
        else:
            lines.append(paragraph(f"It breaks silence and asks for {named_words(story, r, s)}."))
            lines.append(paragraph(f"Its {bought_words(story, r, s)}"))
        parts.append("\n".join(lines))
    return parts


def _ending(story: Story, code: str) -> str:
    last = story.rounds[-1].stance(code)
    broken = [r for r in story.rounds if not r.stance(code).passed]
    lines = [heading(f"Why it ended so for {last.name}")]
    if not last.passed:
        told = f"{last.name} broke silence {count(len(broken), 'time')}, to the end."
    elif not broken:
        tightest = min(story.rounds, key=lambda r: r.stance(code).margin)
        told = (
            f"{last.name} never broke silence; it was closest to it on {day(tightest.date)}, with "
            f"{tightest.stance(code).margin:.2f} to spare."
        )
    else:
        told = f"{last.name} broke silence {count(len(broken), 'time')}, last on "
        told += f"{day(broken[-1].date)}. {_why(broken[-1].stance(code), last)}"
    lines.append(paragraph(told, hang=0))
    if story.pivots is not None:
        pivot = next(p for p in story.pivots if p.code == code)
        lines.append(paragraph(f"Pivotal? {pivot_words(story, pivot)}", hang=0))
    return "\n".join(lines)


def _why(then: Stance, now: Stance) -> str:
    """What changed between its last objection and the end, in the order of its size."""
    told = [f"It let the last text pass: against then, its pain {_moved(then.pain, now.pain)}"]
    told[0] += _because(then.parts, now.parts)
    told.append(f"its tolerance {_moved(then.tolerance, now.tolerance)}")
    told[1] += _because(then.channels, now.channels)
    noise = now.noise - then.noise
    return f"{told[0]}; {told[1]}; and the noise of its judgement moved by {noise:+z.2f}."


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
