"""Side letters: a named opt-out takes a member out of the room, at a price to who tables the text.

Its holder lets every text pass and is no longer asked. The text then binds one member less, in
public, so it is worth less to its tabler. An exception by name is a precedent and rewards holding
out, so it waits for the day of a meeting; there it competes with changes of the text.
"""

from .rule import Row, rule


@rule
def after_concessions(
    value: float,
    in_force: float,
    letters: int,
    letter_price: float,
    payments: int,
    payment_price: float,
) -> float:
    """What the tabler has of a text with so many letters and steps of side payments.

    Each takes the share that is its price off what the text brings beyond the one in force: nobody
    pays more for an exception than agreement is worth.
    """
    if value <= in_force:
        return value
    more = value - in_force
    for _ in range(letters):
        more = more * (1.0 - letter_price)
    for _ in range(payments):
        more = more * (1.0 - payment_price)
    return in_force + more


@rule
def may_ask(asked: bool, passed: bool, learned: bool, knows_all: bool) -> bool:
    """Whether a member may get a letter, or be paid.

    It must still be in the room, have refused the last text, and have taught something by a
    refusal; a mediator that knows all need not wait for that.
    """
    return asked and (knows_all or (learned and not passed))


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
