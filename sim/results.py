"""Results on disk: tables, figures, and the manifest that says where they come from."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .api import Scenario, load
from .ensemble import Ensemble
from .folders import (
    FORMAT,
    UNFINISHED,
    check_folder,
    complete,
    identity,
    plain_words,
    publish,
    read_manifest,
)
from .studies import Workers, play_into

if TYPE_CHECKING:
    from .batch.store import Disk
    from .engine.play import Engine

_LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")


def study_of(
    scenario: Scenario, seed: int, runs: int, traced: bool, until_se: float | None = None
) -> dict[str, Any]:
    """What a study is, as plain data: equal for equal results."""
    from .engine.compiled.build import source_hash

    study = {
        "scenario": scenario.hash,
        "seed": seed,
        "runs": runs,
        "trace": traced,
        "code": source_hash(),
    }
    return study if until_se is None else {**study, "until_se": until_se}


def play_ensemble(
    scenario: Scenario,
    folder: Path,
    *,
    runs: int,
    seed: int,
    trace: bool = False,
    until_se: float | None = None,
    engine: Engine = "batch",
    workers: Workers | None = None,
    resume: bool = False,
    command: str = "",
    progress: Callable[[int], None] | None = None,
) -> Ensemble:
    """Play a scenario many times into a folder: tables, figures and manifest.

    Parameters
    ----------
    scenario, runs, seed, trace, until_se, engine
        As for :meth:`sim.Scenario.runs`.
    folder
        Made if it is not there.
    workers
        Who plays; threads if not given.
    resume
        Go on with what an interrupted call has left in the folder, or begin.
    command
        Kept in the manifest.
    progress
        Called with the number of runs each time that some are done.

    Returns
    -------
    Ensemble
        Whose tables are read from the folder when they are asked for.

    Raises
    ------
    SummitryError
        If the folder holds something else, the study cannot go on (:class:`Interrupted`), or no
        run at all could be played.
    """
    from .analysis.stopping import stopping
    from .batch.assemble import write_tables
    from .batch.chunks import check_failures
    from .batch.schedule import Study

    key = study_of(scenario, seed, runs, trace, until_se)
    study = Study((scenario.setup,), seed, runs, engine, trace, stopping(until_se))

    def fill(final: Path, store: Disk) -> dict[str, Any]:
        done = write_tables(scenario.setup, store.parts(0), final, trace)
        check_failures(done.runs, done.failures)
        ensemble = stored(scenario, key, final, done.hash, done.runs)
        return _dressed(ensemble, final, key, command, len(done.failures))

    check_folder(folder, key, resume=resume)
    manifest = complete(folder, key) if resume else None
    if manifest is None:
        play_into(folder, study, key, workers or Workers(), fill, resume=resume, progress=progress)
        manifest = read_manifest(folder)
    return stored(scenario, key, folder, manifest["result_hash"], manifest["runs"])


def stored(
    scenario: Scenario, study: Mapping[str, Any], folder: Path, result_hash: str, runs: int
) -> Ensemble:
    """The ensemble whose tables are in a folder.

    Parameters
    ----------
    scenario, study
        What was played; see :func:`study_of`.
    folder, result_hash, runs
        Where the tables are, hash of the results, and how many runs they hold.
    """
    from .batch.held import OnDisk

    until_se = study.get("until_se")
    return Ensemble(
        scenario,
        int(study["seed"]),
        OnDisk(scenario.setup, folder, result_hash, runs),
        bool(study["trace"]),
        until_se=until_se,
        planned=None if until_se is None else int(study["runs"]),
    )


def write(ensemble: Ensemble, folder: Path, *, command: str = "") -> Path:
    """Write the tables of an ensemble in memory, its figures and a manifest into a folder.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SummitryError
        If the folder holds something else, or cannot be written.
    """
    from .batch.assemble import write_tables

    e = ensemble
    key = study_of(e.scenario, e.seed, e.planned or len(e), e.traced, e.until_se)
    check_folder(folder, key)
    final = folder / UNFINISHED / "final"
    part = ensemble.part
    size = sum(array.nbytes for array in part.block)
    try:
        with plain_words(folder, lambda: float(size)):
            final.mkdir(parents=True)
            done = write_tables(ensemble.scenario.setup, [part], final, ensemble.traced)
            publish(final, folder, _dressed(ensemble, final, key, command, len(done.failures)))
    finally:
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    return folder


def _dressed(
    ensemble: Ensemble, final: Path, key: dict[str, Any], command: str, failures: int
) -> dict[str, Any]:
    """Draw the figures beside the tables; the manifest of both."""
    from .plots.figures import write_figures

    write_figures(ensemble, final / "figures")
    return {
        **origin(ensemble.scenario, key, command),
        "result_hash": ensemble.hash,
        "seed": ensemble.seed,
        "runs": len(ensemble),
        "failures": failures,
        "trace": ensemble.traced,
    }


def origin(scenario: Scenario, key: dict[str, Any], command: str) -> dict[str, Any]:
    """What the manifest of a study of a scenario says."""
    return {
        **made(scenario.name, key, command),
        "scenario_hash": scenario.hash,
        "scenario": scenario.loaded.as_played(),
    }


def made(name: str, key: dict[str, Any], command: str) -> dict[str, Any]:
    """What every manifest says: which study it is, how it was made and when."""
    return {
        "format": FORMAT,
        "identity": identity(key),
        "name": name,
        "study": key,
        "command": command,
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    found = {"summitry": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def scenario_of(manifest: dict[str, Any]) -> Scenario:
    """The scenario that a manifest holds, under its old name."""
    from dataclasses import replace

    scenario = load(manifest["scenario"])
    return Scenario(replace(scenario.loaded, name=str(manifest["name"])))


def command_line(arguments: list[str]) -> str:
    """The command as the manifest keeps it, without the folders of this machine."""
    import shlex

    home = str(Path.home())
    return shlex.join(a.replace(home, "~") for a in ["summitry", *arguments])
