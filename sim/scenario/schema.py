"""The scenario as its author writes it: every key, its meaning, unit, range and default.

``summitry schema``, the starter of ``summitry new`` and the tables in ``docs/odd.md`` are made from
these models. Checks that need more than one key are in :mod:`sim.scenario.checks`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from ..rules.procedure import LAST_DAY_DRAFTS
from .base import Model
from .coefficients import Coefficients
from .distributions import Quantity, Within, WithinOrUnknown
from .types import Date, Flag, Integer, Real, Text

Share = Annotated[Quantity, Within(0.0, 1.0)]
Percent = Annotated[Quantity, Within(0.0, 15.0)]
Positive = Annotated[Quantity, Within(0.0, 1e9)]
Position = Annotated[Quantity | Literal["unknown"], WithinOrUnknown(-1e9, 1e9)]
Shift = Annotated[Quantity, Within(-1.0, 1.0)]
Level = Annotated[Quantity, Within(0.0, 2.0)]

MediatorKind = Literal[
    "compromise",
    "nash",
    "kalai_smorodinsky",
    "weighted_mean",
    "weighted_median",
    "hardliner",
    "none",
]

Unit = Annotated[Real, Field(ge=0, le=1)]
#: Strength of words: a number, or the coefficient that soft words have.
Strength = Unit | Literal["soft"]
NotNegative = Annotated[Real, Field(ge=0)]


def _somebody(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("is an empty list, which names nobody; name at least one member")
    return names


#: An empty list is refused: it reads like "nobody" and like "not given, so everybody".
Listed = Annotated[
    tuple[Text, ...], AfterValidator(_somebody), Field(json_schema_extra={"minItems": 1})
]


#: A name, or a list of names.
OneOrMore = Annotated[
    tuple[Text, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    AfterValidator(_somebody),
    PlainSerializer(lambda names: names[0] if len(names) == 1 else list(names)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]


class Spread(Model):
    """Standard deviations by which built-in attributes vary between runs (truncated normal)."""

    threat_perception: Unit = 0.08
    """Standard deviation of threat perception."""
    fiscal_room: Unit = 0.06
    """Standard deviation of fiscal room."""
    us_pressure_sensitivity: Unit = 0.08
    """Standard deviation of sensitivity to pressure."""
    domestic_constraint: Unit = 0.08
    """Standard deviation of domestic constraint."""


class Roster(Model):
    """Which built-in members take part, and with the data of which moment."""

    data: Literal["hague_2025", "vilnius_2023", "wales_2014"]
    """The summit before which the data were known."""
    only: Listed | None = None
    """Members that take part; all if not given. Codes, names or regions such as baltics."""
    without: tuple[Text, ...] = ()
    """Members that stay away. Codes, names or regions."""
    spread: Spread = Spread()
    """How much attributes vary between runs; 0 keeps the computed value."""


class RedLine(Model):
    """What a member does not accept at any price on one term."""

    at_least: Real | None = None
    """Smallest value that the member accepts."""
    at_most: Real | None = None
    """Largest value that the member accepts."""


class Party(Model):
    """One member. A built-in member needs only what differs from the data."""

    name: Text | None = None
    """Name to print; the code if not given."""
    members: tuple[Text, ...] = ()
    """Codes of the members of a party of several, which speak as one (preference model spatial)."""
    threat_perception: Share | None = None
    """How threatened it feels, 0 (not at all) to 1."""
    fiscal_room: Share | None = None
    """How much more spending its budget can carry, 0 (none) to 1."""
    us_pressure_sensitivity: Share | None = None
    """How much the demander can take away from it, 0 (nothing) to 1."""
    domestic_constraint: Share | None = None
    """How hard more defence money is at home, 0 (not at all) to 1."""
    current_core_pct_gdp: Percent | None = None
    """Core defence spending today (% of GDP)."""
    gdp_usd_bn: NotNegative | None = None
    """Gross domestic product (billion US dollars)."""
    population_million: NotNegative | None = None
    """Population (million)."""
    has_forces: Flag | None = None
    """Whether it has armed forces; a member without is asked only for broader spending."""
    power: NotNegative | None = None
    """Weight in weighted mean and median; GDP if not given."""
    votes: NotNegative | None = None
    """Votes under a qualified majority by votes, of a party in all; 1 for each member if not
    given."""
    red_lines: dict[Text, RedLine] = {}
    """What it does not accept at any price, term by term."""
    ideal: dict[Text, Position] = {}
    """Ideal value of terms (preference model spatial); unknown: drawn between what is in force and
    the opening text. A term left out is none of its business."""
    salience: dict[Text, Positive] = {}
    """Salience of terms (preference model spatial); 1 if not given."""


class Group(Model):
    """Members that share a shift, so that their attributes vary together between runs."""

    members: Listed
    """Codes, names or regions."""
    threat_perception: Shift = 0.0
    """Shift of threat perception shared by the members."""
    fiscal_room: Shift = 0.0
    """Shift of fiscal room shared by the members."""
    us_pressure_sensitivity: Shift = 0.0
    """Shift of sensitivity to pressure shared by the members."""
    domestic_constraint: Shift = 0.0
    """Shift of domestic constraint shared by the members."""


class Term(Model):
    """One term of the text: its drafting grid and where it starts."""

    unit: Text | None = None
    """Unit to print, such as % GDP."""
    range: Annotated[tuple[Real, ...], Field(min_length=2, max_length=2)] | None = None
    """Smallest and largest value."""
    step: Annotated[Real, Field(gt=0)] | None = None
    """Step of the drafting grid."""
    or_none: Flag = False
    """Whether the text may go without this term."""
    levels: dict[Text, Strength] = {}
    """For wording: named levels and their strength, weakest first; soft is a coefficient."""
    floors: tuple[Text, ...] = ()
    """Levels that are a floor ("at least"): they bind without a date."""
    fixed: Real | Text | None = None
    """The only value allowed; range and step are not needed then."""
    opening: Real | Text | None = None
    """Value in the first text."""
    in_force: Real | Text | None = None
    """Value in the text in force, which stays if no text is adopted."""


class Demander(Model):
    """The party that makes the demand, and its leverage."""

    party: OneOrMore | None = None
    """Which party it is, or several that demand together; in a spending pledge USA if not given."""
    headline_pct_gdp: NotNegative | None = None
    """Headline that it demands: core + broader (% of GDP; preference model pledge)."""
    deadline_year: Integer | None = None
    """Year by which it wants the headline (preference model pledge)."""
    annual_increment_pp: NotNegative = 0.0
    """Annual increment that it wants (percentage points)."""
    need_core_pct_gdp: Percent | None = None
    """Core spending that it needs to see (% of GDP); the headline if not given."""
    horizon_year: Integer | None = None
    """Year up to which a review comes too soon for it; the deadline if not given."""
    leverage: Level = 1.0
    """Credible leverage on the day of the summit; 0 takes it away."""


class Procedure(Model):
    """What counts as adopted."""

    rule: Literal["consensus", "unanimity", "qualified_majority", "unanimity_minus"] = "consensus"
    """Consensus by silence (unanimity is the same), consensus sought and a qualified majority in
    the end, or unanimity minus n."""
    quota: Annotated[Real, Field(gt=0, le=1)] = 0.65
    """Share of the weight that a qualified majority needs."""
    weights: Literal["equal", "gdp", "population", "power", "votes"] = "equal"
    """Voting weights of a qualified majority."""
    minus: Annotated[Integer, Field(ge=0, le=100)] = 1
    """Objectors that unanimity minus n bears."""


class Mediator(Model):
    """Who looks for the text, by which principle and knowing what."""

    kind: MediatorKind = "compromise"
    """Principle by which the text is sought."""
    knowledge: Literal["public", "attributes", "all"] = "attributes"
    """What it knows of members: public values, their attributes, or their private luck as well."""
    own_view: Unit = 0.5
    """Without a demander: weight of the chair's own view against the losses of all."""
    view: Literal["opening", "drawn"] = "opening"
    """The chair's own view: the opening text, or that of a member drawn by its weight."""


