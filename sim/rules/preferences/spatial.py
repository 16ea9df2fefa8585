"""The ``spatial`` preference model: members lose by the squared distance from their ideal points.

Losses are weighted by exerted power (power x salience), so that who brings more to the table
loses more by the same text (Stokman & Van den Bos 1992, "A two-stage model of policymaking",
Research in Politics and Society 4; Thomson et al. 2006, "The European Union Decides"). A *camp* is
all members with the same ideal points and saliences; it speaks and is lucky as one.

Values are put on 0 to 1 over the range of each term.
"""

from typing import Any

from ..rule import Row, rule

#: No drawn salience falls below this share of what it is.
LEAST_SALIENCE = 0.05
#: Mean loss of a camp by a text that is as far from its ideal as can be.
MEAN_LOSS = 0.5


@rule
def drawn_salience(salience: float, z: float, k: Any) -> float:
    """Salience of one run: salience (1 + sd z), z standard normal, kept positive."""
    factor = 1.0 + k.spatial_salience_sd * z
    return salience * (factor if factor > LEAST_SALIENCE else LEAST_SALIENCE)


@rule
def refusing(tied: float, k: Any) -> float:
    """What refusing costs a camp on the last day, but for luck: less for who is tied at home."""
    return k.spatial_base * (1.0 - k.refusing_domestic * tied)


@rule
def scale_weights(weights: Row, speaks: Row, n_terms: int) -> float:
    """Put the weights on a scale on which camps that speak weigh ``MEAN_LOSS`` on average.

    Parameters
    ----------
    weights
        Exerted power of each member on each term, in one row, members first; changed in place.
    speaks
        Whether a member speaks for its camp.
    n_terms
        Number of terms.

    Returns
    -------
    float
        The sum of the scaled weights of those that speak.
    """
    total = 0.0
    camps = 0
    for i in range(len(speaks)):
        if speaks[i]:
            camps = camps + 1
            for t in range(n_terms):
                total = total + weights[i * n_terms + t]
    scale = MEAN_LOSS * camps / total if total > 0.0 else 0.0
    for j in range(len(weights)):
        weights[j] = weights[j] * scale
    return total * scale


@rule
def on_unit(value: float, low: float, span: float) -> float:
    """A value of a term on 0 to 1 over its range."""
    return (value - low) / span


@rule
def part_of_loss(value: float, ideal: float, weight: float) -> float:
    """Loss on one term: weight (value - ideal)**2."""
    away = value - ideal
    return weight * (away * away)


@rule
def chair_value(losses: float, away: float, own_view: float) -> float:
    """What a chair has of a text.

    (1 - own_view)(1 - losses of all) + own_view (1 - distance from its own view)

    Parameters
    ----------
    losses
        Squared distances from all ideal points, weighted by power x salience (sum 1).
    away
        Mean squared distance from the chair's own view over the terms.
    own_view
        Weight of this view.
    """
    return (1.0 - own_view) * (1.0 - losses) + own_view * (1.0 - away)
