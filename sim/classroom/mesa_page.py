"""The summit for people who know Mesa: sliders, step and plots, with SolaraViz.

``summitry play --mesa`` serves it (:mod:`sim.classroom.mesa_serve`). Solara runs :func:`Page` once
for each browser, so the model that it makes is private to the browser. Needs the extra ``viz``.
"""

# Solara is an extra that may be missing, and makes its names at run time.
# mypy: allow-untyped-calls, allow-untyped-decorators
# mypy: disable-error-code="attr-defined, import-not-found, import-untyped"

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
import solara
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from ..analysis.words import count, day, text_words
from ..api import Scenario, load
from ..engine.mesa.agents import MemberState
from ..engine.mesa.model import SummitModel
from ..plots import style
from ..rules.mediators import KNOWLEDGE
from ..rules.mediators import NAMES as MEDIATORS
from ..scenario.distributions import centre
from ..scenario.grid import GridTerm

_DEFAULT = "hague_2025"
_SEEDS = 100
_MOST_LEVERAGE = 1.5
_PLAY_MS = 400
_MARKERS = "os^Dv"
_STEPS = [1, 2, 5, 10]
_SAID = ((True, "lets the text pass"), (False, "breaks silence"))
_scenario: list[Scenario] = []


def show(scenario: Scenario) -> None:
    """Choose the scenario of browsers that come from now on; else it is that of The Hague."""
    _scenario[:] = [scenario]


