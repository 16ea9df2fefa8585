"""Cases for the tests of the peers' models."""

import numpy as np
from hypothesis import strategies as st

import sim
from sim.solvers import Case
from sim.solvers.derive import case_of


def case(
    position: list[list[float]],
    salience: list[list[float]] | None = None,
    power: list[float] | None = None,
    reference: list[float] | None = None,
    scale: tuple[float, float] = (0.0, 100.0),
) -> Case:
    """A case from plain lists; everybody equal if nothing else is said."""
    x = np.array(position, dtype=float)
    m, k = x.shape
    return Case(
        tuple(f"term{j}" for j in range(k)),
        tuple(f"M{i}" for i in range(m)),
        np.ones(m) if power is None else np.array(power, dtype=float),
        x,
        np.full((m, k), 0.5) if salience is None else np.array(salience, dtype=float),
        np.full(k, scale[0]),
        np.full(k, scale[1]),
        None if reference is None else np.array(reference, dtype=float),
    )


def emissions() -> Case:
    """Car emissions in the European Community: Bueno de Mesquita 1994, p. 78."""
    return case_of(sim.load("emission_standards").setup)


@st.composite
def cases(draw: st.DrawFn, most_terms: int = 3) -> Case:
    """Cases without a reference; weights are exact in binary, so that halves are halves."""
    m, k = draw(st.integers(2, 6)), draw(st.integers(1, most_terms))

    def matrix(of: st.SearchStrategy[int]) -> np.ndarray:
        return np.array([[draw(of) for _ in range(k)] for _ in range(m)], dtype=float)

    return Case(
        tuple(f"term{j}" for j in range(k)),
        tuple(f"M{i}" for i in range(m)),
        np.array([draw(st.integers(1, 9)) for _ in range(m)], dtype=float),
        10.0 * matrix(st.integers(0, 10)),
        matrix(st.integers(1, 16)) / 16.0,
        np.zeros(k),
        np.full(k, 100.0),
    )
