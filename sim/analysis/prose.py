"""The story of a whole summit as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from .offers import Change, Offer
from .pivotal import Distance, Outcome, Pivot
from .story import Letter, Payment, Round, Shock, Stance, Story
from .words import (
    ATTRIBUTES,
    chance,
    change,
    codes,
    count,
    day,
    heading,
    label,
    limits,
    paragraph,
    target,
    text_words,
    value,
    wish,
)

# With more objectors than this they are told in groups instead of one by one.
_ONE_BY_ONE = 4
# So many members are named where beliefs are told.
_NAMED = 5


def summit_text(story: Story) -> str:
    """The whole summit, round by round, and who was pivotal."""
    parts = [opening(story)]
    parts += [
        _quiet_rounds(some) if len(some) > 1 else _round(story, some[0])
        for some in _stretches(story)
    ]
    parts.append(_limits(story))
    if story.pivots is not None:
        parts.append(_pivots(story, story.pivots))
    return "\n\n".join(parts) + "\n"


def short_text(story: Story) -> str:
    """The whole summit in about a screen: a line or two for each round, and who was pivotal."""
    parts = [opening(story), "\n".join(_line(story, r) for r in story.rounds)]
    if story.pivots is not None:
        parts.append(_pivots(story, story.pivots))
    return "\n\n".join(parts) + "\n"


def _line(story: Story, r: Round) -> str:
    """Number and date of a round, how many let the text pass, and what was new."""
    on_board = len(r.stances) - len(r.objectors)
    told = [f"Event: {s.name}" for s in r.shocks if not s.over]
    told += [f"side letter for {codes(letter.codes)}" for letter in r.letters]
    told += [f"{amount(story, p)} for {codes(p.codes)}" for p in r.payments]
    told += [change(story.terms, c) for c in r.changes]
    if r.number == 0:
        told.append(text_words(story.terms, r.choice))
    answer = f"{on_board} of {len(r.stances)} let it pass"
    holding = sum(_holds_out(s) for s in r.objectors)
    if holding:
        answer += f", {holding} hold out" if holding > 1 else ", one holds out"
    return paragraph(f"{r.number + 1:2}. {day(r.date)}, {answer}. {'; '.join(told)}".rstrip())


def opening(story: Story) -> str:
    """Title, run, rules and mediator, and how it ended."""
    file = story.scenario.file
    members = len(story.scenario.members)
    run = f"Seed {story.seed}, replication {story.replication}."
    rules = {
        "consensus": "by consensus: one broken silence is enough to stop a text",
        "qualified_majority": f"by a qualified majority of {file.procedure.quota:.0%} of the votes "
        f"(weights: {file.procedure.weights})",
        "unanimity_minus": f"unless more than {count(file.procedure.minus, 'member')} object",
    }[file.procedure.rule]
    mediator = "Nobody mediates: the floor amends the text."
    if file.mediator.kind != "none":
        knows = {
            "public": "knows what is public of the members",
            "attributes": "knows the members but for their luck",
            "all": "knows nearly everything of the members",
        }[file.mediator.knowledge]
        kind = file.mediator.kind.replace("_", " ")
        mediator = f"The mediator works by the principle “{kind}” and {knows}."
    demand = ""
    if story.scenario.demanders:
        who = story.scenario.demanders
        demand = f" {' and '.join(who)} {'make' if len(who) > 1 else 'makes'} the demand."
    dates = story.scenario.dates
    calendar = f"{count(len(dates), 'round')} at most, from {day(dates[0])} to {day(dates[-1])}"
    if len(dates) == 1:
        calendar = f"one round, on {day(dates[0])}"
    told = f"{run} {members} members decide {rules}; {calendar}.{demand} {mediator}"
    parts = [told, outcome_words(story)]
    often = sorted(objections(story).items(), key=lambda item: -item[1])[:5]
    if often:
        most = ", ".join(f"{code} {times}" for code, times in often)
        parts[1] += f" Rounds in which silence was broken, by member: {most}."
        if len(often) < len(objections(story)):
            parts[1] = parts[1][:-1] + " and others."
    return heading(file.title, "=") + "\n" + "\n\n".join(paragraph(p, 0, 0) for p in parts)


def objections(story: Story) -> dict[str, int]:
    """In how many rounds each member broke silence; only those that did."""
    times: dict[str, int] = {}
    for r in story.rounds:
        for s in r.objectors:
            times[s.code] = times.get(s.code, 0) + 1
    return times


def round_heading(r: Round) -> str:
    """Number and date of a round."""
    return heading(f"Round {r.number + 1}, {day(r.date)}")


def _round(story: Story, r: Round) -> str:
    lines = [round_heading(r), *before_words(story, r), *_aim(story, r)]
    lines.append(paragraph(text_on_table(story, r)))
    on_board = len(r.stances) - len(r.objectors)
    answer = f"{on_board} of {len(r.stances)} let it pass; {r.share:.0%} of what refusing costs "
    answer += "counts"
    if story.scenario.file.demander is not None and story.scenario.file.preferences == "pledge":
        answer += f"; leverage {r.leverage:.2f}"
    lines.append(paragraph(answer + "."))
    last = story.before(r)
    if last and _answers(r) == _answers(last) and not r.changes:
        lines.append(paragraph("All answer as they did to this text before."))
    elif r.objectors:
        lines += _named(story, r)
        lines += _held_out(r)
        lines += _bought(story, r)
    lines += _learned(r)
    return "\n".join(lines)


def _stretches(story: Story) -> list[list[Round]]:
    """The rounds in order, neighbours in which nothing at all is new together."""
    found: list[list[Round]] = []
    for r in story.rounds:
        if _quiet(story, r) and found and _quiet(story, found[-1][0]):
            found[-1].append(r)
        else:
            found.append([r])
    return found


def _quiet(story: Story, r: Round) -> bool:
    """Whether nothing is new: no shock or letter, the same text, aim and answers, no lesson."""
    if r.number == 0 or r.shocks or r.letters or r.payments or r.changes or _learned(r):
        return False
    last = story.before(r)
    return last is not None and (r.aim, _answers(r)) == (last.aim, _answers(last))


def _quiet_rounds(some: Sequence[Round]) -> str:
    first, last = some[0], some[-1]
    on_board = len(first.stances) - len(first.objectors)
    told = "The text stays as it was, and all answer as they did to it before: "
    told += f"{on_board} of {len(first.stances)} let it pass. By the end {last.share:.0%} of what "
    return "\n".join(
        [
            heading(
                f"Rounds {first.number + 1} to {last.number + 1}, {day(first.date)} to "
                f"{day(last.date)}"
            ),
            paragraph(told + "refusing costs counts."),
        ]
    )


def _answers(r: Round) -> list[tuple[str, int | None, int, bool]]:
    """Who broke silence on what, and whether only to hold out."""
    return [
        (s.code, s.objection.term, s.objection.direction, s.objection.holding_out)
        for s in r.stances
        if s.objection is not None
    ]


def before_words(story: Story, r: Round) -> list[str]:
    """What happened before the text was tabled: events and letters, as paragraphs."""
    lines = [paragraph(_shock(shock)) for shock in r.shocks]
    lines += [paragraph(_letter(r, letter)) for letter in r.letters]
    return lines + [paragraph(_payment(story, r, payment)) for payment in r.payments]


def amount(story: Story, payment: Payment) -> str:
    """A side payment in the unit of its term."""
    pay = story.scenario.file.side_payments
    assert pay is not None  # where nothing can be paid there are no payments
    term = next(t for t in story.terms if t.name == pay.term)
    paid = f"{payment.steps * pay.step:g}" + (f" {term.unit}" if term.unit else "")
    return f"{paid} out of {label(term)}"


def _payment(story: Story, r: Round, payment: Payment) -> str:
    holder = member(r.stance(payment.codes[0]))
    if len(payment.codes) > 1:
        holder += f" and its party ({codes(payment.codes[1:])})"
    return (
        f"{amount(story, payment)} promised to {holder}: at the text aimed at the odds that it "
        "lets it pass were the lowest, and this raised the chance of agreement by more than it "
        "cost."
    )


def _letter(r: Round, letter: Letter) -> str:
    holder = member(r.stance(letter.codes[0]))
    if len(letter.codes) > 1:
        holder += f" and its camp ({codes(letter.codes[1:])})"
    if letter.written:
        return f"Side letter for {holder}: a fixed move of the mediator."
    because = f"the odds that it lets the text aimed at pass were the lowest, {chance(letter.odds)}"
    if letter.next_odds is not None:
        because += f" (the next lowest: {chance(letter.next_odds)})"
    worth = (
        "a change of the text helped less"
        if letter.change_helped
        else ("no change of the text helped")
    )
    return f"Side letter for {holder}: {because}, and {worth}."


def _aim(story: Story, r: Round) -> list[str]:
    """What the mediator works towards, where that is news and not yet on the table."""
    earlier = story.before(r)
    last = earlier.aim if earlier else None
    if story.scenario.file.mediator.kind == "none" or r.aim in (r.choice, last):
        return []
    told = f"The mediator works towards: {text_words(story.terms, r.aim)}. It gives this odds of "
    return [paragraph(f"{told}{chance(r.aim_odds)} that all let it pass on the last day.")]


def member(s: Stance) -> str:
    """Name and code of a member: ``Spain (ESP)``."""
    return s.code if s.name == s.code else f"{s.name} ({s.code})"


def text_on_table(story: Story, r: Round) -> str:
    """The text of a round in words: whole in the first, then what changed."""
    terms = story.terms
    if r.number == 0:
        return f"On the table: {text_words(terms, r.choice)}."
    if not r.changes:
        return "The text stays as it was." + _no_further(story, r)
    told = "; ".join(change(terms, c) for c in r.changes)
    now = f"Redraft: {told}. On the table: {text_words(terms, r.choice)}"
    if r.tabled_before is not None:
        now += f" (the text of {day(story.round(r.tabled_before).date)} again)"
    return f"{now}.{_no_further(story, r)}"


def _no_further(story: Story, r: Round) -> str:
    """Whether it is the demander that keeps the text from the aim."""
    if not story.scenario.demanders or r.aim == r.choice:
        return ""
    demanders = story.scenario.demanders
    verb = "go" if len(demanders) > 1 else "goes"
    return f" {' and '.join(demanders)} {verb} along no further by now."


def _shock(shock: Shock) -> str:
    if shock.over:
        return f"No longer felt: {shock.name}."
    effects = []
    if shock.leverage:
        effects.append(f"leverage {shock.leverage:+.2f}")
    if shock.shifts:
        moved = ", ".join(f"{ATTRIBUTES[a]} {by:+.2f}" for a, by in shock.shifts.items())
        effects.append(f"{moved} for {codes(shock.members)}")
    return f"Event: {shock.name}{': ' + '; '.join(effects) if effects else ''}."


def _named(story: Story, r: Round) -> list[str]:
    """Who broke silence on what, largest group first."""
    groups: dict[str, list[str]] = {}
    for s in r.objectors:
        groups.setdefault(named_words(story, r, s), []).append(s.code)
    told = sorted(groups.items(), key=lambda item: -len(item[1]))
    parts = [f"{len(who)} for {asked} ({codes(who)})" for asked, who in told]
    head = f"{count(len(r.objectors), 'member breaks', 'members break')} silence"
    if len(told) == 1:
        return [paragraph(f"{head} for {told[0][0]} ({codes(told[0][1])}).")]
    head += ": "
    return [paragraph(head + "; ".join(parts) + ".")]


def _holds_out(s: Stance) -> bool:
    return s.objection is not None and s.objection.holding_out


def _held_out(r: Round) -> list[str]:
    """Who only holds out, where there are too many objectors to tell one by one."""
    holding = [s.code for s in r.objectors if _holds_out(s)]
    if not holding or len(r.objectors) <= _ONE_BY_ONE:
        return []
    if len(holding) == 1:
        who = f"{holding[0]} holds out"
    elif len(holding) < len(r.objectors):
        who = f"{codes(holding)} hold out"
    else:
        who = "All of them hold out"
    return [paragraph(f"{who}: on the last day this text would pass there.")]


def _learned(r: Round) -> list[str]:
    """Whose refusal taught the mediator something, and what; where it learned most first."""
    news = [s for s in r.stances if s.belief.learned < s.belief.most]
    news.sort(key=lambda s: s.belief.learned - s.belief.most)
    if not news:
        return []
    told = [
        f"{s.code} at most {s.belief.learned:.2f} (it thought up to {s.belief.most:.2f})"
        for s in news[:_NAMED]
    ]
    more = f"; and something of {len(news) - _NAMED} more" if len(news) > _NAMED else ""
    return [paragraph(f"The mediator learns what refusing costs: {'; '.join(told)}{more}.")]


def named_words(story: Story, r: Round, s: Stance) -> str:
    """What an objector names: ``lower core spending``."""
    o = s.objection
    if o is None or o.term is None:
        return "no step in particular"
    return wish(story.terms[o.term], r.choice[o.term], o.direction)


def _bought(story: Story, r: Round) -> list[str]:
    """The smallest change that would have bought each objector that does more than hold out."""
    firm = [s for s in r.objectors if not _holds_out(s)]
    if len(r.objectors) <= _ONE_BY_ONE:
        return [paragraph(f"{s.code}: {bought_words(story, r, s)}", 4) for s in r.objectors]
    by_change: dict[tuple[Change, ...], list[Stance]] = {}
    beyond = []
    for s in firm:
        if s.objection is None or s.objection.offer is None:
            beyond.append(s.code)
        else:
            by_change.setdefault(s.objection.offer.changes, []).append(s)
    lines = []
    if by_change:
        lines.append("  The smallest change that would buy each of the others on the last day:")
    by_size = sorted(by_change.items(), key=lambda item: sum(c.steps for c in item[0]))
    for changes, who in by_size:
        objection = who[0].objection
        assert objection is not None and objection.offer is not None
        bought = codes([s.code for s in who])
        told = f"{bought}: {target(story.terms, changes)} ({cost_words(story, objection.offer)})"
        lines.append(paragraph(told, 4))
    if beyond:
        lines.append(paragraph(f"No change of two terms would buy {codes(beyond)}."))
    return lines


def bought_words(story: Story, r: Round, s: Stance) -> str:
    """How far an objector was from letting the text pass, and what would have bought it."""
    o = s.objection
    assert o is not None
    if s.crosses_red_line:
        told = "the text crosses a red line of its own."
    elif s.margin >= 0.0 and o.holding_out:
        return f"a fixed move; net loss {s.net_loss:.2f}, and refusing costs {s.refusal_cost:.2f}."
    elif o.holding_out:
        now, limit = _apart(s.net_loss, s.refusal_cost)
        told = f"net loss {now}, more than the {limit} that counts of what refusing costs"
        return f"{told}; on the last day it costs {s.last_day_cost:.2f}, so it holds out."
    else:
        now, limit = _apart(s.net_loss, s.last_day_cost)
        told = f"net loss {now}, more than the {limit} that refusing costs even on the last day."
    ways = []
    if o.offer is not None:
        ways.append(f"{target(story.terms, o.offer.changes)} ({cost_words(story, o.offer)})")
    if o.leverage is not None:
        ways.append(f"leverage {_above(o.leverage)} instead of {r.leverage:.2f}")
    if o.letter_cost is not None:
        ways.append(f"a side letter ({_taken(story, o.letter_cost)})")
    if o.offer is not None:
        bought = f"Would buy it: {'; or '.join(ways)}."
    else:
        only = f", only {' or '.join(ways)}" if ways else ""
        bought = f"No change of one or two terms would buy it{only}."
    return f"{told} {bought}"


def _apart(a: float, b: float) -> tuple[str, str]:
    """Two different numbers with as many decimals as it takes to tell them apart, two at least."""
    for decimals in range(2, 16):
        told = f"{a:z.{decimals}f}", f"{b:z.{decimals}f}"
        if told[0] != told[1]:
            break
    return told


def _above(x: float) -> str:
    """Two decimals, rounded up: what is enough stays enough."""
    return f"{-(-x * 100 // 1) / 100:.2f}"


def cost_words(story: Story, offer: Offer) -> str:
    """What an offer takes and costs: its steps, whom it wins and loses, and what it takes off."""
    told = count(offer.steps, "step")
    if len(offer.wins) > 1:
        told += f", wins {len(offer.wins)}"
    demanders = [c for c in offer.loses if c in story.scenario.demanders]
    lost = [c for c in offer.loses if c not in demanders]
    if demanders:
        told += f", loses {' and '.join(demanders)}" + (
            f" and {count(len(lost), 'other')}" if lost else ""
        )
    elif lost:
        told += f", loses {codes(lost, 3)}"
    else:
        told += ", loses nobody"
    return f"{told}, {_taken(story, offer.gives_up)}"


def _taken(story: Story, value: float) -> str:
    """What something takes off the value of the text for who tables it."""
    tabler = " and ".join(story.scenario.demanders) or "the chair"
    if value < 0.0:
        return f"brings {tabler} {-value:.2f}"
    return f"costs {tabler} {value:.2f}"


def outcome_words(story: Story) -> str:
    """How the run ended, in a sentence or two."""
    o = story.outcome
    if not o.adopted:
        left = "the text on the table was still " + text_words(story.terms, o.choice)
        return (
            f"No deal by {day(o.date)}: {count(len(o.objectors), 'member')} still broke silence "
            f"({codes(o.objectors)}), and {left}."
        )
    told = (
        f"Adopted on {day(o.date)}, in round {o.round + 1}: {text_words(story.terms, o.choice)}. "
    )
    told += f"Side letters: {codes(o.letters)}." if o.letters else "No side letters."
    if o.objectors:
        told += f" Outvoted: {codes(o.objectors)}."
    return told


def difference_words(story: Story, other: Outcome, by: Distance, without: str | None = None) -> str:
    """How another outcome differs from the real one."""
    if by.none:
        return "no difference"
    real = story.outcome
    if by.deal:
        if not other.adopted:
            return f"no deal ({codes(other.objectors, 4)} object to the end)"
        letters = f", side letters for {codes(other.letters)}" if other.letters else ""
        return f"a deal on {day(other.date)}: {text_words(story.terms, other.choice)}{letters}"
    told = [
        f"{label(t)} {value(t, b)} instead of {value(t, a)}"
        for t, a, b in zip(story.terms, real.choice, other.choice, strict=True)
        if a != b
    ]
    gained = [c for c in other.letters if c not in real.letters]
    spared = [c for c in real.letters if c not in other.letters and c != without]
    told += [f"a side letter for {codes(gained)}"] * bool(gained)
    told += [f"no side letter for {codes(spared)}"] * bool(spared)
    if by.rounds:
        sooner = "earlier" if other.round < real.round else "later"
        told.append(f"{count(by.rounds, 'round')} {sooner}")
    return ", ".join(told)


def pivot_words(story: Story, pivot: Pivot) -> str:
    """What the outcome would have been without a member, and with it made willing."""
    willing = difference_words(story, pivot.willing, pivot.willing_by)
    if pivot.removed is None or pivot.removed_by is None:
        makes = pivot.code in story.scenario.demanders
        why = "it makes the demand" if makes else "the others are no negotiation"
        return f"Cannot be left out: {why}. Made willing: {willing}."
    removed = difference_words(story, pivot.removed, pivot.removed_by, pivot.code)
    if removed == willing:
        return f"Without it or made willing: {willing}."
    return f"Without it: {removed}. Made willing: {willing}."


def _limits(story: Story) -> str:
    """What each member would let pass in the end of core spending, or the term named most."""
    named = [s.objection.term for r in story.rounds for s in r.objectors if s.objection]
    counted = [named.count(t) for t in range(len(story.terms))]
    names = [term.name for term in story.terms]
    core = "core_pct_gdp"
    t = names.index(core) if core in names else counted.index(max(counted))
    term, last = story.terms[t], story.rounds[-1]
    groups: dict[tuple[int, ...], list[str]] = {}
    for s in last.stances:
        groups.setdefault(s.limits[t].last_day, []).append(s.code)
    lines = [
        heading(f"What each would let pass in the end: {label(term)}"),
        paragraph(
            "The rest as in the last text, without side letters, by what refusing costs on the "
            "last day.",
            hang=0,
        ),
    ]
    ordered = sorted(groups.items(), key=lambda item: (len(item[0]), item[0]))
    lines += [paragraph(f"{limits(term, places)}: {codes(who)}", 4) for places, who in ordered]
    return "\n".join(lines)


def _pivots(story: Story, pivots: Sequence[Pivot]) -> str:
    moved = sorted((p for p in pivots if not p.weight.none), key=lambda p: p.weight, reverse=True)
    lines = [
        heading("Who was pivotal"),
        paragraph(
            "The same run again, with the same luck, without one member or with it letting every "
            "text pass." + (" The members that mattered most come first." if moved else ""),
            hang=0,
        ),
    ]
    # Dictionaries keep order: a group stands where the weightiest of its members would.
    groups: dict[str, list[str]] = {}
    for p in moved:
        groups.setdefault(pivot_words(story, p), []).append(p.code)
    lines += [paragraph(f"{codes(who)}: {told}", 4) for told, who in groups.items()]
    same = [p.code for p in pivots if p.weight.none]
    if same:
        lines.append(paragraph(f"No difference either way: {codes(same, len(same))}."))
    return "\n".join(lines)
