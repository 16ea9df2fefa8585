"""Commented scenarios to start from, as ``summitry new`` writes them.

Comments in the templates stand as ``##Model.key``; they are filled with the descriptions of the
schema, so that a starter says what the schema says.
"""

from __future__ import annotations

import re
from textwrap import wrap

from ..errors import SummitryError
from . import schema
from .coefficients import Refusing
from .spelling import nearest

_MODELS = {model.__name__: model for model in (
    schema.ScenarioFile, schema.Roster, schema.Party, schema.Term, schema.Demander,
    schema.Procedure, schema.Mediator, schema.SideLetters, schema.SidePayments, schema.Calendar,
    schema.Event, schema.Group, Refusing,
)}  # fmt: skip
_COMMENT_COLUMN = 38
_WIDTH = 98  # of a line, the sign of a comment aside

_EXTEND = """\
# A scenario that differs from a shipped one. Check it: summitry validate FILE. Play it: summitry
# run FILE. Delete what you do not change; every key is optional but extends and title.
title: My variant of The Hague        ##ScenarioFile.title
extends: hague_2025                   # a shipped scenario, or a file beside this one

parties:                              ##ScenarioFile.parties
  ESP:                                # codes, or names such as Spain
    fiscal_room: 0.55                 ##Party.fiscal_room
    domestic_constraint: {triangular: [0.3, 0.5, 0.7]}  # a distribution: each run draws a value
  POL:
    threat_perception: {normal: [0.85, 0.05]}  # mean and standard deviation, kept within 0 to 1

demander:
  leverage: {uniform: [0.4, 1.0]}     ##Demander.leverage

mediator:
  kind: compromise                    # compromise, nash, ..., none: who looks for the text
  knowledge: attributes               # public, attributes or all

side_letters:
  most: 2                             ##SideLetters.most

groups:                               ##ScenarioFile.groups
  anxious_north:
    members: [baltics, nordics]       ##Group.members
    threat_perception: {uniform: [-0.1, 0.1]}  ##Group.threat_perception

# A list such as events replaces the whole list of the scenario that this one extends.
events:
  - name: A drone crosses the border  ##Event.name
    date: 2025-03-10                  # or chance_per_round
    members: [eastern_flank]          # codes, names or regions; all if not given
    threat_perception: 0.05           ##Event.threat_perception
  - name: A government falls
    chance_per_round: 0.02            ##Event.chance_per_round
    members: [NLD]
    domestic_constraint: 0.1          ##Event.domestic_constraint

coefficients:                         # or: coefficients: plausible, to draw them all
  refusing:
    threat: 0.54                      ##Refusing.threat

runs: 2000                            ##ScenarioFile.runs
seed: 1                               ##ScenarioFile.seed
"""

