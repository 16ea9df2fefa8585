"""A game as everybody at the table sees it, made ready to be continued thousands of times.

What has been seen is fixed: texts, side letters, answers, and the events that struck and when.
What nobody can see, the uncertain inputs, is drawn anew in every continuation, and what is to come
is free.
"""

# The rules of the negotiation carry no annotations.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.mesa.seats import Answer as Said
from ..engine.moves import AS_MEDIATOR, BREAKS, FREE, KEEP, NO_LETTER, PASSES
from ..engine.problem import Problem, Setup
from ..rules import draws
from .game import Game
from .moves import Answer, Draft


@dataclass(frozen=True)
class Ahead:
    """A game that can be continued.

    Attributes
    ----------
    setup
        The scenario with the history fixed.
    seed
        Seed of the continuations; the same throughout a game, so that two forecasts share their
        random numbers and their difference is what happened in between.
    state
        Which state of the game it is.
    pending
        Keys and chances of the random events that have not struck.
    rounds
        Rounds in which they have not.
    split
        Places of core and broader spending among the terms; None without a headline.
    """

    setup: Setup
    seed: int
    state: int
    pending: tuple[np.ndarray, np.ndarray]
    rounds: int
    split: tuple[int, int] | None

    def continues(self, first: int, n: int) -> np.ndarray:
        """Which replications continue this game.

        A random event that has not struck yet may strike in the past of a replication; that one is
        the future of another game and does not count.

        Parameters
        ----------
        first, n
            Replications ``first`` to ``first + n - 1``.

        Returns
        -------
        ndarray of bool
            Shape (n,).
        """
        keys, chances = self.pending
        kept = np.ones(n, dtype=bool)
        if not len(keys):
            return kept
        # Sixty-four bits wrap around by design.
        with np.errstate(over="ignore"):
            runs = np.arange(first, first + n, dtype=np.uint64)
            run = draws.run_state(np.array([self.seed], dtype=np.uint64), runs)
            of_events = draws.absorb(run, draws.EVENT)
            for t in range(self.rounds):
                state = draws.absorb(of_events, np.uint64(t))
                u = draws.uniform(draws.absorb(state[:, None], keys[None, :]))
                kept &= ~(u < chances).any(axis=1)
        return kept


def ahead_of(
    game: Game, answer: tuple[int, Answer] | None = None, draft: Draft | None = None
) -> Ahead:
    """Make a game ready to be continued.

    What people have said about the text on the table is left out: it is theirs until the silence
    ends.

    Parameters
    ----------
    game
        The game.
    answer
        Place of a member and what it would say about the text on the table.
    draft
        What would be tabled next.
    """
    fixed = Moves(game.scenario.setup.problem)
    for t, r in enumerate(game.rounds):
        fixed.write(t, game, r.draft)
        for i, code in enumerate(game.codes):
            said = game.spoken(r.said[code]) if code in r.said else Said(True)
            fixed.say(t, i, said._replace(passes=r.passed[i], named=r.named[i]))
    now = len(game.rounds)
    if game.phase == "answering":
        fixed.write(now, game, game.on_table)
        if answer is not None:
            fixed.say(now, answer[0], game.spoken(answer[1]))
    elif draft is not None:
        fixed.write(now, game, draft)
    return prepared(game, fixed)


class Moves:
    """Fixed moves as the engines take them.

    Parameters
    ----------
    problem
        The scenario; its own fixed moves stay where nothing is put in their place.
    """

    def __init__(self, problem: Problem) -> None:
        t, m, k = problem.n_rounds, problem.n_members, problem.n_terms
        self.seats = np.zeros((t, m, 3), dtype=np.int64)
        self.seats[:, :, 0] = FREE
        self.chair = np.full((t, 1 + k), KEEP, dtype=np.int64)
        self.chair[:, 0] = AS_MEDIATOR
        if len(problem.seat_moves):
            self.seats[:] = problem.seat_moves
        if len(problem.chair_moves):
            self.chair[:] = problem.chair_moves
        self.amendments = {(int(a[0]), int(a[1])): a for a in problem.amendments}

    def write(self, t: int, game: Game, draft: Draft) -> None:
        """Fix the text and side letter of a round."""
        letter = game.codes.index(draft.letters[0]) if draft.letters else NO_LETTER
        self.chair[t] = [letter, *draft.choice]

    def say(self, t: int, place: int, said: Said) -> None:
        """Fix the answer of a member in a round."""
        self.seats[t, place] = [PASSES if said.passes else BREAKS, said.named, said.asks_letter]
        self.amendments.pop((t, place), None)
        if said.proposes:
            row = np.full(2 + self.chair.shape[1] - 1, KEEP, dtype=np.int64)
            row[:2] = t, place
            for term, at in said.proposes.items():
                row[2 + term] = at
            self.amendments[t, place] = row

    def within(self, problem: Problem) -> Problem:
        """A scenario with these moves."""
        rows = [self.amendments[key] for key in sorted(self.amendments)]
        amended = np.array(rows, dtype=np.int64).reshape(-1, 2 + problem.n_terms)
        return problem._replace(seat_moves=self.seats, chair_moves=self.chair, amendments=amended)


def prepared(game: Game, fixed: Moves) -> Ahead:
    """A game with other fixed moves than its own, ready to be played.

    Parameters
    ----------
    game
        The game.
    fixed
        The moves that are fixed.
    """
    setup = game.scenario.setup
    p = fixed.within(setup.problem)
    struck = np.array(game.model.struck, dtype=np.int64)
    random = p.event_round < 0
    pending = random & (struck < 0)
    p = p._replace(event_round=np.where(random & ~pending, struck, p.event_round))
    names = [t.name for t in game.terms]
    split = None
    if "core_pct_gdp" in names and "broader_pct_gdp" in names:
        split = names.index("core_pct_gdp"), names.index("broader_pct_gdp")
    return Ahead(
        setup=Setup(setup.scenario, p, setup.sampled_paths),
        seed=draws.key(f"forecast {game.seed}"),
        state=game.state,
        pending=(p.event_keys[pending], p.event_chance[pending]),
        rounds=game.model.round + 1,
        split=split,
    )
