"""The briefing of a seat: who you are, from the data that were known before the summit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analysis.backtest_facts import facts, last_day
from ..analysis.reasons import accepted, last_day_cost
from ..analysis.words import ATTRIBUTES
from ..engine.mesa.agents import MemberState
from ..engine.problem import HEADLINE, HORIZON, NEED, PER_MEMBER, WANTED_STEP, WANTED_YEAR
from ..rules import mediators
from ..rules.preferences import pledge
from ..scenario import builtin
from ..scenario.players import Player
from .game import CHAIR, Game
from .hurts import ideal
from .naming import called
from .red_lines import red_lines
from .wording import day, known, label, month, quantity, say, value

_SURVEYS = 4
_TIMING = "before"
#: Uncertainty about a cost that is not worth a word.
_SURE = 0.005


def briefing(game: Game, seat: str, data: str | None) -> dict[str, Any]:
    """What the people of a seat should know at this point of the game.

    Figures and surveys are those from before the summit. What the real government had said is told
    up to the date of the text on the table, so that nobody learns in January what June brought;
    what governments said at the summit or after it, and how it ended, is kept for the debrief.

    Parameters
    ----------
    game
        The game.
    seat
        Code of a member, or ``chair``.
    data
        Which built-in data describe the members; see :func:`sim.classroom.past.data_of`.

    Returns
    -------
    dict
        See ``docs/classroom.md``: intro, sections of items with grade and source, attributes with
        rank.
    """
    resolved = game.scenario.loaded.resolved
    if seat == CHAIR:
        return _chair(game)
    player = next(p for p in resolved.members if p.code == seat)
    demands = seat in resolved.demanders
    sections = [_wants(game, player), _stakes(game, player)]
    record = builtin.members(data).get(seat) if data else None
    if record is not None and data is not None and record.name == player.name:
        sections += _from_record(record)
        sections += [_public(data, seat, game), _government(data, seat), _said(data, seat, game)]
    lines = [_item(name, limit, note=note) for name, limit, note in red_lines(game, player)]
    sections.insert(2, _section("red_lines", say("Your red lines"), lines))
    return {
        "seat": seat,
        "name": player.name,
        "role": "demander" if demands else "member",
        "intro": _intro(game, player, demands),
        "sections": [s for s in sections if s["items"]],
        "attributes": [] if demands else _attributes(game, player),
    }


def _item(
    label_: str, value: str, grade: str = "", source: str = "", note: str = ""
) -> dict[str, str]:
    return {"label": label_, "value": value, "grade": grade, "source": source, "note": note}


def _section(key: str, title: str, items: list[dict[str, str]]) -> dict[str, Any]:
    return {"key": key, "title": title, "items": items}


def _intro(game: Game, player: Player, demands: bool) -> str:
    dates = game.scenario.loaded.resolved.dates
    summit = say("The summit is on {day}", day=day(dates[-1]))
    demander = game.scenario.loaded.file.demander
    if demands and demander is not None and demander.headline_pct_gdp is not None:
        return say(
            "You speak for {who}. You demand that every ally commit {demand:g}% of "
            "GDP by {year}. {summit}: without the others there is no text, and "
            "without you there is none either. Decide what you can live with.",
            who=called(game, player.code),
            demand=demander.headline_pct_gdp,
            year=demander.deadline_year,
            summit=summit,
        )
    if demands:
        return say(
            "You speak for {who}. The text on the table is yours. {summit}: without the others "
            "there is no text, and without you there is none either. Decide what you can live "
            "with.",
            who=called(game, player.code),
            summit=summit,
        )
    return say(
        "You speak for {who}. One text is on the table. If nobody breaks silence, it is "
        "adopted, and it binds you. {summit}. Get a text that your country can live "
        "with, and do not be the one who brings the Alliance down without knowing it.",
        who=called(game, player.code),
        summit=summit,
    )


def _chair(game: Game) -> dict[str, Any]:
    resolved = game.scenario.loaded.resolved
    med = resolved.file.mediator
    knowledge = (
        say("You know what is public of each member, and learn from each refusal."),
        say("You know each member but for its luck, and learn from each refusal."),
        say("You know where every member stands."),
    )[mediators.KNOWLEDGE.index(med.knowledge)]
    rules = {
        "consensus": say("A text is adopted when nobody breaks silence."),
        "qualified_majority": say(
            "A text needs {quota:.0%} of the weight.", quota=resolved.file.procedure.quota
        ),
        "unanimity_minus": say(
            "A text may meet {minus} objections at most.", minus=resolved.file.procedure.minus
        ),
    }[resolved.file.procedure.rule]
    items = [
        _item(say("Members"), str(len(resolved.members))),
        _item(
            say("Drafts"),
            say(
                "{n}, from {first} to {last}",
                n=game.n_rounds,
                first=day(resolved.dates[0]),
                last=day(resolved.dates[-1]),
            ),
        ),
        _item(say("Side letters you may grant"), str(game.model.problem.max_letters)),
        _item(say("What you know"), knowledge),
    ]
    return {
        "seat": CHAIR,
        "name": say("Secretary General"),
        "role": "chair",
        "intro": say(
            "You hold the pen. {rules} Between two drafts you change the text and may grant "
            "side letters: each takes one member out of the text, and is a price for the one who "
            "tables it. Members hold out until the day of the summit, which has room for {n} "
            "drafts.",
            n=int((game.model.problem.meeting == 1).sum()),
            rules=rules,
        ),
        "sections": [_section("rules", say("The rules"), items)],
        "attributes": [],
    }


def _pledges(game: Game) -> bool:
    return game.scenario.loaded.resolved.file.preferences == "pledge"


def _wants(game: Game, player: Player) -> dict[str, Any]:
    """What the model takes the member to want, at the text on the table."""
    state = game.present.members[game.codes.index(player.code)]
    if not _pledges(game):
        items = [
            _item(label(t), quantity(round(ideal(state, j), 4), t.unit))
            for j, t in enumerate(game.terms)
            if t.written
        ]
    elif player.demands:
        items = _demands(game, state)
    elif player.current_core_pct_gdp is None:
        words = say("You have no armed forces: only broader spending touches you.")
        items = [_item(say("What touches you"), words)]
    else:
        items = [
            _item(
                say("You spend on core defence today"),
                say("{share:.2f}% of GDP", share=state.current),
            ),
            _item(
                say("Your own pace"),
                say("{pace:.2f} percentage points a year", pace=state.pace),
                note=say("model"),
            ),
            _item(say("The most that you could let pass"), _most(game, state), note=say("model")),
        ]
    return _section("wants", say("What you want"), items)


def _most(game: Game, state: MemberState) -> str:
    """The most core spending that a member would let pass on the last day."""
    core = accepted(state, pledge.CORE, 1.0)
    if not core:
        return say("no core spending that a text may ask, unless other terms change")
    return say(
        "{core} of GDP for core defence, on the last day and with the rest of the text as it is",
        core=value(game.terms[pledge.CORE], core[-1]),
    )


def _demands(game: Game, state: MemberState) -> list[dict[str, str]]:
    p, m = game.model.problem, state.model
    headline, year, step, horizon = (
        float(p.demand[j]) for j in (HEADLINE, WANTED_YEAR, WANTED_STEP, HORIZON)
    )
    items = [
        _item(say("The headline"), say("{share:g}% of GDP", share=headline)),
        _item(
            say("Of it for core defence, at least"),
            say("{share:.2f}% of GDP", share=m.values[p.demander_from + NEED]),
        ),
        _item(say("The deadline"), f"{year:.0f}"),
    ]
    if step > 0.0:
        items.append(_item(say("A fixed step"), quantity(step, "pp / year")))
    return [*items, _item(say("No review before"), f"{horizon:.0f}")]


def _stakes(game: Game, player: Player) -> dict[str, Any]:
    """What the text on the table costs the member, and what refusing it costs."""
    state = game.present.members[game.codes.index(player.code)]
    m = state.model
    if player.demands:
        t = state.stake
        share = say("{part:.2f} of all that you demand", part=m.worth(m.choice)[state.demander])
        least = 1.0 - state.refusal_cost
        items = [
            _item(say("The text on the table is worth"), share),
            _item(
                say("Without a text you keep"),
                say("{part:.2f} of all that you demand", part=t.real),
                note=_others(t.in_force, t.half),
            ),
            _item(
                say("Today you go along with a text worth"),
                say("{part:.2f} of all that you demand", part=least),
            ),
            _item(
                say("On the last day"),
                say("with any text that is worth more to you than none"),
            ),
        ]
        return _section("stakes", say("What is at stake"), items)
    items = [
        _item(
            say("The text on the table costs you"),
            _number(state.net_loss),
            note=say("beyond what the text in force costs you")
            if m.problem.in_force_counts
            else "",
        ),
        _item(say("Refusing it costs you today"), _number(state.refusal_cost)),
        _item(
            say("Refusing it costs you on the last day"),
            _number(last_day_cost(state)),
            note=_others(state.expected_cost, state.half_width),
        ),
        _item(
            say("The model breaks silence in your place"),
            say("if the text costs more than refusing it, and a red line at any price"),
        ),
    ]
    return _section("stakes", say("What is at stake"), items)


def _number(x: float) -> str:
    """Two digits; next to nothing has no sign."""
    return f"{round(x, 2) + 0.0:.2f}"


def _others(middle: float, half: float) -> str:
    """What others take a private number to be."""
    if half < _SURE:
        return ""
    low, high = _number(middle - half), _number(middle + half)
    return say("others can only tell that it is between {low} and {high}", low=low, high=high)


def _attributes(game: Game, player: Player) -> list[dict[str, Any]]:
    """The attributes of a member with its rank among all but the demander."""
    if not _pledges(game):
        return []
    p = game.model.problem
    places = [i for i in range(p.n_members) if p.demands[i] < 0]
    mine = game.codes.index(player.code)
    found = []
    for j, (name, words) in enumerate(ATTRIBUTES.items()):
        values = {i: float(p.public_values[i * PER_MEMBER + j]) for i in places}
        rank = 1 + sum(v > values[mine] for v in values.values())
        level = (say("low"), say("middling"), say("high"))[min(2, int(values[mine] * 3))]
        found.append(
            {
                "name": name,
                "label": known(words),
                "value": round(values[mine], 2),
                "rank": rank,
                "of": len(places),
                "words": say(
                    "{level}; place {rank} of {n}, the highest first",
                    level=level,
                    rank=rank,
                    n=len(places),
                ),
            }
        )
    return found


def _from_record(record: builtin.MemberRecord) -> list[dict[str, Any]]:
    """Threat, money and what the United States holds over the member, each with its source."""

    def item(name: str, label_: str, form: str, note: str = "") -> list[dict[str, str]]:
        found = getattr(record, name)
        if not found:
            return []
        origin = record.provenance[name]
        source = f"{origin.source}; {origin.vintage}"
        return [_item(label_, form.format(found), origin.grade, source, note)]

    border = say("yes") if record.land_border else say("no")
    origin = record.provenance["land_border"]
    threat = [
        _item(say("Land border with Russia or Belarus"), border, origin.grade, origin.source),
        *item(
            "capital_to_russia_km", say("From your capital to Russia or Belarus"), say("{:,.0f} km")
        ),
        *item(
            "territory_to_russia_km",
            say("From your territory to Russia or Belarus"),
            say("{:,.0f} km"),
            say("across the Bering Strait") if record.iso3 == "USA" else "",
        ),
    ]
    money = [
        *item(
            "current_core_pct_gdp", say("Defence spending, NATO definition"), say("{:.2f}% of GDP")
        ),
        *item("gdp_usd_bn", say("Economy"), say("{:,.0f} billion US dollars")),
        *item("gross_debt_pct_gdp", say("Government debt"), say("{:.0f}% of GDP")),
        *item("budget_balance_pct_gdp", say("Budget balance"), say("{:+.1f}% of GDP")),
        *item("net_interest_pct_gdp", say("Interest on the debt"), say("{:.1f}% of GDP")),
    ]
    us = [
        *item(
            "exports_to_us_pct_gdp",
            say("Exports of goods to the United States"),
            say("{:.1f}% of GDP"),
        ),
        *item(
            "us_share_arms_imports_pct", say("Weapons bought abroad that are American"), "{:.0f}%"
        ),
        *item("us_troops", say("American soldiers stationed with you"), "{:,.0f}"),
        *item("us_troops_rotational", say("American rotational forces, about"), "{:,.0f}"),
    ]
    return [
        _section("threat", say("How near the threat is"), threat),
        _section("money", say("Your money"), money),
        _section(
            "us", say("What the United States holds over you"), us if record.iso3 != "USA" else []
        ),
    ]


_MEASURES = {
    "russia_top_threat": say("See Russia as the greatest threat, {year}"),
    "russia_major_threat": say("See Russia as a major threat, {year}"),
    "russia_seen_as_enemy": say("See Russia as an enemy, {year}"),
    "country_under_threat": say("Feel their country under threat, {year}"),
    "events_in_ukraine_threaten_own_country": say("Feel threatened by the war in Ukraine, {year}"),
    "support_higher_national_defence_spending": say("Support higher defence spending, {year}"),
    "oppose_higher_national_defence_spending": say("Oppose higher defence spending, {year}"),
    "own_country_spends_too_little": say("Say their country spends too little on defence, {year}"),
    "nato_favourable": say("Have a favourable view of NATO, {year}"),
}


def _public(data: str, seat: str, game: Game) -> dict[str, Any]:
    """The latest surveys published by the date of the text on the table."""
    summit = game.scenario.loaded.resolved.dates[-1].isoformat()
    rows = [
        r
        for r in builtin.rows("opinion")
        if r["iso3"] == seat
        and r["measure"] in _MEASURES
        and r["release_date"] <= summit
        and _known(r["release_date"], game)
    ]
    latest: dict[str, Mapping[str, str]] = {}
    for r in sorted(rows, key=lambda r: r["release_date"]):
        latest[r["measure"]] = r
    newest = sorted(latest.values(), key=lambda r: r["release_date"], reverse=True)[:_SURVEYS]
    return _section(
        "public",
        say("What your public thinks"),
        [
            _item(
                _MEASURES[r["measure"]].format(year=r["year"]),
                f"{float(r['value_pct']):.0f}%",
                r["grade"],
                f"{r['survey']}, {r['source']}" if r["source"] else r["survey"],
            )
            for r in newest
        ],
    )


def _known(date: str, game: Game) -> bool:
    """Whether something was known by the date of the text on the table.

    What has no day counts from the last day that its date may mean, at the latest from the summit.
    """
    dates = game.scenario.loaded.resolved.dates
    return min(last_day(date), dates[-1]) <= dates[max(0, game.model.round)]


def _government(data: str, seat: str) -> dict[str, Any]:
    row = next(
        (
            r
            for r in builtin.rows("governments")
            if r["iso3"] == seat and r["summit_id"] == data.upper()
        ),
        None,
    )
    items = []
    if row is not None:
        grade = row["grade_government"]
        items.append(_item(say("Head of government"), row["head_of_government"], grade))
        if row["governing_parties"]:
            items.append(_item(say("Governing parties, seats"), row["governing_parties"], grade))
        if row["government_seats"] and row["parliament_seats"]:
            seats = say(
                "{n} of {of} seats",
                n=row["government_seats"],
                of=row["parliament_seats"],
            )
            minority = say("a minority") if row["minority_government"] == "True" else ""
            items.append(_item(say("In parliament"), seats, row["grade_seats"], note=minority))
        if row["support_needed_from"]:
            words = row["support_needed_from"]
            items.append(_item(say("Needs the votes of"), words, row["grade_seats"]))
        if row["next_election_due"]:
            due = month(last_day(row["next_election_due"]))
            items.append(_item(say("Next election due"), due, row["grade_election_dates"]))
    # A review in 2029 is played with the governments of 2025.
    title = say("Your government, as of {day}", day=day(facts(data).date))
    return _section("government", title, items)


def _said(data: str, seat: str, game: Game) -> dict[str, Any]:
    """What the real government had said in public by the date of the text on the table."""
    rows = [
        r
        for r in builtin.rows("summit_positions")
        if r["iso3"] == seat
        and r["summit_id"] == data.upper()
        and r["statement_timing"] == _TIMING
        and r["paraphrase"]
        and _known(r["date"], game)
    ]
    return _section(
        "said",
        say("What your real government had said"),
        [
            _item(
                ", ".join(part for part in (r["actor"], r["date"]) if part),
                r["paraphrase"],
                r["grade"],
                r["source"],
            )
            for r in sorted(rows, key=lambda r: r["date"])
        ],
    )
