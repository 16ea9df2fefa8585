"""Every result draws its own figures: ``.plot.NAME()``, on a new figure or on what is given."""

import inspect

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sim
from sim.calibration.validation import backtest
from sim.deu.study import score
from sim.plots import style
from tests.deu.files import made_up, write

pytestmark = pytest.mark.xdist_group("batch_engine")


@pytest.fixture(scope="module")
def results(six, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("deu") / "issues.csv", made_up(3, 1, seed=4))
    return {
        "run": six.run(seed=1),
        "ensemble": six.runs(60, seed=1),
        "sweep": sim.sweep(six, {"demander.leverage": [0.2, 1.0]}, runs=60),
        "models": sim.compare_models(six, 40),
        "backtest": backtest(60),
        "deu": score(path, runs=20),
    }


KINDS = ("run", "ensemble", "sweep", "models", "backtest", "deu")


def drawing(plot):
    """The methods of an accessor that draw."""
    names = [name for name, _ in inspect.getmembers(type(plot), inspect.isfunction)]
    return [getattr(plot, name) for name in names if name[0] != "_" and name != "all"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_figure_is_new_or_drawn_on_what_is_given(results, kind):
    methods = drawing(results[kind].plot)
    assert methods
    with style.off_screen():
        for draw in methods:
            first, second = draw(), draw()
            assert first is not second
            on = "figure" if "figure" in inspect.signature(draw).parameters else "ax"
            given = Figure(figsize=(12, 9), layout="constrained")
            given = given if on == "figure" else given.subplots()
            assert draw(**{on: given}) is given
            figure = given.figure if isinstance(given, Axes) else given
            figure.draw_without_rendering()


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("run", "ensemble")])
def test_all_figures_are_those_that_are_saved(results, kind, tmp_path):
    drawn = results[kind].plot.all()
    assert set(drawn) <= {method.__name__ for method in drawing(results[kind].plot)}
    if kind != "sweep":  # a sweep is written by its command
        results[kind].save(tmp_path / "x")
        assert {p.stem for p in (tmp_path / "x" / "figures").iterdir()} == set(drawn)