class SummitOnPage(SummitModel):
    """The summit with what the page can change as arguments, as SolaraViz makes models.

    Parameters
    ----------
    scenario
        The scenario.
    seed
        Seed of all random numbers.
    mediator, knowledge
        ``mediator.kind`` and ``mediator.knowledge`` of the scenario.
    leverage
        ``demander.leverage``, without its uncertainty; None for a scenario in which nobody demands.

    Attributes
    ----------
    played
        These choices in words: sliders show no value at rest, and those that were moved since the
        last Reset are not yet played.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        mediator: str,
        knowledge: str,
        leverage: float | None = None,
    ) -> None:
        changes: dict[str, Any] = {"mediator.kind": mediator, "mediator.knowledge": knowledge}
        if leverage is not None:
            changes["demander.leverage"] = leverage
        super().__init__(scenario.set(changes).setup, seed)
        self.played = f"Seed {seed}, mediator {mediator} with {knowledge}"
        if leverage is not None:
            self.played += f", leverage {leverage:g}"


def parameters(scenario: Scenario) -> dict[str, Any]:
    """What the page can change, as SolaraViz reads it; the scenario itself is fixed.

    Parameters
    ----------
    scenario
        The scenario, whose own values come first.
    """
    file = scenario.loaded.file
    chosen: dict[str, Any] = {
        "scenario": scenario,
        "seed": {
            "type": "SliderInt",
            "label": "Seed",
            "value": file.seed,
            "min": 0,
            "max": max(_SEEDS, file.seed),
            "step": 1,
        },
        "mediator": {
            "type": "Select",
            "label": "Mediator",
            "value": file.mediator.kind,
            "values": list(MEDIATORS),
        },
        "knowledge": {
            "type": "Select",
            "label": "What the mediator knows",
            "value": file.mediator.knowledge,
            "values": list(KNOWLEDGE),
        },
    }
    if file.demander is not None:
        leverage = round(centre(file.demander.leverage), 2)
        chosen["leverage"] = {
            "type": "SliderFloat",
            "label": "Leverage",
            "value": leverage,
            "min": 0.0,
            "max": max(_MOST_LEVERAGE, leverage),
            "step": 0.05,
        }
    return chosen


def first_model(scenario: Scenario) -> SummitOnPage:
    """The model that a browser sees first, with the values of the scenario."""
    chosen = parameters(scenario)
    values = {k: v["value"] if isinstance(v, dict) else v for k, v in chosen.items()}
    return SummitOnPage(**values)


@solara.component
def Page() -> None:
    """The page of one browser."""
    scenario = solara.use_memo(lambda: _scenario[0] if _scenario else load(_DEFAULT), [])
    first = solara.use_memo(lambda: first_model(scenario), [])
    model = solara.use_reactive(first)
    # A model that is replaced, or whose browser has left, is let go.
    solara.use_effect(lambda: model.value.release, [model.value])
    solara.Title(scenario.title)
    SolaraViz(model, model_params=parameters(scenario), name=scenario.title, play_interval=_PLAY_MS)
    # Not as components of SolaraViz, whose tiles would all be cut to one height.
    with solara.ColumnsResponsive(12, large=[6, 6]):
        Board(model.value)
        Course(model.value)


@solara.component
def Board(model: SummitOnPage) -> None:
    """The text on the table in words, and who lets it pass by how much."""
    update_counter.get()
    with solara.Column(gap="4px"):
        # No Markdown: Solara's would fetch a library for formulas from elsewhere.
        for line in told(model):
            solara.Text(line, style={"font-size": "1.1rem"})
        solara.Text(f"{model.played}.")
        if model.round >= 0:
            solara.FigureMatplotlib(answers(model), format="png", bbox_inches="tight")


@solara.component
def Course(model: SummitModel) -> None:
    """The text from round to round."""
    update_counter.get()
    if model.round >= 0:
        solara.FigureMatplotlib(course(model), format="png", bbox_inches="tight")


def told(model: SummitModel) -> list[str]:
    """Where the summit stands, line by line."""
    resolved = model.setup.scenario
    if model.round < 0:
        return [
            "Press Step to table the first text, or ▶ to play on.",
            "Parameters take effect with Reset.",
        ]
    date = day(resolved.dates[model.round])
    lines = [
        f"Round {model.round + 1} of {len(resolved.dates)}, {date}",
        f"{text_words(resolved.terms, model.choice)}.",
        f"{model.on_board} of {len(model.members)} let it pass; "
        f"{count(model.letters, 'side letter')}.",
    ]
    if model.adopted:
        lines.append("Adopted.")
    elif not model.running:
        lines.append("The summit is over without a text.")
    return lines


@style.styled
def answers(model: SummitModel) -> Figure:
    """How far each member is from its limit: what refusing costs less the net loss, worst first.

    Who holds a side letter is out of the text, and at 0.
    """
    members = sorted(model.members, key=_margin)
    margins = [_margin(m) for m in members]
    with style.off_screen():
        figure = style.new_figure(7.0, 1.6 + 0.27 * len(members))
    ax = figure.add_subplot()
    handles = []
    for passed, label in _SAID:
        colour, hatch = (style.BLUE, "") if passed else (style.VERMILLION, "///")
        look: dict[str, Any] = {
            "facecolor": colour,
            "hatch": hatch,
            "edgecolor": "white",
            "linewidth": 0.5,
        }
        rows = [j for j, m in enumerate(members) if m.passed == passed]
        ax.barh(rows, [margins[j] for j in rows], **look)
        handles.append(Patch(label=f"{label} ({len(rows)})", **look))
    ax.axvline(0.0, color=style.INK, linewidth=1)
    names = [f"{m.name} (letter)" if m.side_letter else m.name for m in members]
    ax.set_yticks(range(len(members)), names, fontsize=11)
    ax.invert_yaxis()
    ax.margins(y=0.01)
    ax.set_xlabel("what refusing costs today − net loss by the text")
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, borderaxespad=0.2
    )
    return figure


def _margin(member: MemberState) -> float:
    return 0.0 if member.side_letter else member.refusal_cost - member.net_loss


@style.styled
def course(model: SummitModel) -> Figure:
    """The terms of the text, a panel for each unit, and members on board, from round to round.

    Levels without a number, such as the wording, have no line.
    """
    resolved = model.setup.scenario
    assert model.datacollector is not None
    kept = model.datacollector.get_model_vars_dataframe()
    rounds = range(1, len(kept) + 1)
    panels: dict[str, list[GridTerm]] = defaultdict(list)
    for term in resolved.terms:
        if term.written and not term.labels:
            panels[term.unit or "value"].append(term)
    colours = style.term_colours(resolved)
    with style.off_screen():
        figure = style.new_figure(7.0, 2.7 * (len(panels) + 1))
    *axes, last = figure.subplots(len(panels) + 1, 1, sharex=True, squeeze=False).ravel()
    for ax, (unit, terms) in zip(axes, panels.items(), strict=True):
        for term, marker in zip(terms, cycle(_MARKERS)):
            values = kept[term.name].astype(float)
            name = f"{term.name} (none)" if np.isnan(values.iloc[-1]) else term.name
            ax.plot(rounds, values, marker, ls="-", color=colours.get(term.name), label=name)
        _finish(ax, unit, [x for t in terms for x in (t.values[:-1] if t.or_none else t.values)])
    for name, colour, marker in (
        ("on_board", style.DARK, "o"),
        ("side_letters", style.VERMILLION, "s"),
    ):
        last.plot(rounds, kept[name], marker, ls="-", color=colour, label=name)
    _finish(last, "members", [0, len(resolved.members)])
    last.set_xlim(0.5, max(8, len(kept)) + 0.5)
    last.set_xlabel("round")
    last.xaxis.set_major_locator(MaxNLocator(integer=True, steps=_STEPS))
    figure.align_ylabels()
    return figure


def _finish(ax: Axes, unit: str, values: Sequence[float]) -> None:
    """Name the unit, and show all values that the text may take."""
    low, high = min(values), max(values)
    margin = 0.06 * (high - low)
    ax.set_ylim(low - margin, high + margin)
    whole = all(float(x).is_integer() for x in values)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=whole, steps=_STEPS))
    ax.ticklabel_format(axis="y", useOffset=False)
    ax.set_ylabel(unit)
    ax.grid()
    ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, borderaxespad=0.2)
