"""Summitry: agent-based simulation of summit negotiations.

``sim.load("hague_2025")`` loads a scenario; ``.run()`` plays one summit, ``.runs(n)`` many.
Everything is imported on first use, so that ``import sim`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from .analysis.compare import compare
    from .analysis.comparison import Comparison
    from .analysis.discovery.study import Discovery, discover
    from .analysis.goal import what_would_it_take
    from .analysis.power import Power, power
    from .analysis.region import RegionMap, region_map
    from .analysis.sensitivity import Sensitivity, sensitivity
    from .api import Run, Scenario, load
    from .calibration.validation import backtest
    from .delivery.deliver import deliver
    from .delivery.delivered import Delivery
    from .ensemble import Ensemble
    from .errors import ScenarioError, SummitryError
    from .progress_bar import progress
    from .solvers.compare import compare_models
    from .sweeps import Sweep, sweep

_HOMES = {
    "Comparison": "analysis.comparison",
    "Delivery": "delivery.delivered",
    "Discovery": "analysis.discovery.study",
    "Ensemble": "ensemble",
    "RegionMap": "analysis.region",
    "Run": "api",
    "Scenario": "api",
    "Sensitivity": "analysis.sensitivity",
    "Sweep": "sweeps",
    "backtest": "calibration.validation",
    "compare": "analysis.compare",
    "compare_models": "solvers.compare",
    "deliver": "delivery.deliver",
    "discover": "analysis.discovery.study",
    "load": "api",
    "region_map": "analysis.region",
    "sensitivity": "analysis.sensitivity",
    "sweep": "sweeps",
    "ScenarioError": "errors",
    "SummitryError": "errors",
    "what_would_it_take": "analysis.goal",
    "Power": "analysis.power",
    "power": "analysis.power",
    "progress": "progress_bar",
}

__all__ = [
    "Comparison",
    "Delivery",
    "Discovery",
    "Ensemble",
    "Power",
    "RegionMap",
    "Run",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SummitryError",
    "Sweep",
    "__version__",
    "backtest",
    "compare",
    "compare_models",
    "deliver",
    "discover",
    "load",
    "power",
    "progress",
    "region_map",
    "sensitivity",
    "sweep",
    "what_would_it_take",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
