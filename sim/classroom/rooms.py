"""The rooms of a process: opened together, found by code or secret, restored after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SummitryError
from .forecasts import Forecaster
from .journal import FORMAT, NAME, Journal, as_line, read
from .people import digest, new_code, new_token
from .room import Room, new_seed
from .state import State

MAX_ROOMS = 20


@dataclass
class Plan:
    """A room that is to be opened.

    Attributes
    ----------
    journal
        Its journal, opened, so that no other process opens the room.
    code
        Join code.
    secret
        Secret for the teacher's link; only its digest is kept.
    state
        What it remembers, for a room that is restored.
    seed
        Seed of the first game; None: one that nobody can foresee.
    """

    journal: Journal
    code: str
    secret: str = field(default_factory=new_token)
    state: State | None = None
    seed: int | None = None

    @property
    def folder(self) -> Path:
        """Where the journal is."""
        return self.journal.path.parent


def plan_new(folder: Path, rooms: int, seed: int | None = None) -> list[Plan]:
    """Plan new rooms in a folder.

    Raises
    ------
    SummitryError
        If there are too many, or a room is there already.
    """
    if not 1 <= rooms <= MAX_ROOMS:
        raise SummitryError(f"rooms must be 1 to {MAX_ROOMS}, got {rooms}")
    if folder.exists() and any(folder.glob(f"*/{NAME}")):
        raise SummitryError(f"{folder} holds a room already; add --resume to go on with it")
    codes: set[str] = set()
    while len(codes) < rooms:
        codes.add(new_code())
    return [Plan(_opened(folder / code), code, seed=seed) for code in sorted(codes)]


def _opened(folder: Path) -> Journal:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SummitryError(f"cannot make {folder}: {error.strerror or error}") from error
    return Journal(folder / NAME)


def plan_resumed(folder: Path) -> list[Plan]:
    """Plan to restore all rooms of a folder, each as its journal left it.

    Raises
    ------
    SummitryError
        If there is none, or a journal is damaged.
    """
    found = sorted(folder.glob(f"*/{NAME}"))
    if not found:
        raise SummitryError(f"{folder} holds no room; give the folder that 'summitry play' named")
    plans = []
    for path in found:
        journal = Journal(path)
        state = restore_state(path)
        plans.append(Plan(journal, state.code, state=state))
    return plans


def restore_state(journal: Path) -> State:
    """The state of a room that was closed or killed.

    Raises
    ------
    SummitryError
        If the file is no journal of a room, or is damaged.
    """
    entries = read(journal)
    number = 1
    try:
        state = State(entries[0])
        for number, entry in enumerate(entries[1:], 2):  # noqa: B007 - the error tells it
            state.apply(entry)
    except (SummitryError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SummitryError(f"{journal}:{number}: does not fit the game: {error}") from error
    state.paused = state.game.phase in ("answering", "drafting")
    return state


def _begun(plan: Plan, source: Mapping[str, Any]) -> State:
    """A new room, with the first line of its journal on the disk."""
    opening = {
        "kind": "open",
        "format": FORMAT,
        "code": plan.code,
        "hosts": [digest(plan.secret)],
        "source": dict(source),
        "seed": new_seed() if plan.seed is None else plan.seed,
    }
    try:
        plan.journal.put(as_line(opening))
    except OSError as error:
        path = plan.journal.path
        raise SummitryError(f"cannot write {path}: {error.strerror or error}") from error
    return State(opening)


class Rooms:
    """All rooms of a process.

    Parameters
    ----------
    plans
        The rooms to open.
    source
        The scenario of new rooms; see :func:`sim.classroom.state.source_of`.
    address
        Such as ``http://192.168.1.20:8765``, for the links.

    Raises
    ------
    SummitryError
        If the disk takes no new room.
    """

    def __init__(self, plans: list[Plan], source: Mapping[str, Any] | None, address: str) -> None:
        self._plans, self._address = plans, address
        self._by_code: dict[str, Room] = {}
        self.forecaster = Forecaster()
        self._restored = [plan.code for plan in plans if plan.state is not None]
        for plan in plans:
            if plan.state is None:
                assert source is not None
                plan.state = _begun(plan, source)

    def join_url(self, code: str) -> str:
        """The link for students."""
        return f"{self._address}/join?code={code}"

    async def open(self) -> None:
        """Open or restore the rooms and begin to compile the engine."""
        for plan in self._plans:
            assert plan.state is not None  # begun or restored
            room = Room(plan.state, plan.journal, self.forecaster, self.join_url(plan.code))
            if plan.code in self._restored:
                await room.do({"kind": "host", "token": digest(plan.secret)})
            self._by_code[plan.code] = room
            room.start_task(self._warm_up(room))

    async def _warm_up(self, room: Room) -> None:
        await self.forecaster.warm_up()
        room.engine_is_ready()

    async def close(self) -> None:
        """Close all rooms."""
        for room in self._by_code.values():
            await room.close()
        self.forecaster.close()

    def of_code(self, code: object) -> Room | None:
        """The room with a join code; letters count as capital."""
        return self._by_code.get(code.strip().upper()) if isinstance(code, str) else None

    def of_host(self, secret: str) -> Room | None:
        """The room whose teacher holds a secret."""
        kept = digest(secret)
        return next((r for r in self._by_code.values() if kept in r.state.hosts), None)

    def of_person(self, token: str) -> tuple[Room, str] | None:
        """The room and number of the person who holds a secret."""
        for room in self._by_code.values():
            person = room.state.people.with_token(token)
            if person is not None:
                return room, person.id
        return None
