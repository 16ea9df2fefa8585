"""``nash``: the text with the largest product of gains (Nash 1950, "The bargaining problem").

A member's gain is its margin: what it saves by letting the text pass instead of breaking silence.
Gains are counted in logs; below a small gain the log goes on as its tangent, so that texts that
leave somebody worse off can still be ranked.
"""

from ..draws import log
from ..rule import rule

SMALL_GAIN = 0.01
_LOG_SMALL_GAIN = log(SMALL_GAIN)


@rule
def term(margin: float) -> float:
    """One member's part of the score: the log of its gain."""
    if margin < SMALL_GAIN:
        return _LOG_SMALL_GAIN + (margin - SMALL_GAIN) / SMALL_GAIN
    return log(margin)
