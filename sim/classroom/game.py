"""One played summit: texts are tabled, silence runs, answers come in, round by round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

from ..api import Scenario
from ..engine.mesa import seats
from ..engine.mesa.model import SummitModel
from ..rules.lattice import feasible
from ..scenario.grid import GridTerm
from .moves import Answer, Draft, Mind, Round, Spoken, Tabled, Written
from .refusals import NOT_NOW, Refused
from .shocks import with_event
from .wording import known, say

Phase = Literal["lobby", "answering", "drafting", "ended"]
#: The seat of the mediator.
CHAIR = "chair"
#: The seed of a game is below this, so that JavaScript and YAML hold it exactly.
SEEDS = 2**53


class Game:
    """A summit that people and the model play together.

    Parameters
    ----------
    scenario
        What is played. Seats that nobody holds are played by the model, on its first replication.
    seed
        Seed of all random numbers of the game.

    Attributes
    ----------
    phase
        ``lobby`` before the start, ``answering`` while silence runs, ``drafting`` between two
        texts, ``ended``.
    state
        Number that grows with everything that changes what may come.
    rounds
        The rounds that are over.
    said
        What people said in this round, by seat.
    draft
        What the chair has written so far for the next text; None outside ``drafting``.
    model_draft
        What the model would table instead.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.phase: Phase = "lobby"
        self.state = 0
        self.rounds: list[Round] = []
        self.said: dict[str, Answer] = {}
        self.draft: Draft | None = None
        self.model_draft: Draft | None = None
        self._tabled: Tabled | None = None
        self.model = _new_model(scenario, seed)
        self._seats = [state.seat for state in self.model.members]
        self._chair = self.model.mediator.chair

    @property
    def terms(self) -> tuple[GridTerm, ...]:
        """The terms of the text, those that the scenario leaves out included."""
        return self.scenario.loaded.resolved.terms

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the members, in the order of the scenario."""
        return self.scenario.setup.codes

    @property
    def n_rounds(self) -> int:
        """Rounds that the calendar has."""
        return len(self.scenario.loaded.resolved.dates)

    @property
    def letters(self) -> tuple[str, ...]:
        """Members that hold a side letter."""
        return tuple(s.code for s in self.model.members if s.side_letter)

    @property
    def letters_left(self) -> int:
        """Side letters that may still be granted."""
        return int(self.model.problem.max_letters) - self.model.letters

    @property
    def changes(self) -> tuple[tuple[int, int, int], ...]:
        """What the text on the table changed: (term, place before, place now)."""
        earlier = self.rounds if self.phase == "answering" else self.rounds[:-1]
        if not earlier or self.phase == "lobby":
            return ()
        before = earlier[-1].draft.choice
        return tuple(
            (t, a, b)
            for t, (a, b) in enumerate(zip(before, self.model.choice, strict=True))
            if a != b
        )

    @cached_property
    def opening(self) -> SummitModel:
        """The summit with the opening text: where members stand before anything has happened."""
        model = _new_model(self.scenario, self.seed)
        model.table_text()
        return model

    @property
    def present(self) -> SummitModel:
        """The summit with a text on the table: as it stands, or before the start as it opens."""
        return self.opening if self.phase == "lobby" else self.model

    # What moves the game on.

    def start(self) -> None:
        """Table the opening text."""
        self._only("lobby")
        self._open(None, by_chair=False)

    def close(self, held: Collection[str] = ()) -> None:
        """End the silence of the round and take the answers.

        Parameters
        ----------
        held
            Seats that people hold; of these, those that said nothing let the text pass. The model
            answers for all others.
        """
        self._only("answering")
        m = self.model
        silent = frozenset(c for c in held if self.said.get(c, Answer()).silence is None)
        said = dict(self.said)
        for code in silent:
            said[code] = replace(said.get(code, Answer()), silence="passes")
        said = {code: said[code] for code in self.codes if code in said}
        m.patient = bool(held)
        # Who asked for something and has gone without an answer is played by the model.
        free = {code for code, answer in said.items() if answer.silence is None}
        self._hear({code: self.spoken(answer) for code, answer in said.items()}, free)
        self.rounds.append(
            Round(
                self._on_table,
                tuple(s.passed for s in m.members),
                tuple(s.named for s in m.members),
                tuple(s.refusal_cost - s.net_loss for s in m.members),
                said,
                self.struck,
                silent,
                m.patient,
            )
        )
        self.said = said
        self.state += 1
        if m.running:
            self.phase = "drafting"
            self.model_draft = self.draft = self._proposed()
        else:
            self.phase = "ended"

    def table(self, draft: Draft | None = None) -> None:
        """Table the next text: that of the chair, or that of the model if None."""
        self._only("drafting")
        if draft is not None:
            self._check_letters(draft.letters)
            self._keep_together(draft.choice)
        self._open(draft, by_chair=draft is not None)

    def undo(self) -> None:
        """Take back the last tabling or the last end of silence."""
        if not self.can_undo:
            raise Refused("not_now", say("there is nothing to take back"))
        steps = self._steps()[:-1]
        self._replay(self.scenario, steps)

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return self.phase != "lobby"

    def add_event(self, event: Mapping[str, Any]) -> None:
        """Let something happen before the next text is tabled.

        Parameters
        ----------
        event
            As in the scenario (:class:`sim.scenario.schema.Event`), without a date.

        Raises
        ------
        Refused
            If no text of another day is to come, or the scenario does not take the event.
        """
        following = self.model.round + 1
        if self.phase == "ended" or self._no_day_comes(following):
            raise Refused("not_now", say("no day is to come on which an event could count"))
        changed = with_event(self.scenario, event, following)
        self._replay_in_place(changed)

    def _no_day_comes(self, following: int) -> bool:
        """Whether the next text would be tabled on the same day as the last, or never."""
        meeting = self.model.problem.meeting
        over = following >= self.n_rounds
        return over or bool(following > 0 and 0 < meeting[following] == meeting[following - 1])

    # What people say.

    def answer(self, seat: str, **parts: Any) -> None:
        """Note what the people of a seat say in this round; see :class:`Answer` for the parts.

        Raises
        ------
        Refused
            Outside the round, or if a term or value does not exist.
        """
        if "silence" in parts:
            self._only("answering")
        else:
            self._only("answering", "drafting")
        if parts.get("asks_letter") and seat in self.scenario.loaded.resolved.demanders:
            raise Refused("bad_move", say("who makes the demand cannot hold a side letter"))
        if parts.get("silence") == "breaks" and parts.get("term") is not None:
            self._named(parts["term"], int(parts.get("direction", 0)))
        if parts.get("proposes"):
            self._keep_together(self.places(parts["proposes"]))
        if parts.get("silence") is not None:
            parts = {"term": None, "direction": 0, **parts}
        if self.phase == "answering":
            self.said[seat] = replace(self.said.get(seat, Answer()), **parts)
        else:
            self._add_to_last_round(seat, parts)

    def _add_to_last_round(self, seat: str, parts: Mapping[str, Any]) -> None:
        """Ask for a letter or propose after the silence: it counts as if said with the answer."""
        r = self.rounds[-1]
        passed = r.passed[self.codes.index(seat)]
        before = r.said.get(seat, Answer("passes" if passed else "breaks"))
        after = replace(before, **parts)
        if after == before:
            return
        self.rounds[-1] = replace(r, said={**r.said, seat: after})
        self._replay_in_place(self.scenario)

    def _replay_in_place(self, scenario: Scenario) -> None:
        """Play the same steps again; what is being said and written stays."""
        said, draft, model_draft = self.said, self.draft, self.model_draft
        self._replay(scenario, self._steps())
        if self.phase == "answering":
            self.said = said
        if draft != model_draft:
            self.draft = draft  # the chair has begun to write

    def write_draft(self, draft: Draft) -> None:
        """Keep what the chair has written so far."""
        self._only("drafting")
        self._check_letters(draft.letters)
        self.draft = draft

    def places(
        self, values: Mapping[str, Any], start: tuple[int, ...] | None = None
    ) -> tuple[int, ...]:
        """Places on the drafting grid for values of terms as tables show them.

        Parameters
        ----------
        values
            By name of the term: a number, a label, or None for a text without the term.
        start
            Places of the terms that are not given; the text on the table if None.

        Raises
        ------
        Refused
            If there is no such term or value.
        """
        choice = list(self.model.choice if start is None else start)
        for name, value in values.items():
            t = self._term(name)
            shown = [self.terms[t].show(j) for j in range(len(self.terms[t].values))]
            if isinstance(value, bool) or value not in shown:
                words = ", ".join(known("none") if v is None else f"{v}" for v in shown)
                told = say("{term} takes one of {values}", term=name, values=words)
                raise Refused("bad_move", told)
            choice[t] = shown.index(value)
        return tuple(choice)

    def _keep_together(self, choice: tuple[int, ...]) -> None:
        """Refuse a text that does not keep what binds the terms together."""
        p = self.model.problem
        if not feasible(choice, p.opening, p.equalities, p.limits, p.limit_most):
            kept = "; ".join(self.scenario.loaded.file.constraints)
            raise Refused("bad_move", say("the text must keep {rules}", rules=kept))

    def _term(self, name: Any) -> int:
        written = {t.name: j for j, t in enumerate(self.terms) if t.written}
        if name not in written:
            names = ", ".join(written)
            raise Refused("bad_move", say("there is no such term; terms are {names}", names=names))
        return written[name]

    def _named(self, name: Any, direction: int) -> int:
        if direction not in (-1, 1):
            raise Refused("bad_move", say("direction is 1 (higher) or -1 (lower)"))
        return direction * (self._term(name) + 1)

    def spoken(self, said: Answer) -> seats.Answer:
        """What the people of a seat say, as the model hears it."""
        named = 0
        if said.silence == "breaks" and said.term is not None:
            named = self._named(said.term, said.direction)
        places = self.places(said.proposes)
        proposes = {t: places[t] for t in (self._term(name) for name in said.proposes)}
        return seats.Answer(said.silence != "breaks", named, said.asks_letter, proposes)

    def _check_letters(self, codes: Collection[str]) -> None:
        for code in codes:
            if code not in self.codes:
                raise Refused("bad_move", say("a side letter goes to a member that takes part"))
            if code in self.scenario.loaded.resolved.demanders:
                raise Refused("bad_move", say("who makes the demand cannot hold a side letter"))
            if code in self.letters:
                raise Refused("bad_move", say("{code} holds a side letter already", code=code))
        # Members of one camp hold it together.
        members = self.model.members
        camps = {s.leader for s in members if s.code in codes}
        if sum(s.leader in camps for s in members) > self.letters_left:
            raise Refused("bad_move", say("no side letters are left"))

    def _only(self, *phases: Phase) -> None:
        if self.phase not in phases:
            raise Refused("not_now", NOT_NOW[self.phase])

    def _open(self, draft: Draft | None, by_chair: bool, mind: Mind | None = None) -> None:
        """Table a text; None: as the mediator's own rules say."""
        mediator, held, paid = self.model.mediator, self.letters, list(self.model.paid)
        mediator.chair = self._chair if draft is None else Written(draft, mind)
        self.model.table_text()
        granted = tuple(code for code in self.letters if code not in held)
        promised = tuple(
            (code, steps - before)
            for code, steps, before in zip(self.codes, self.model.paid, paid, strict=True)
            if steps > before
        )
        tabled = Draft(tuple(self.model.choice), granted, promised)
        self._tabled = Tabled(tabled, by_chair, Mind.of(mediator))
        self.said = {}
        self.draft = self.model_draft = None
        self.phase = "answering"
        self.state += 1

    def _hear(
        self, answers: Mapping[str, seats.Answer], free: Collection[str] = frozenset()
    ) -> None:
        for state, own in zip(self.model.members, self._seats, strict=True):
            code = state.code
            state.seat = Spoken(answers[code], code in free) if code in answers else own
        self.model.hear_answers()

    @property
    def on_table(self) -> Draft:
        """The text on the table, with the side letters that came with it."""
        return self._on_table.draft

    @property
    def _on_table(self) -> Tabled:
        assert self._tabled is not None  # no text is on the table in the lobby
        return self._tabled

    def _proposed(self) -> Draft:
        """What the model would table next, with one side letter at most, as a chair may."""
        copy = self.copy()
        copy._open(None, by_chair=False)
        found = copy.on_table
        return Draft(found.choice, found.letters[:1], found.payments)

    @property
    def struck(self) -> tuple[str, ...]:
        """Names of the events that struck in this round."""
        events = self.scenario.loaded.resolved.file.events
        m = self.model
        return tuple(e.name for e, r in zip(events, m.struck, strict=True) if r == m.round)

    def _steps(self) -> list[Tabled | Round]:
        """The steps that lead to where the game stands: tablings, and ends of silence.

        Texts that the model wrote are among them as they were: found once, they need not be
        searched for again.
        """
        steps: list[Tabled | Round] = []
        for r in self.rounds:
            steps += [r.tabled, r]
        if self.phase == "answering":
            steps.append(self._on_table)
        return steps

    def copy(self) -> Game:
        """The same game once more, for who wants to try something."""
        game = self._played(self.scenario, self._steps())
        game.state = self.state
        return game

    def again(self) -> Iterator[Game]:
        """The same game once more, as it stood after each tabling and each end of silence."""
        game = Game(self.scenario, self.seed)
        for step in self._steps():
            game._repeat(step)
            yield game

    def _played(self, scenario: Scenario, steps: list[Tabled | Round]) -> Game:
        """A new game that has gone through some steps, all answers as they were."""
        game = Game(scenario, self.seed)
        for step in steps:
            game._repeat(step)
        return game

    def _repeat(self, step: Tabled | Round) -> None:
        if isinstance(step, Tabled):
            self._open(step.draft, step.by_chair, step.mind)
            return
        answers = {}
        for i, code in enumerate(self.codes):
            said = self.spoken(step.said[code]) if code in step.said else seats.Answer(True)
            answers[code] = said._replace(passes=step.passed[i], named=step.named[i])
        self.model.patient = step.patient
        self._hear(answers)
        self.rounds.append(step)
        self.phase = "drafting" if self.model.running else "ended"

    def _replay(self, scenario: Scenario, steps: list[Tabled | Round]) -> None:
        """Become the game that has gone through some steps."""
        undone = self.rounds[len([s for s in steps if isinstance(s, Round)]) :]
        by_chair = self.phase == "answering" and self._on_table.by_chair
        written = self.on_table if by_chair else None
        state, said = self.state + 1, undone[0].spoken if undone else self.said
        self.__dict__ = self._played(scenario, steps).__dict__
        self.state = state
        if self.phase == "answering":
            self.said = dict(said)
        elif self.rounds:
            self.said = dict(self.rounds[-1].said)
        if self.phase == "drafting":
            self.model_draft = self._proposed()
            self.draft = written or self.model_draft


def _new_model(scenario: Scenario, seed: int) -> SummitModel:
    """A summit that Mesa does not keep alive: it gets no further agents, so it needs no counter."""
    model = SummitModel(scenario.setup, seed, collect=False)
    model.release()
    return model