class SideLetters(Model):
    """Named opt-outs: who may hold one, and how many there may be."""

    most: Annotated[Integer, Field(ge=0, le=50)] = 4
    """Side letters that may be granted, counted by member."""
    only: Listed | None = None
    """Who may get one, because somebody has asked for it or offered it; all if not given."""


class SidePayments(Model):
    """Amounts that may be paid out of a term to who holds out, such as rebates."""

    term: Text
    """The term from which they are taken."""
    step: Annotated[Real, Field(gt=0)]
    """The smallest amount, in the unit of the term."""
    most: Annotated[Real, Field(gt=0)]
    """The most that may be paid in all."""
    price: Annotated[Real, Field(ge=0, lt=1)] = 0.0
    """Share of what agreement brings its tabler that each step costs, beyond the money."""


class Calendar(Model):
    """From the first draft to the summit."""

    start: Date
    """Day on which the first text is tabled."""
    summit: Date
    """Day of the summit, the last round."""
    days_per_round: Annotated[Integer, Field(ge=1, le=366)] = 7
    """Days from one round to the next."""
    last_day_drafts: Annotated[Integer, Field(ge=1, le=20)] = LAST_DAY_DRAFTS
    """Drafts that the day of a meeting has room for: several at a summit, one in a council."""
    meeting_at: Annotated[Real, Field(gt=0, le=1)] = 1.0
    """Where the last meeting lies on the way to the day on which failing really hurts, 0 to 1."""
    next_meeting: Date | None = None
    """Day of another meeting, if the summit fails; everybody knows of it."""


