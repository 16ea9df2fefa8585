"""Shocks: what happens to members and to leverage between dates, and when."""

from .rule import rule


@rule
def strikes(fixed_round: int, chance: float, draw: float, round_: int) -> bool:
    """Whether an event that has not yet happened happens in this round.

    A dated event strikes in its round (``fixed_round`` >= 0); a random one with ``chance`` in every
    round, decided by ``draw``, a number in (0, 1).
    """
    if fixed_round >= 0:
        return round_ == fixed_round
    return draw < chance


@rule
def bounded(x: float) -> float:
    """An attribute after shocks, kept between 0 and 1."""
    if x < 0.0:
        return 0.0
    return 1.0 if x > 1.0 else x
