"""``summitry play``: the summit room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import SetOption, load_scenario


def play(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]", help="YAML file, or name of a shipped scenario; else hague_2025."
        ),
    ] = None,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let in the local network; else this computer only.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port.", min=0, max=65535)] = 8765,
    rooms: Annotated[int, typer.Option(help="Rooms to open, for classes side by side.")] = 1,
    seed: Annotated[
        int | None, typer.Option("--seed", "-s", help="Seed of the game; a new one if not given.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the journal; else in results/.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="DIR", help="Go on with the rooms of a folder."),
    ] = None,
    mesa: Annotated[
        bool,
        typer.Option("--mesa", help="Instead of a room: Mesa's sliders and plots (extra viz)."),
    ] = False,
    changes: SetOption = None,
) -> None:
    """Open a summit room: a class plays the summit, live, in their browsers."""
    import sys
    from datetime import datetime

    # A room writes no Parquet, and without pyarrow, which pandas takes if it can, it needs a tenth
    # less memory.
    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]

    from ..classroom.rooms import plan_new, plan_resumed
    from ..classroom.serve import listen, serve
    from ..classroom.state import source_of
    from ..errors import SummitryError

    if mesa:
        if lan or out or resume or rooms != 1:
            raise SummitryError("--mesa takes a scenario, --set, --seed and --port only")
        from ..classroom.mesa_serve import serve as serve_mesa

        shown = load_scenario(scenario or "hague_2025", changes)
        if seed is not None:
            shown = shown.set("seed", seed)
        serve_mesa(shown, listen(port, lan=False), typer.echo)
        return
    if resume is not None:
        if scenario or changes or out or rooms != 1 or seed is not None:
            raise SummitryError(
                "--resume goes on with what was played; it takes only --lan and --port"
            )
        plans, source = plan_resumed(resume), None
    else:
        source = source_of(load_scenario(scenario or "hague_2025", changes))
        folder = out or Path("results") / f"play-{datetime.now():%Y-%m-%d-%H%M%S}"
        plans = plan_new(folder, rooms, seed)
    serve(plans, source, listen(port, lan), lan, typer.echo)
