"""Results on disk: tables, figures, and the manifest that says where they come from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from . import __version__
from .api import Ensemble, Scenario, load
from .errors import SummitryError

FORMAT = 1
_LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")


def identity(scenario: Scenario, seed: int, runs: int, traced: bool) -> str:
    """Eight characters that name the results of a scenario, seed and number of runs."""
    text = f"{scenario.hash} {seed} {runs} {traced}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def default_folder(scenario: Scenario, seed: int, runs: int, traced: bool) -> Path:
    """Where results go unless the user says otherwise."""
    return Path("results") / f"{scenario.name}-{identity(scenario, seed, runs, traced)}"


def check_folder(folder: Path, scenario: Scenario, seed: int, runs: int, traced: bool) -> None:
    """Refuse a folder that holds something else.

    Raises
    ------
    SummitryError
        If the folder exists and holds anything but earlier results of the same runs.
    """
    if folder.exists() and not folder.is_dir():
        raise SummitryError(f"{folder} is a file; give another folder with --out")
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        same = manifest["identity"] == identity(scenario, seed, runs, traced)
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise SummitryError(
            f"{folder} holds something else and is left as it is; give another folder with --out"
        )


def write(ensemble: Ensemble, folder: Path, *, command: str = "", seconds: float = 0.0) -> Path:
    """Write ``runs.parquet``, ``members.parquet``, ``rounds.parquet`` if traced, the figures and
    ``manifest.json`` into a folder, whole or not at all.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SummitryError
        If the folder holds something else, or cannot be written.
    """
    check_folder(folder, ensemble.scenario, ensemble.seed, len(ensemble), ensemble.traced)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _fill(work, ensemble, command, seconds)
            work.chmod(0o755)
            if folder.exists():
                shutil.rmtree(folder)
            work.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise SummitryError(f"cannot write {folder}: {error.strerror or error}") from error
    return folder


def _fill(folder: Path, ensemble: Ensemble, command: str, seconds: float) -> None:
    from .plots.figures import write_figures

    started = dt.datetime.now(dt.UTC)
    ensemble.table.to_parquet(folder / "runs.parquet", index=False)
    ensemble.members.to_parquet(folder / "members.parquet", index=False)
    if ensemble.traced:
        ensemble.rounds.to_parquet(folder / "rounds.parquet", index=False)
    write_figures(ensemble, folder / "figures")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    manifest = {
        "format": FORMAT,
        "identity": identity(ensemble.scenario, ensemble.seed, len(ensemble), ensemble.traced),
        "name": ensemble.scenario.name,
        "scenario_hash": ensemble.scenario.hash,
        "result_hash": ensemble.hash,
        "seed": ensemble.seed,
        "runs": len(ensemble),
        "trace": ensemble.traced,
        "command": command,
        "written": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "versions": _versions(),
        "files": {p.relative_to(folder).as_posix(): file_hash(p) for p in files},
        "scenario": ensemble.scenario.loaded.as_played(),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _versions() -> dict[str, str]:
    found = {"summitry": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Raises
    ------
    SummitryError
        If the file is not a manifest of this format.
    """
    try:
        manifest = json.loads((path / "manifest.json" if path.is_dir() else path).read_text())
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SummitryError(f"{path} is not a manifest: {error}") from error
    needed = {"format", "scenario", "seed", "runs", "trace", "name", "result_hash", "files"}
    if not isinstance(manifest, dict) or needed - manifest.keys():
        raise SummitryError(f"{path} is not a manifest of summitry run")
    if manifest["format"] != FORMAT:
        raise SummitryError(f"{path} has format {manifest['format']}; this version reads {FORMAT}")
    return manifest


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
