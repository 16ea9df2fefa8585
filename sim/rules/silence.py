"""The silence procedure: who lets a text pass, what an objector names, when it is adopted."""

from .preferences import pain
from .rule import Places, Row, Table, rule

CONSENSUS, QUALIFIED_MAJORITY, UNANIMITY_MINUS = range(3)
PROCEDURES = ("consensus", "qualified_majority", "unanimity_minus")


@rule
def lets_pass(hurts: float, tolerance: float, noise: float) -> bool:
    """A member lets a text pass when its pain is at most its tolerance plus its noise."""
    return hurts <= tolerance + noise


@rule
def adopted(
    procedure: int, weight_for: float, weight_all: float, objectors: int, quota: float, minus: int
) -> bool:
    """Whether a text is adopted.

    Parameters
    ----------
    procedure
        ``CONSENSUS``: no objection; ``QUALIFIED_MAJORITY``: the members that let it pass hold at
        least ``quota`` of the weight; ``UNANIMITY_MINUS``: at most ``minus`` members object.
    weight_for, weight_all
        Voting weight of those that let it pass, and of all.
    objectors
        Number of members that broke silence.
    """
    if procedure == QUALIFIED_MAJORITY:
        return weight_for >= quota * weight_all
    if procedure == UNANIMITY_MINUS:
        return objectors <= minus
    return objectors == 0


@rule
def objection(
    model: int,
    choice: Places,
    text: Row,
    values: Table,
    sizes: Places,
    row: Row,
    lowest: Row,
    highest: Row,
    n_terms: int,
) -> int:
    """The term that an objector names, and the direction in which it wants it moved.

    It names the first term that crosses a red line of its own. If none does, it names the single
    step on the drafting grid that would relieve it most; on a tie the first term, downwards first.

    Parameters
    ----------
    model
        Preference model of the member.
    choice
        Place of the text on the grid of each term, ``n_terms`` integers.
    text
        Values of the text; changed and restored.
    values, sizes
        The drafting grid: values of each term, and how many.
    row
        Position of the member.
    lowest, highest
        Its red lines: the values of each term that it accepts at most.

    Returns
    -------
    int
        ``+(term + 1)`` for higher, ``-(term + 1)`` for lower, 0 where no step relieves it.
    """
    for t in range(n_terms):
        if text[t] > highest[t]:
            return -(t + 1)
        if text[t] < lowest[t]:
            return t + 1
    least = pain(model, text, row, n_terms)
    named = 0
    for t in range(n_terms):
        here = text[t]
        for direction in (-1, 1):
            j = choice[t] + direction
            if 0 <= j < sizes[t]:
                text[t] = values[t][j]
                hurts = pain(model, text, row, n_terms)
                if hurts < least:
                    least = hurts
                    named = direction * (t + 1)
        text[t] = here
    return named
