"""The procedure of a summit: the order of a round, and when a text is adopted."""

from .rule import rule

CONSENSUS, QUALIFIED_MAJORITY, UNANIMITY_MINUS = range(3)
#: By name. Who abstains does not object, so unanimity is consensus by another name.
PROCEDURES = {
    "consensus": CONSENSUS,
    "unanimity": CONSENSUS,
    "qualified_majority": QUALIFIED_MAJORITY,
    "unanimity_minus": UNANIMITY_MINUS,
}

#: What happens in a round, in this order; both engines follow it.
ROUND = (
    ("events", "shocks strike and expire; attributes, leverage and what refusing costs follow"),
    ("aim", "from the second round: if it learned, the mediator looks for the best text"),
    (
        "concession",
        "at a meeting an opt-out or a payment, where that is better than a change",
    ),
    ("text", "the text comes towards the aim as far as the demander goes along by now"),
    ("answers", "everybody lets it pass or breaks silence, at once"),
    ("adoption", "nobody objects, or in the end enough vote for it"),
    ("learning", "each refusal bounds the luck of who refused, the demander's included"),
)

#: Changes of the aim, concessions included, that the mediator has time for between two drafts.
CHANGES_PER_DRAFT = 3
#: Drafts that the day of a meeting has room for, where a scenario does not say.
LAST_DAY_DRAFTS = 4


@rule
def breaks_up(meeting: int, following: int, learned: bool) -> bool:
    """Whether the next draft of a meeting is not tabled: nothing was learned, so it is the same.

    ``meeting`` and ``following`` are the numbers of the meetings that a round and the next belong
    to, 0 for none.
    """
    return meeting > 0 and meeting == following and not learned


@rule
def adopted(
    procedure: int,
    weight_for: float,
    weight_all: float,
    objectors: int,
    quota: float,
    minus: int,
    meeting: bool,
    tabled: bool,
) -> bool:
    """Whether a text is adopted.

    Consensus is sought throughout. Under a qualified majority a text is put to the vote on the day
    of a meeting, if who tables it still wants it (Heisenberg 2005, "The institution of 'consensus'
    in the European Union", European Journal of Political Research 44(1), on why votes come last).

    Parameters
    ----------
    procedure
        ``CONSENSUS``: no objection; ``QUALIFIED_MAJORITY``: at a meeting those that let it
        pass hold at least ``quota`` of the weight; ``UNANIMITY_MINUS``: at most ``minus`` object.
    weight_for, weight_all
        Voting weight of those that let it pass, and of all.
    objectors
        Number of those that broke silence.
    meeting
        Whether it is the day of a meeting.
    tabled
        Whether the demander lets it pass (True where there is none).
    """
    if objectors == 0:
        return True
    if procedure == QUALIFIED_MAJORITY:
        return meeting and tabled and weight_for >= quota * weight_all
    return procedure == UNANIMITY_MINUS and tabled and objectors <= minus
