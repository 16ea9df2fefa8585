"""``compromise``: the Secretary General who looks for the text that all are likely to let pass.

It scores every candidate by the log probability that all members let it pass, the demander counted
several times, and sometimes takes a worse draft (annealing: Klein, Faratin, Sayama & Bar-Yam 2003,
"Negotiating complex contracts", Group Decision and Negotiation 12(2)), so that thirty-two parties
do not freeze on the first text.
"""

from ..rule import rule

#: Beyond this many scales a member counts as certain; 4 log 2.
CERTAIN = 2.772588722239781


@rule
def log_acceptance(z: float) -> float:
    """Log probability that a member with a margin of z scales lets a text pass.

    A parabola between two lines: z for z <= -CERTAIN, 0 for z >= CERTAIN, and between them
    -(CERTAIN - z) ** 2 / (4 CERTAIN). It meets the log of the logistic function at 0 in value
    (-log 2) and slope (1/2), is never more than 0.076 from it, needs no exponential, and lets the
    mediator forget those who are certain.
    """
    doubt = CERTAIN - z
    doubt = doubt if doubt > 0.0 else 0.0
    far = doubt - 2.0 * CERTAIN
    far = far if far > 0.0 else 0.0
    near = doubt - far
    return -(near * near * (0.25 / CERTAIN) + far)


@rule
def term(margin: float, weight: float, sharpness: float) -> float:
    """One member's part of the score: its weighted log probability to let the text pass.

    ``sharpness`` is 1 / the acceptance scale.
    """
    return weight * log_acceptance(margin * sharpness)
