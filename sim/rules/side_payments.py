"""Side payments: an amount out of a term of the text for who holds out, such as a rebate.

What is paid is taken from its term for everybody, so the others pay for it by the term, and by what
who tables the text thinks of that. Like an opt-out by name it waits for the day of a meeting.
"""

from .rule import rule


@rule
def relief(weight: float, amount: float, share: float) -> float:
    """What an amount takes off the loss of a party: weight min(1, amount / share).

    A term is shared by all. An amount that goes to one party alone is to it as if the whole term
    had moved by amount / share its way; no more than its whole loss is bought.

    Parameters
    ----------
    weight
        The weights of the party's losses, summed over terms: its loss by the worst of texts.
    amount
        What it is paid, as a share of the range of the term.
    share
        Its share of the power of all.

    Examples
    --------
    >>> relief(0.5, 0.02, 0.1)
    0.1
    """
    moved = amount / share if share > 0.0 else 1.0
    return weight * (moved if moved < 1.0 else 1.0)
