"""Everything that a room remembers, built from the entries of its journal and nothing else.

The same entries give the same room, so a room that was killed comes back by applying them again.
An entry that is refused changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..analysis.offers import Change
from ..api import Scenario, load
from ..errors import SummitryError
from ..rules.procedure import CHANGES_PER_DRAFT
from . import questionnaire
from .game import CHAIR, Game
from .limits import AIM_WORK, DRAFT_WORK, RUN_WORK
from .moves import Draft, Round
from .naming import all_called, called, capital
from .past import data_of
from .people import People, Person
from .refusals import Refused
from .wording import change as change_words
from .wording import say, wish

MAX_MESSAGES, MAX_NEWS = 400, 60
_NAMED = 6


def source_of(scenario: Scenario) -> dict[str, Any]:
    """A scenario as a journal keeps it: complete, so that it plays the same anywhere.

    Raises
    ------
    SummitryError
        If it is so large that a room would not keep pace: moves and forecasts wait for its rounds.
    """
    p = scenario.setup.problem
    times = max(
        p.n_members * len(p.steps) * CHANGES_PER_DRAFT / DRAFT_WORK,
        p.n_members * len(p.leaps) / AIM_WORK,
        p.n_members * p.n_terms * p.n_rounds / RUN_WORK,
    )
    if times > 1.0:
        raise SummitryError(
            say(
                "this summit is too large for a room, by {times:.1f} times: take fewer members, "
                "terms, values of terms or rounds; summitry run plays it as it is",
                times=times,
            )
        )
    return {
        "name": scenario.name,
        "data": data_of(scenario.loaded.resolved),
        "scenario": scenario.loaded.as_played(),
    }


class State:
    """A room, apart from its connections.

    Parameters
    ----------
    opening
        The first entry of the journal: ``code``, ``hosts`` (digests of secrets), ``source`` and
        ``seed``.

    Attributes
    ----------
    code
        Join code.
    hosts
        Digests of the secrets that open the teacher's view.
    source
        The scenario; see :func:`source_of`.
    game
        The game.
    people
        Who is there.
    news
        What happened, the last one at the end.
    messages
        What seats and chair wrote to each other.
    sheets
        Questionnaires: ``before`` and ``after``, by person.
    pace_s
        Seconds that silence lasts; None: until the teacher steps.
    paused, demo, speed, hidden, locked
        Whether the clock stands; demo mode and its speed; whether the forecast is hidden; whether
        nobody new may join.
    """

    def __init__(self, opening: Mapping[str, Any]) -> None:
        self.code = str(opening["code"])
        self.hosts: set[str] = set(opening["hosts"])
        self.people = People()
        self.news: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.sheets: dict[str, dict[str, dict[str, int]]] = {w: {} for w in questionnaire.WHEN}
        self.pace_s: float | None = None
        self.paused = self.demo = self.hidden = self.locked = False
        self.speed = 1.0
        #: Forecast of a deal when each round was over, by number of the round from 1.
        self.chances: dict[int, float] = {}
        self.games = 0
        self._told = 0
        self._begin(opening["source"], int(opening["seed"]))

    def _begin(self, source: Mapping[str, Any], seed: int) -> None:
        """Begin a new game with the people who are there."""
        self.source = dict(source)
        self.game = Game(load(source["scenario"]), seed)
        self.games += 1
        self.demo = False  # the next summit waits for its start
        self.news.clear()
        self.messages.clear()
        self.chances.clear()
        known = {CHAIR, *self.game.codes}
        for person in self.people.by_id.values():
            if person.seat not in known:
                person.seat = None

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Do what an entry says.

        Raises
        ------
        Refused
            If it cannot be done now; nothing is changed then.
        """
        getattr(self, f"_on_{entry['kind']}")(entry)

    # People.

    def _on_join(self, e: Mapping[str, Any]) -> None:
        self._check_seat(e["seat"])
        self.people.add(Person(e["id"], e["name"], e["seat"], e["token"]))

    def _on_seat(self, e: Mapping[str, Any]) -> None:
        self._check_seat(e["seat"])
        self.people.get(e["id"]).seat = e["seat"]

    def _on_gone(self, e: Mapping[str, Any]) -> None:
        self.people.remove(e["id"])

    def _on_host(self, e: Mapping[str, Any]) -> None:
        self.hosts.add(e["token"])

    def _check_seat(self, seat: str | None) -> None:
        if seat is not None and seat != CHAIR and seat not in self.game.codes:
            raise Refused("no_seat", say("there is no such seat in this summit"))

    # What seats do.

    def _on_say(self, e: Mapping[str, Any]) -> None:
        self.game.answer(e["seat"], **e["parts"])

    def _on_message(self, e: Mapping[str, Any]) -> None:
        number = self.messages[-1]["n"] + 1 if self.messages else 1
        kept = {key: e[key] for key in ("from", "to", "who", "words")}
        self.messages.append({"n": number, **kept, "round": self.game.model.round + 1})
        del self.messages[:-MAX_MESSAGES]

    def _on_draft(self, e: Mapping[str, Any]) -> None:
        self.game.write_draft(self.draft_of(e))

    def draft_of(self, e: Mapping[str, Any]) -> Draft:
        """The draft that a message or entry holds as ``values`` and ``letters``."""
        start = self.game.draft.choice if self.game.draft else None
        letters = e["letters"]
        if len(letters) > 1:
            raise Refused("bad_move", say("one side letter at most goes with a text"))
        return Draft(self.game.places(e["values"], start), tuple(letters))

    def _on_questionnaire(self, e: Mapping[str, Any]) -> None:
        self.sheets[e["when"]][e["id"]] = dict(e["answers"])

    # What moves the game on.

    def _on_start(self, _: Mapping[str, Any]) -> None:
        self.game.start()
        self._tell("draft", say("The summit begins. The opening text is on the table."))
        self._tell_struck()

    def _on_close(self, e: Mapping[str, Any]) -> None:
        self.game.close(e["held"])
        game = self.game
        last = game.rounds[-1]
        objectors = [c for c, passed in zip(game.codes, last.passed, strict=True) if not passed]
        if objectors:
            if len(objectors) > _NAMED:
                told = say("{n} members break silence", n=len(objectors))
            elif len(objectors) > 1:
                told = say("{who} break silence", who=all_called(game, objectors))
            else:
                told = say("{who} breaks silence", who=called(game, objectors[0]))
            self._tell("answers", f"{capital(told)}{_asking(game, last)}.")
        if game.model.adopted:
            over = say("The text is adopted: over the objections.")
            alone = say("The text is adopted: nobody breaks silence.")
            self._tell("ending", over if objectors else alone)
        elif game.phase == "ended":
            over = say("The summit is over. No text is adopted.")
            early = say("No draft is left that could do better. No text is adopted.")
            self._tell("ending", over if len(game.rounds) == game.n_rounds else early)
        if game.phase == "ended":
            self.demo = False

    def _on_table(self, e: Mapping[str, Any]) -> None:
        draft = None if e["values"] is None else self.draft_of(e)
        self.game.table(draft)
        game = self.game
        moved = [change_words(game.terms, Change(t, a, b)) for t, a, b in game.changes]
        author = (
            say("The Secretary General")
            if draft is not None
            else say("The Secretary General (model)")
        )
        told = (
            say("{author} changes {what}.", author=author, what="; ".join(moved))
            if moved
            else say("{author} keeps the text.", author=author)
        )
        self._tell("draft", told)
        if game.on_table.letters:
            who = all_called(game, game.on_table.letters)
            self._tell("letter", say("Side letter for {who}.", who=who))
        self._tell_struck()

    def _on_undo(self, _: Mapping[str, Any]) -> None:
        self.game.undo()
        if self.game.phase != "lobby" and (self.demo or self.pace_s is not None):
            self.paused = True  # else the clock would do again what was taken back
        self._forget_undone()
        for number in [n for n in self.chances if n > len(self.game.rounds)]:
            del self.chances[number]
        self._tell("host", say("The teacher took back the last step."))

    def _on_event(self, e: Mapping[str, Any]) -> None:
        name = str(e["event"]["name"])
        # An event that shifts nothing is news and no part of the scenario.
        if set(e["event"]) - {"name", "members"}:
            self.game.add_event(e["event"])
            self._tell("event", name, self.game.model.round + 1)
        else:
            self._tell("event", name)

    def _on_chance(self, e: Mapping[str, Any]) -> None:
        self.chances[int(e["round"])] = float(e["deal"])

    # How the teacher runs the room.

    def _on_scenario(self, e: Mapping[str, Any]) -> None:
        self._begin(e["source"], int(e["seed"]))

    def _on_pace(self, e: Mapping[str, Any]) -> None:
        self.pace_s = e["seconds"]

    def _on_paused(self, e: Mapping[str, Any]) -> None:
        self.paused = e["on"]

    def _on_demo(self, e: Mapping[str, Any]) -> None:
        self.demo, self.speed = e["on"], e["speed"]

    def _on_hidden(self, e: Mapping[str, Any]) -> None:
        self.hidden = e["on"]

    def _on_lock(self, e: Mapping[str, Any]) -> None:
        self.locked = e["on"]

    def _tell(self, kind: str, words: str, at: int | None = None) -> None:
        """Add to the news, dated by a round from 0; that of the text on the table if None."""
        self._told += 1
        at = max(0, self.game.model.round if at is None else at)
        date = self.game.scenario.loaded.resolved.dates[at].isoformat()
        self.news.append(
            {"n": self._told, "round": at + 1, "date": date, "kind": kind, "words": words}
        )
        del self.news[:-MAX_NEWS]

    def _forget_undone(self) -> None:
        """Take out of the news what was taken back: it will be told again."""
        now = self.game.model.round + 1
        undone = {"answers", "ending"} if self.game.phase == "answering" else {"draft", "letter"}
        last = now if self.game.phase == "answering" else now + 1
        self.news = [n for n in self.news if n["kind"] not in undone or n["round"] < last]

    def _tell_struck(self) -> None:
        told = {item["words"] for item in self.news if item["kind"] == "event"}
        for name in self.game.struck:
            if name not in told:
                self._tell("event", name)


def asked_for(game: Game, r: Round) -> list[tuple[str, int]]:
    """What those that broke silence in a round asked for, and how many did, most wanted first."""
    counts: Counter[str] = Counter()
    for named, passed in zip(r.named, r.passed, strict=True):
        if named and not passed:
            term = abs(named) - 1
            counts[wish(game.terms[term], r.draft.choice[term], 1 if named > 0 else -1)] += 1
    return counts.most_common()


def _asking(game: Game, r: Round) -> str:
    """The same as the end of a sentence."""
    asked = asked_for(game, r)
    if not asked:
        return ""
    if len(asked) == 1:
        return say(", asking for {what}", what=asked[0][0])
    told = [say("{n} for {what}", n=n, what=what) for what, n in asked]
    return say(", asking: {what}", what=", ".join(told))
