"""``kalai_smorodinsky``: equal shares of what each could gain at best.

Kalai & Smorodinsky 1975, "Other solutions to Nash's bargaining problem", Econometrica 43(3): the
text that maximises the smallest ratio of a member's gain to the gain at its own best text.
"""

from ..rule import rule

SMALL_GAIN = 0.01


@rule
def term(margin: float, best: float) -> float:
    """One member's part of the score: its share of the gain at its own best text."""
    return margin / (best if best > SMALL_GAIN else SMALL_GAIN)