_PLEDGE = """\
# A scenario with members of your own and a spending pledge on the table. Check it: summitry
# validate FILE. Play it: summitry run FILE.
title: A pledge of four               ##ScenarioFile.title
description: An invented alliance of four, to start from.

parties:                              ##ScenarioFile.parties
  USA:                                # a name of letters, digits and _, such as USA
    name: United States               ##Party.name
    threat_perception: 0.3            ##Party.threat_perception
    fiscal_room: 0.1                  ##Party.fiscal_room
    us_pressure_sensitivity: 0.0      ##Party.us_pressure_sensitivity
    current_core_pct_gdp: 3.2         ##Party.current_core_pct_gdp
    gdp_usd_bn: 29000                 ##Party.gdp_usd_bn
  ALDA:
    name: Alda
    threat_perception: {triangular: [0.6, 0.8, 0.9]}  # a distribution: each run draws a value
    fiscal_room: 0.5
    us_pressure_sensitivity: 0.6
    current_core_pct_gdp: 2.8
    gdp_usd_bn: 800
  BORA:
    name: Bora
    threat_perception: {normal: [0.3, 0.05]}  # mean and standard deviation, kept within 0 to 1
    fiscal_room: 0.3
    us_pressure_sensitivity: 0.5
    domestic_constraint: 0.4          ##Party.domestic_constraint
    current_core_pct_gdp: 1.4
    gdp_usd_bn: 1500
  CERES:
    name: Ceres
    threat_perception: 0.4
    fiscal_room: {uniform: [0.5, 0.8]}
    us_pressure_sensitivity: 0.4
    current_core_pct_gdp: 1.9
    gdp_usd_bn: 600
    red_lines:                        ##Party.red_lines
      deadline_year: {at_least: 2029}

# The model of spending pledges knows six terms; core and deadline are needed, the rest may go.
terms:                                ##ScenarioFile.terms
  core_pct_gdp:
    range: [2.0, 5.0]                 ##Term.range
    step: 0.25                        ##Term.step
    opening: 4.0                      ##Term.opening
    in_force: 2.0                     ##Term.in_force
  broader_pct_gdp: {range: [0.0, 2.0], step: 0.25, opening: 0.0, in_force: 0.0}
  deadline_year: {range: [2028, 2038], step: 1, or_none: true, opening: 2029, in_force: none}
  wording:
    levels: {aim_to: soft, commit: 1.0}  # the weakest first, with their strength
    opening: commit
    in_force: aim_to

demander:
  party: USA                          ##Demander.party
  headline_pct_gdp: 4.0               ##Demander.headline_pct_gdp
  deadline_year: 2030                 ##Demander.deadline_year
  need_core_pct_gdp: 3.0              ##Demander.need_core_pct_gdp
  leverage: 1.0                       ##Demander.leverage

mediator:
  kind: compromise                    # compromise, nash, ..., none: who looks for the text
  knowledge: attributes               # public, attributes or all

side_letters:
  most: 1                             ##SideLetters.most

procedure:
  rule: consensus                     # or unanimity, qualified_majority, unanimity_minus

calendar:
  start: 2027-01-11                   ##Calendar.start
  summit: 2027-06-28                  ##Calendar.summit
  days_per_round: 14                  ##Calendar.days_per_round

coefficients:
  refusing:
    domestic: 0.4                     ##Refusing.domestic

runs: 2000                            ##ScenarioFile.runs
seed: 1                               ##ScenarioFile.seed
"""

_SPATIAL = """\
# A scenario on any issue: members have an ideal value and a salience for each term. Check it:
# summitry validate FILE. Play it: summitry run FILE.
title: A file of two issues           ##ScenarioFile.title
preferences: spatial                  # pledge (spending) or spatial

parties:                              ##ScenarioFile.parties
  north:                              # a name of letters, digits and _
    ideal:                            ##Party.ideal
      quota_percent: 10
      years_of_transition: 2
    salience:                         ##Party.salience
      quota_percent: 0.8
      years_of_transition: 0.3
    power: 10                         ##Party.power
    votes: 29                         ##Party.votes
  south:
    ideal: {quota_percent: 35, years_of_transition: {uniform: [6, 10]}}
    salience: {quota_percent: 0.6, years_of_transition: 0.9}
    power: 8
    votes: 27
  east:
    ideal: {quota_percent: {normal: [25, 3]}, years_of_transition: 5}
    salience: {quota_percent: 0.4, years_of_transition: 0.4}
    power: 4
    votes: 14

terms:                                ##ScenarioFile.terms
  quota_percent:
    unit: "%"                         ##Term.unit
    range: [0, 50]                    ##Term.range
    step: 2.5                         ##Term.step
    opening: 10                       ##Term.opening
  years_of_transition: {unit: years, range: [0, 12], step: 1, opening: 2}

mediator:
  kind: compromise                    # compromise, nash, ..., none: who looks for the text
  own_view: 0.5                       ##Mediator.own_view

side_letters:
  most: 0                             ##SideLetters.most

procedure:
  rule: qualified_majority            # or consensus, unanimity, unanimity_minus
  quota: 0.7                          ##Procedure.quota
  weights: votes                      ##Procedure.weights

calendar:
  start: 2027-01-11                   ##Calendar.start
  summit: 2027-06-28                  ##Calendar.summit
  days_per_round: 7                   ##Calendar.days_per_round
  last_day_drafts: 1                  ##Calendar.last_day_drafts

runs: 2000                            ##ScenarioFile.runs
seed: 1                               ##ScenarioFile.seed
"""

