"""Side letters: a named opt-out takes a member out of the room, at a price to who tables the text.

Its holder lets every text pass and is no longer asked. The text then binds one member less, in
public, so it is worth less to its tabler.
"""

from .rule import Row, rule

#: A letter is thought of only while at most so many object: an exception is for the few.
MOST_OBJECTORS = 3


@rule
def after_letters(value: float, letters: int, price: float) -> float:
    """What the tabler has of a text with so many letters: each takes the share ``price`` away."""
    for _ in range(letters):
        value = value * (1.0 - price)
    return value


@rule
def hardest(parts: Row, may: Row) -> int:
    """Place of the member for whom a letter is thought of: the lowest odds among those that may.

    Parameters
    ----------
    parts
        Odds (or another mediator's part) of each member at the aim.
    may
        Whether each member may get a letter: it objected, something was learned of it, and it has
        none yet.

    Returns
    -------
    int
        The first member with the lowest part below 1, or -1 if there is none.
    """
    found = -1
    for i in range(len(may)):
        if may[i] and parts[i] < 1.0 and (found < 0 or parts[i] < parts[found]):
            found = i
    return found
