"""A progress bar: ``scenario.runs(10_000, progress=sim.progress(10_000))``."""

from __future__ import annotations

from collections.abc import Callable

from .errors import SummitryError


def progress(total: int | None = None, what: str = "runs") -> Callable[[int], None]:
    """A bar in a notebook or a terminal, for the ``progress`` of runs and studies.

    Parameters
    ----------
    total
        How many there will be; without it the bar counts and shows the rate.
    what
        What is counted.

    Returns
    -------
    Callable
        To be called with the number done since the last call. One bar serves one study.

    Raises
    ------
    SummitryError
        If tqdm is not installed.
    """
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]
    except ImportError:
        raise SummitryError(
            'a progress bar needs tqdm: python -m pip install "summitry[notebooks]"'
        ) from None

    bar = tqdm(total=total, unit=f" {what}")

    def advance(done: int) -> None:
        bar.update(done)
        if total is not None and bar.n >= total:
            bar.close()  # the last step is drawn at once, and in a notebook in green

    return advance
