"""Issues of EU legislation in the format of the data set DEU II.

Thomson, Arregui, Leuffen, Costello, Cross, Hertz & Jensen 2012, "A new dataset on decision-making
in the European Union before and after the 2004 and 2007 enlargements (DEUII)", Journal of European
Public Policy 19(4), doi:10.1080/13501763.2012.662028. The data are not part of this package.
"""

from __future__ import annotations

import csv
import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..errors import SummitryError, quote
from ..solvers.case import Case

#: Ends of the scale of every issue.
LOW, HIGH = 0.0, 100.0
#: Fewer positions than this make no negotiation.
LEAST_POSITIONS = 3
COMMISSION, PARLIAMENT = "COM", "EP"
_EU_ACTORS = {"com": COMMISSION, "ep": PARLIAMENT}
_TREATY = {"eu15": 62 / 87, "eu27": 255 / 345}
_MOST = 1000.0
#: Voting rules in the words of the data set: unanimity, a qualified majority.
_VOTES = ("Unan", "QMV")


@dataclass(frozen=True)
class Issue:
    """One controversial issue of a legislative proposal.

    Attributes
    ----------
    name, proposal
        Identifiers of the issue and of the proposal to which it belongs.
    co_decision
        Whether Parliament decides together with the Council.
    actors
        Codes of those with a position: COM, EP, member states by ISO 3166 alpha-3, n of them.
    position, salience
        On scales of 0 to 100, shape (n,).
    power
        Power, the Council as a whole being 1, shape (n,). Member states have their share of votes.
        The Commission, and under co-decision Parliament, count as much as the largest member state;
        under consultation Parliament counts as much as the smallest. That is a judgement; see
        docs/deu.md.
    quota
        Share of all votes in the Council that a qualified majority needs.
    reference
        What holds without a decision, 0 to 100; None where there is no such point.
    outcome
        The decision, 0 to 100; None if it is not known.
    unanimity
        Whether the Council decides by unanimity; else by a qualified majority.
    """

    name: str
    proposal: str
    co_decision: bool
    actors: tuple[str, ...]
    position: np.ndarray
    salience: np.ndarray
    power: np.ndarray
    quota: float
    reference: float | None
    outcome: float | None
    unanimity: bool = False

    @property
    def number(self) -> int:
        """A number made from the name, which seeds what is drawn for this issue."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:6], "little")

    @property
    def usable(self) -> bool:
        """Whether the outcome is known and enough actors have a position."""
        return self.outcome is not None and len(self.actors) >= LEAST_POSITIONS

    def case(self, *, reference: bool = True) -> Case:
        """The issue as the peers' models read it; saliences of 0 throughout count as equal."""
        salience = self.salience / 100.0
        if not (salience * self.power).any():
            salience = np.full(len(salience), 0.5)
        at = None if self.reference is None or not reference else np.array([self.reference])
        return Case(
            ("decision",),
            self.actors,
            self.power,
            self.position[:, None],
            salience[:, None],
            np.array([LOW]),
            np.array([HIGH]),
            at,
        )


@dataclass(frozen=True)
class _State:
    code: str
    name: str
    votes: dict[str, float]


@lru_cache(maxsize=1)
def _states() -> dict[str, _State]:
    """Member states by the abbreviation of the data set."""
    path = Path(__file__).parent / "data" / "council_votes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["abbr"]: _State(
                row["iso3"],
                row["name"],
                {u: float(row[f"votes_{u}"] or 0) for u in _TREATY},
            )
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1)
def actor_names() -> dict[str, str]:
    """Names of all actors by code."""
    names = {s.code: s.name for s in _states().values()}
    return {COMMISSION: "Commission", PARLIAMENT: "Parliament", **names}


