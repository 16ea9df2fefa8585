"""What figures of a sensitivity study call inputs, outcomes and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import style

if TYPE_CHECKING:
    from ..analysis.sensitivity.result import Sensitivity

MEANING = {
    "morris": "Effect of a move by half of the range",
    "sobol": "Share of the variance of the expected outcome",
    "pawn": "Kolmogorov-Smirnov distance",
    "shapley": "Share of the variance of the expected outcome",
    "tornado": "Change of the outcome, input at its 5% and 95% quantile",
}
_SHORT = {
    "n_side_letters": "side letters",
    "adopted_round": "round of adoption",
    "no_deal": "no deal",
    "consensus_with_side_letters": "consensus with side letters",
    "adopted_over_objections": "adoption over objections",
}


def method(study: Sensitivity) -> str:
    """The method as titles write it."""
    return "PAWN" if study.method == "pawn" else study.method.capitalize()


def label(study: Sensitivity, name: str) -> str:
    """An input or group as figures call it."""
    parts = name.split(".")
    names = players(study)
    if parts[0] == "parties" and len(parts) > 2:
        who = names.get(parts[1], "all" if parts[1] == "*" else parts[1])
        return f"{style.words(who)}: {attribute('.'.join(parts[2:]))}"
    if parts[0] == "coefficients":
        return style.words(" ".join(parts[1:]))
    if parts[0] == "demander":
        demanders = study.scenario.loaded.resolved.demanders
        who = " and ".join(names[code] for code in demanders) or "demander"
        return f"{style.words(who)}: {attribute('.'.join(parts[1:]))}"
    return names[name] if name in names else attribute(name)


def attribute(name: str) -> str:
    """An attribute as figures call it."""
    return style.words(name.removeprefix("us_"))


def players(study: Sensitivity) -> dict[str, str]:
    """Names of the members by code."""
    return {p.code: p.name for p in study.scenario.loaded.resolved.members}


def short(study: Sensitivity, output: str) -> str:
    """An outcome as a column or row calls it."""
    head, _, code = output.partition(".")
    if head == "side_letter":
        return f"side letter: {players(study).get(code, code)}"
    return _SHORT.get(output, output)


def asked(study: Sensitivity, output: str) -> str:
    """The question that a figure of an outcome answers."""
    what = short(study, output).replace("side letter:", "a side letter for")
    if study.units[output] != "probability":
        return f"What drives {'the number of ' * (output == 'n_side_letters')}{what}?"
    if output == "outcome":
        return "What drives how it ends?"
    article = "a " if output == "deal" else ""
    return f"What drives the probability of {article}{what}?"


def axis(study: Sensitivity, output: str) -> str:
    """What the axis of the main measure says."""
    if study.method in ("morris", "tornado"):
        unit = study.units[output]
        return f"{MEANING[study.method]} ({unit})" if unit else MEANING[study.method]
    return MEANING[study.method]
