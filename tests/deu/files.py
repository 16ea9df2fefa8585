"""Files in the format of DEU II, made up: the data themselves are not part of this repository."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

OLD = ("at", "be", "dk", "fi", "fr", "de", "el", "ie", "it", "lu", "nl", "pt", "es", "se", "uk")
NEW = ("bu", "cy", "cz", "ee", "hu", "lv", "lt", "mt", "pl", "ro", "si", "sk")
ACTORS = ("com", "ep", *OLD, *NEW)
#: The columns of the published file in their order.
COLUMNS = [
    "prnrnmc", "isnrnmc", "prnr", "cod", "prname", "isnr",
    *(f"p{a}" for a in (
        "com", "ep", "at", "be", "bu", "cy", "cz", "dk", "ee", "fi", "fr", "de", "el", "hu", "ie",
        "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "si", "sk", "es", "se", "uk")),
    "rp", "out", "pepppty", "ppespty", "paldepty", "pgreenpty", "pguepty", "puenpty",
    *(f"s{a}" for a in (
        "com", "ep", "at", "be", "bu", "cy", "cz", "dk", "ee", "fi", "fr", "de", "el", "hu", "ie",
        "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "si", "sk", "es", "se", "uk")),
]  # fmt: skip


def row(name: str, proposal: str, out: Any, **given: Any) -> dict[str, Any]:
    """One issue; what is not given is empty."""
    return {"isnr": name, "prnr": proposal, "cod": "2001/0001(COD)", "out": out, **given}


def write(path: Path, rows: list[dict[str, Any]], columns: list[str] = COLUMNS) -> Path:
    """Write a file of issues."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def made_up(proposals: int, issues: int, seed: int, actors: tuple[str, ...] = OLD[:6]) -> list:
    """Issues on which the weighted mean with noise decides; two camps and some in between."""
    rng = np.random.default_rng(seed)
    rows = []
    for p in range(proposals):
        for j in range(issues):
            who = ("com", *actors)
            x = rng.choice([0, 0, 100, 100, 50, 30], len(who))
            s = rng.integers(1, 10, len(who)) * 10
            out = float(np.clip(np.average(x, weights=s) + rng.normal(0, 20), 0, 100))
            given = {f"p{a}": int(v) for a, v in zip(who, x, strict=True)}
            given |= {f"s{a}": int(v) for a, v in zip(who, s, strict=True)}
            rows.append(row(f"p{p:02d}i{j}", f"p{p:02d}", round(out, 1), rp=0, **given))
    return rows