class Event(Model):
    """A shock at a date or at random, with at least one shift."""

    name: Text
    """What happens."""
    date: Date | None = None
    """Day on which it happens; it takes effect from the first round on or after it."""
    chance_per_round: Unit | None = None
    """Probability in each round that it happens, once at most."""
    lasts_days: Annotated[Integer, Field(ge=1)] | None = None
    """Days until the effect ends; for good if not given."""
    leverage: Annotated[Real, Field(ge=-2, le=2)] = 0.0
    """Shift of the demander's credible leverage."""
    members: Listed | None = None
    """Members that it touches. Codes, names or regions; all if not given."""
    threat_perception: Annotated[Real, Field(ge=-1, le=1)] = 0.0
    """Shift of their threat perception."""
    fiscal_room: Annotated[Real, Field(ge=-1, le=1)] = 0.0
    """Shift of their fiscal room."""
    us_pressure_sensitivity: Annotated[Real, Field(ge=-1, le=1)] = 0.0
    """Shift of their sensitivity to pressure."""
    domestic_constraint: Annotated[Real, Field(ge=-1, le=1)] = 0.0
    """Shift of their domestic constraint (a change of government)."""


class Move(Model):
    """What one seat does in a round, whatever the model would do; for games that were played."""

    seat: Text
    """A member by code or name, or mediator."""
    round: Annotated[Integer, Field(ge=1)] | None = None
    """Number of the round, from 1; every round if not given."""
    silence: Literal["passes", "breaks"] | None = None
    """Member: whether it lets the text pass; as the model decides if not given."""
    term: Text | None = None
    """Member: the term that it names when it breaks silence; what hurts most if not given."""
    direction: Literal["lower", "higher"] | None = None
    """Member: where it wants that term to go."""
    asks_letter: Flag = False
    """Member: asks for a side letter; the mediator thinks of those that asked first."""
    proposes: dict[Text, Real | Text] = {}
    """Member: an amendment, which joins the drafts that the mediator considers."""
    text: dict[Text, Real | Text] = {}
    """Mediator: the terms that it changes in the text on the table."""
    letter: Text | None = None
    """Mediator: the member that it grants a side letter; nobody if not given."""


class ScenarioFile(Model):
    """A summit and everything that decides it."""

    title: Text
    """One line that names the scenario."""
    description: Annotated[Text, Field(max_length=4000)] | None = None
    """What it shows, and where its inputs come from."""
    extends: Text | None = None
    """A shipped scenario or a file beside this one; this file then holds only what differs."""
    preferences: Literal["pledge", "spatial"] = "pledge"
    """What texts cost members: pledge (from threat and money) or spatial (ideal points)."""
    roster: Roster | None = None
    """Built-in members; without it, members are all in this file."""
    parties: dict[Text, Party] = {}
    """Members by code, or what differs from the built-in ones."""
    groups: dict[Text, Group] = {}
    """Groups of members whose attributes vary together."""
    terms: dict[Text, Term]
    """The terms of the text."""
    constraints: tuple[Text, ...] = ()
    """Linear constraints between terms, such as grants + loans == 750."""
    demander: Demander | None = None
    """The demand and the leverage behind it."""
    procedure: Procedure = Procedure()
    """What counts as adopted."""
    mediator: Mediator = Mediator()
    """Who redrafts."""
    side_letters: SideLetters = SideLetters()
    """Named opt-outs."""
    side_payments: SidePayments | None = None
    """Payments to who holds out (preference model spatial); none if not given."""
    calendar: Calendar
    """From the first draft to the summit."""
    events: tuple[Event, ...] = ()
    """Shocks, dated or at random."""
    moves: tuple[Move, ...] = ()
    """Fixed moves of seats, for games that were played; all else is decided by the model."""
    coefficients: Coefficients = Coefficients()
    """Behavioural coefficients; plausible (drawn over their ranges), or the name of a file."""
    runs: Annotated[Integer, Field(ge=1, le=1_000_000)] = 10_000
    """Number of runs."""
    seed: Annotated[Integer, Field(ge=0, le=18446744073709551615)] = 1
    """Seed of all random numbers."""


__all__ = ["Quantity", "ScenarioFile"]
