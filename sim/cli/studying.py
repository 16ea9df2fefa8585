"""What ``run`` and ``sweep`` share: who plays, the progress bar, and an end that can be resumed."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..studies import Workers


class Engine(StrEnum):
    """Engines by name."""

    batch = "batch"
    mesa = "mesa"


class Executor(StrEnum):
    """Executors by name."""

    threads = "threads"
    processes = "processes"
    dask = "dask"


OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="Folder for the results.", show_default="results/<name>-<hash>"
    ),
]
RunsOption = Annotated[
    int | None, typer.Option("--runs", "-n", help="Number of runs; else the scenario's.")
]
EngineOption = Annotated[
    Engine, typer.Option(help="Compiled, or agent by agent; the results are the same.")
]
ExecutorOption = Annotated[
    Executor, typer.Option(help="Who plays: threads or processes of this machine, or dask.")
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", "-w", help="How many; one for each processor if not set.")
]
SchedulerOption = Annotated[
    str | None, typer.Option(help="Address of a dask scheduler, such as tcp://10.0.0.1:8786.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with a study that was interrupted, or begin.")
]


def workers_of(executor: Executor, workers: int | None, scheduler: str | None) -> Workers:
    """The options that say who plays."""
    from ..studies import Workers

    return Workers(executor.value, workers, scheduler)


@contextmanager
def progress_bar(name: str, total: int, engine: Engine) -> Iterator[Callable[[int], None]]:
    """A bar on the screen with rate and time left; gives a function that advances it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column
    from rich.text import Text

    from ..engine.compiled.build import cache_folder, can_be_kept, compiled_before

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    console = Console(stderr=True)
    if engine is Engine.batch and not compiled_before():
        when = "once on this computer"
        if not can_be_kept():
            when = f"at every start, as {cache_folder()} cannot be written"
        console.print(f"Compiling the batch engine, {when} ...")
    numbers = len(f"{total}/{total}")
    with Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(min_width=8, max_width=40, ratio=1)),
        # Numbers are never cut: on a narrow screen the name is.
        MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=numbers)),
        TextColumn("runs", table_column=Column(min_width=4)),
        Rate(table_column=Column(no_wrap=True, min_width=9)),
        TimeRemainingColumn(table_column=Column(no_wrap=True, min_width=7)),
        console=console,
    ) as bar:
        task = bar.add_task(name, total=total)

        def advance(runs: int) -> None:
            bar.advance(task, runs)
            if bar.tasks[0].finished:
                bar.update(task, description=f"{name}: writing results")

        yield advance
        bar.update(task, description=name)


def tell_failures(failures: int) -> None:
    """Say how many runs are missing from the tables, if any are."""
    if failures:
        runs = "1 run" if failures == 1 else f"{failures:,} runs"
        typer.echo(f"{runs} failed and left out; see failures.parquet", err=True)


class _Terminated(KeyboardInterrupt):
    """The system asks to end."""


def _terminate(*_: object) -> None:
    raise _Terminated


@contextmanager
def resumable(resumes: bool = True) -> Iterator[None]:
    """End a study that stops with the command that resumes it.

    Ctrl-C exits with 130, a request of the system to end with 143, a full disk and lost workers
    with 2. Without ``resumes`` there is no such command.
    """
    from ..errors import SummitryError
    from ..folders import Interrupted

    arguments = [a for a in sys.argv[1:] if a != "--resume"]
    line = f"To go on: {shlex.join(['summitry', *arguments, '--resume'])}" if resumes else ""
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except KeyboardInterrupt as stop:
        kept = "what is done is kept" if resumes else "nothing was written"
        typer.echo(f"Stopped; {kept}.\n{line}".rstrip(), err=True)
        raise typer.Exit(143 if isinstance(stop, _Terminated) else 130) from None
    except Interrupted as error:
        raise SummitryError(f"{error}\n{line}".rstrip()) from error
    finally:
        signal.signal(signal.SIGTERM, before)
