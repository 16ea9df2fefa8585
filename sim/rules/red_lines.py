"""Red lines: what a member does not accept at any price. They are public."""

from .rule import Places, rule


@rule
def steps_across(choice: Places, lowest: Places, highest: Places) -> float:
    """How many steps of the drafting grid a text lies across the red lines of a member, in all.

    Parameters
    ----------
    choice
        Places of the text, one for each term.
    lowest, highest
        First and last place that the member accepts, one for each term.
    """
    across = 0
    for t in range(len(choice)):
        if choice[t] < lowest[t]:
            across = across + lowest[t] - choice[t]
        if choice[t] > highest[t]:
            across = across + choice[t] - highest[t]
    return float(across)


@rule
def first_crossed(choice: Places, lowest: Places, highest: Places) -> int:
    """The first term that crosses a red line: -(term + 1) if lower is wanted, +(term + 1) higher.

    0 where the text crosses none.
    """
    for t in range(len(choice)):
        if choice[t] > highest[t]:
            return -(t + 1)
        if choice[t] < lowest[t]:
            return t + 1
    return 0
