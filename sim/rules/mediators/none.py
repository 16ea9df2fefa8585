"""``none``: no mediator; the floor amends the text.

The term that most objectors named moves one step in the direction that more of them asked for; on
a tie the first such term, downwards first. Nobody trades one term against another and nobody
grants side letters.
"""

from ..rule import Places, rule

NAME = "none"
SEARCHES, WRITES, GRANTS_LETTERS, LEAST = False, False, False, False
REFERENCE = "amendments from the floor, one at a time"


@rule
def amend(choice: Places, sizes: Places, asked: Places) -> None:
    """Move the choice in place by the most wanted step that the grid allows.

    Parameters
    ----------
    choice, sizes
        The text on the grid, and the number of values of each term.
    asked
        How many objectors named each term: lower in the even places, higher in the odd ones.
    """
    most = 0
    term = 0
    step = 0
    for t in range(len(sizes)):
        lower = asked[2 * t]
        higher = asked[2 * t + 1]
        if lower > most and lower >= higher and choice[t] > 0:
            most = lower
            term = t
            step = -1
        if higher > most and higher > lower and choice[t] < sizes[t] - 1:
            most = higher
            term = t
            step = 1
    choice[term] = choice[term] + step
