"""How the negotiation fares at three summits over random coefficients, not only at its defaults.

``python benchmarks/model_draws.py [--draws 400] [--runs 20] [--seed 1] [--out FILE]``

A draw is one set of coefficients over their plausible ranges, played ``runs`` times at each summit.
It is right at a summit if the most frequent outcome of its runs, no deal being one, has the words
that were adopted, and a date or none as it was. The full text is right if at least half of the runs
also have the date within three years and, at The Hague, core and broader spending within a step and
no fixed increment.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sim
from sim.engine.block import Block, empty_block
from sim.engine.play import play_into
from sim.engine.problem import Setup, set_up
from sim.scenario.coefficients import Coefficients, coefficient_names

SUMMITS = ("wales_2014", "vilnius_2023", "hague_2025")
WORDS = {"wales_2014": "aim_to", "vilnius_2023": "at_least", "hague_2025": "allies_commit"}
DATES = {"wales_2014": 2024.0, "vilnius_2023": 0.0, "hague_2025": 2035.0}
OBJECTORS = {
    "wales_2014": ("CAN", "DEU"),
    "vilnius_2023": ("CAN", "LUX"),
    "hague_2025": ("ESP", "BEL", "SVK"),
}


def plausible_ranges() -> list[tuple[str, list[float]]]:
    """Names of the coefficients in their vector, and the range or values of each."""
    found = []
    for group in Coefficients.model_fields:
        part = type(getattr(Coefficients(), group))
        for name, info in part.model_fields.items():
            extra = info.json_schema_extra
            assert isinstance(extra, dict)
            found.append((f"{group}_{name}", list(extra["plausible"])))  # type: ignore[arg-type]
    assert [name for name, _ in found] == list(coefficient_names())
    return found


def draw(n: int, seed: int) -> np.ndarray:
    """Random coefficients, shape (n, coefficients)."""
    rng = np.random.default_rng(seed)
    columns = []
    for _, values in plausible_ranges():
        if len(values) == 2:
            columns.append(rng.uniform(*values, n))
        else:
            columns.append(rng.choice(values, n))
    return np.column_stack(columns)


def play(setup: Setup, coefficients: np.ndarray, seed: int, runs: int) -> Block:
    """Runs under each row of coefficients, one after the other in one block."""
    p = setup.problem
    block = empty_block(p, len(coefficients) * runs, trace=False)
    for j, row in enumerate(coefficients):
        values, public = p.values.copy(), p.public_values.copy()
        for v in (values, public):
            v[p.coefficients_from : p.demander_from] = row
        here = Block(*(a[j * runs : (j + 1) * runs] for a in block))
        play_into(p._replace(values=values, public_values=public), seed, j * runs, here)
    return block


@dataclass
class Fare:
    """What one summit gave, by draw."""

    right: np.ndarray
    full: np.ndarray
    deal: np.ndarray
    letters: float
    holders: list[tuple[str, float]]
    ranks: dict[str, float]
    date: float


def fare(name: str, setup: Setup, block: Block, runs: int) -> Fare:
    """How the draws of one summit fare."""
    terms = {t.name: j for j, t in enumerate(setup.scenario.terms)}
    words = setup.scenario.terms[terms["wording"]].labels
    dates = np.array(setup.scenario.terms[terms["deadline_year"]].values)
    ok = block.adopted_round >= 0
    word = np.array(words)[block.choice[:, terms["wording"]]]
    date = dates[block.choice[:, terms["deadline_year"]]]
    outcome = [
        (w, d > 0) if deal else ("no deal", False)
        for w, d, deal in zip(word, date, ok, strict=True)
    ]
    want = (WORDS[name], DATES[name] > 0)
    full = ok & (word == want[0]) & ((date > 0) == want[1]) & (abs(date - DATES[name]) <= 3)
    if name == "hague_2025":
        core = np.array(setup.scenario.terms[0].values)[block.choice[:, 0]]
        broader = np.array(setup.scenario.terms[1].values)[block.choice[:, 1]]
        none = block.choice[:, terms["annual_increment_pp"]] == 0
        full &= (abs(core - 3.5) <= 0.25) & (abs(broader - 1.5) <= 0.25) & none
    n = len(ok) // runs
    right = np.array(
        [Counter(outcome[j * runs : (j + 1) * runs]).most_common(1)[0][0] == want for j in range(n)]
    )
    objections = block.objections.mean(axis=0)
    order = [setup.codes[i] for i in np.argsort(-objections, kind="stable")]
    held = block.side_letter[ok].mean(axis=0)
    best = np.argsort(-held, kind="stable")[:4]
    return Fare(
        right,
        full.reshape(n, runs).mean(axis=1) >= 0.5,
        ok.reshape(n, runs).mean(axis=1),
        float(block.side_letter[ok].sum(axis=1).mean()),
        [(setup.codes[i], float(held[i])) for i in best],
        {code: order.index(code) / len(order) for code in OBJECTORS[name]},
        float(np.median(date[ok & (date > 0)])) if (ok & (date > 0)).any() else float("nan"),
    )


def main() -> None:
    """Play, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    a = parser.parse_args()
    coefficients = draw(a.draws, a.seed)
    fares = {}
    for name in SUMMITS:
        setup = set_up(sim.load(name).loaded.resolved)
        fares[name] = fare(name, setup, play(setup, coefficients, a.seed, a.runs), a.runs)
    lines = [
        f"{a.draws} draws of all coefficients over their plausible ranges, {a.runs} runs each",
        "",
        "| summit | words and date or none right | full text right | deals | letters in a deal | "
        "holders | rank of who objected (share of members) | median date |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, f in fares.items():
        holders = ", ".join(f"{code} {share:.2f}" for code, share in f.holders)
        ranks = ", ".join(f"{code} {rank:.2f}" for code, rank in f.ranks.items())
        lines.append(
            f"| {name} | {f.right.mean():.3f} | {f.full.mean():.3f} | {f.deal.mean():.2f} | "
            f"{f.letters:.2f} | {holders} | {ranks} | {f.date:.0f} |"
        )
    right = np.all([f.right for f in fares.values()], axis=0).mean()
    full = np.all([f.full for f in fares.values()], axis=0).mean()
    lines += ["", f"Right at all three: {right:.3f}; full texts at all three: {full:.3f}."]
    text = "\n".join(lines)
    print(text)
    if a.out:
        a.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