def read(path: str | Path, procedure: str | Path | None = None) -> list[Issue]:
    """Read a file of issues, half or whole.

    Parameters
    ----------
    path
        Comma-separated, one row an issue; columns ``isnr``, ``prnr``, ``cod``, ``rp``, ``out``,
        ``p<actor>`` and ``s<actor>``. Other columns do not matter. A missing salience of an actor
        with a position counts as the mean of the others on the issue.
    procedure
        Another file with the voting rule of the Council: columns ``isnr`` and ``counvte`` (``Unan``
        or ``QMV``). Without it, and for issues that it does not name, a qualified majority decides.

    Raises
    ------
    SummitryError
        If a file cannot be read, lacks columns, or holds what it must not; with the line.
    """
    columns, rows = _rows(path)
    _check_columns(path, columns)
    if not rows:
        raise SummitryError(f"{path} holds no issue")
    unanimous = set() if procedure is None else _unanimous(procedure)
    issues = [_issue(f"{path}:{line}", row, unanimous) for line, row in rows]
    names = [issue.name for issue in issues]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise SummitryError(f"{path}: the issue {quote(twice)} is there twice")
    return issues


def _rows(path: str | Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns of a table, and its rows with their lines."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
            return list(reader.fieldnames or []), rows
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error):
        raise SummitryError(f"{path} is not a table of comma-separated values in UTF-8") from None


def _unanimous(path: str | Path) -> set[str]:
    """Names of the issues on which the Council decides by unanimity."""
    columns, rows = _rows(path)
    lacking = [name for name in ("isnr", "counvte") if name not in columns]
    if lacking:
        raise SummitryError(
            f"{path} says nothing of voting rules: it lacks the columns {', '.join(lacking)}; see "
            "docs/deu.md"
        )
    for line, row in rows:
        if row["counvte"] not in _VOTES:
            raise SummitryError(
                f"{path}:{line}: counvte must be {' or '.join(_VOTES)}, got {quote(row['counvte'])}"
            )
    return {row["isnr"] for _, row in rows if row["counvte"] == _VOTES[0]}


def _check_columns(path: str | Path, columns: list[str]) -> None:
    wanted = ["isnr", "prnr", "cod", "rp", "out"]
    wanted += [f"{kind}{actor}" for actor in (*_EU_ACTORS, *_states()) for kind in "ps"]
    lacking = [name for name in wanted if name not in columns]
    if lacking:
        shown = ", ".join(lacking[:8]) + (", ..." if len(lacking) > 8 else "")
        raise SummitryError(
            f"{path} is not in the format of DEU II: it lacks the columns {shown}; see docs/deu.md"
        )


def _issue(where: str, row: dict[str, str], unanimous: set[str]) -> Issue:
    states = _states()

    def number(column: str) -> float | None:
        return _number(where, column, row[column])

    co_decision = "COD" in row["cod"].upper()
    new = [a for a, s in states.items() if not s.votes["eu15"]]
    union = "eu27" if any(number(f"p{a}") is not None for a in new) else "eu15"
    votes = [s.votes[union] for s in states.values() if s.votes[union]]
    counts = {
        "com": max(votes),
        "ep": max(votes) if co_decision else min(votes),
        **{a: s.votes[union] for a, s in states.items()},
    }
    actors, positions, saliences, power = [], [], [], []
    for actor in counts:
        position = number(f"p{actor}")
        if position is None:
            continue
        actors.append(_EU_ACTORS.get(actor) or states[actor].code)
        positions.append(position)
        saliences.append(number(f"s{actor}"))
        power.append(counts[actor] / sum(votes))
    given = [s for s in saliences if s is not None]
    usual = sum(given) / len(given) if given else 50.0
    if not row["isnr"] or not row["prnr"]:
        raise SummitryError(f"{where}: isnr and prnr name the issue and its proposal")
    return Issue(
        name=row["isnr"],
        proposal=row["prnr"],
        co_decision=co_decision,
        actors=tuple(actors),
        position=np.array(positions, dtype=float),
        salience=np.array([usual if s is None else s for s in saliences], dtype=float),
        power=np.array(power),
        quota=_TREATY[union],
        reference=number("rp"),
        outcome=number("out"),
        unanimity=row["isnr"] in unanimous,
    )


def _number(where: str, column: str, text: str | None) -> float | None:
    if text is None or not text.strip() or text.strip() in ("NA", "."):
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    low, high = (0.0, 100.0) if column[0] in "ps" or column == "out" else (-_MOST, _MOST)
    if not low <= value <= high:
        raise SummitryError(
            f"{where}: {column} must be a number between {low:g} and {high:g}, got {quote(text)}"
        )
    return value