_FUND = """\
# A fund to share: terms that depend on each other, parties of several members, positions that
# nobody knows, rebates for who holds out. Check it: summitry validate FILE. Play it: summitry run
# FILE.
title: A fund of eight                ##ScenarioFile.title
description: An invented union of eight that pays for a common fund, to start from.
preferences: spatial                  # pledge (spending) or spatial

parties:                              ##ScenarioFile.parties
  thrifty:                            # a name of letters, digits and _
    members: [ALDA, BORA, CERES]      ##Party.members
    power: 30                         ##Party.power
    domestic_constraint: 0.8          # how hard giving way is at home, 0 (not at all) to 1
    ideal: {grants: 0, budget: 100}   ##Party.ideal
  shore:
    members: [DELOS, EVORA]
    power: 40
    ideal: {grants: 50, budget: 120}
    salience: {grants: 1, budget: 0.5}  ##Party.salience
  fara: {power: 25, ideal: {grants: 50}, salience: {grants: 0.6}}
  gela: {power: 15, ideal: {grants: {uniform: [0, 30]}, budget: 110}, salience: {grants: 0.7}}
  hevra: {power: 10, ideal: {grants: unknown, budget: unknown}}

terms:                                ##ScenarioFile.terms
  grants:
    unit: EUR bn                      ##Term.unit
    range: [0, 50]                    ##Term.range
    step: 5                           ##Term.step
    opening: 50                       ##Term.opening
    in_force: 0                       ##Term.in_force
  loans: {unit: EUR bn, range: [25, 75], step: 5, opening: 25}
  budget: {unit: EUR bn, range: [100, 120], step: 2, opening: 120}
constraints:                          ##ScenarioFile.constraints
  - grants + loans == 75              # the fund is as large as it is; a text moves both at once
  - grants + budget <= 170            # and this is what they can afford

procedure:
  rule: unanimity                     # or consensus, qualified_majority, unanimity_minus

side_letters:
  most: 0                             ##SideLetters.most
side_payments:                        ##ScenarioFile.side_payments
  term: budget                        ##SidePayments.term
  step: 1                             ##SidePayments.step
  most: 8                             ##SidePayments.most
  price: 0.01                         ##SidePayments.price

calendar:
  start: 2027-01-11                   ##Calendar.start
  summit: 2027-06-28                  ##Calendar.summit
  next_meeting: 2027-07-19            ##Calendar.next_meeting
  meeting_at: 0.9                     ##Calendar.meeting_at

runs: 2000                            ##ScenarioFile.runs
seed: 1                               ##ScenarioFile.seed
"""

KINDS = {"extend": _EXTEND, "pledge": _PLEDGE, "spatial": _SPATIAL, "fund": _FUND}
"""Starters: one that extends The Hague, a spending pledge, any issue, a fund to share."""


def starter(kind: str = "extend") -> str:
    """A commented scenario that validates and runs as it is.

    Parameters
    ----------
    kind
        One of `KINDS`.

    Returns
    -------
    str
        YAML.

    Raises
    ------
    SummitryError
        If there is no such kind.
    """
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        hint = f" (did you mean '{near}'?)" if near else ""
        raise SummitryError(f"there is no starter '{kind}'; there are {', '.join(KINDS)}{hint}")
    return "".join(_commented(line) for line in KINDS[kind].splitlines(keepends=True))


def _commented(line: str) -> str:
    """A line with its reference to the schema replaced by what the schema says."""
    found = re.fullmatch(r"(.*?) *##(\w+)\.(\w+)\n", line)
    if not found:
        return line
    before, model, key = found.groups()
    info = _MODELS[model].model_fields[key]
    words = " ".join((info.description or "").split()).rstrip(".")
    before = f"{before}  " if len(before) > _COMMENT_COLUMN - 2 else before
    rows = wrap(words[:1].lower() + words[1:], _WIDTH - max(len(before), _COMMENT_COLUMN))
    indent = " " * max(len(before), _COMMENT_COLUMN)
    return f"{before:<{_COMMENT_COLUMN}}" + indent.join(f"# {row}\n" for row in rows)
