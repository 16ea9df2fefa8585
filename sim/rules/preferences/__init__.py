"""Preference models: what a text costs a member.

Each model is one file with the same three rules, ``take_position``, ``pain`` and ``ideal_value``;
the rules here choose among them by the number that a member carries.
"""

from ..rule import Row, rule
from . import burden, demander, spatial

BURDEN, DEMANDER, SPATIAL = range(3)
NAMES = ("burden", "demander", "spatial")

_burden_pain, _demander_pain, _spatial_pain = burden.pain, demander.pain, spatial.pain
_burden_ideal = burden.ideal_value
_demander_ideal = demander.ideal_value
_spatial_ideal = spatial.ideal_value


def columns(n_terms: int) -> int:
    """Numbers in a member's position for a text of ``n_terms`` terms."""
    return max(burden.COLUMNS, 3 * n_terms)


@rule
def pain(model: int, text: Row, row: Row, n_terms: int) -> float:
    """What a text costs a member, before side letters and red lines."""
    if model == BURDEN:
        return _burden_pain(text, row)
    if model == DEMANDER:
        return _demander_pain(text, row)
    return _spatial_pain(text, row, n_terms)


@rule
def ideal_value(model: int, term: int, row: Row, threat: float) -> float:
    """The value of a term that a member would write itself, before it is put on the grid."""
    if model == BURDEN:
        return _burden_ideal(term, row, threat)
    if model == DEMANDER:
        return _demander_ideal(term, row)
    return _spatial_ideal(term, row)
