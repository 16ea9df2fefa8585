"""Side letters: when the mediator offers one, and to whom."""

from .rule import rule


@rule
def is_due(
    objectors: int,
    granted: int,
    limit: int,
    most_objectors: int,
    rounds_left: int,
    last_rounds: int,
    stuck: int,
    patience: int,
) -> bool:
    """Whether a side letter is granted after a failed round.

    Few enough members object, letters are left, and the summit is near or the talks are stuck.

    Parameters
    ----------
    objectors
        Members that broke silence in the last round.
    granted, limit
        Letters granted so far, and the most the mediator and the demander allow.
    most_objectors
        With more objectors than this the text is changed instead.
    rounds_left, last_rounds
        Rounds that remain, and from how many on the summit counts as near.
    stuck, patience
        Rounds since the number of objectors last fell, and how many count as stuck.
    """
    if granted >= limit or objectors == 0 or objectors > most_objectors:
        return False
    return rounds_left <= last_rounds or stuck >= patience
