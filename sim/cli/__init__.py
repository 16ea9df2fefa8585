"""The command line, ``summitry``.

Each command is in a file of its own and imports what it needs when it runs, so that ``--help`` and
``validate`` answer at once.
"""

from __future__ import annotations

import sys

import typer

from ..errors import SummitryError
from . import (
    backtest,
    check,
    compare,
    data,
    deliver,
    discover,
    explain,
    forecast,
    goal,
    play,
    power,
    report,
    run,
    sensitivity,
    solve,
    sweep,
)

app = typer.Typer(
    name="summitry",
    help="Simulate summit negotiations: NATO's defence-spending target as a model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("sweep")(sweep.sweep)
app.command("compare")(compare.compare)
app.command("what-it-takes")(goal.what_it_takes)
app.command("power")(power.power)
app.command("sensitivity")(sensitivity.sensitivity)
app.command("discover")(discover.discover)
app.command("region")(discover.region)
app.command("deliver")(deliver.deliver)
app.command("solve")(solve.solve)
app.command("compare-models")(solve.compare_models)
app.command("deu")(solve.deu)
app.command("backtest")(backtest.backtest)
app.command("forecast")(forecast.forecast)
app.command("score")(forecast.score)
app.command("rerun")(run.rerun)
app.command("report")(report.report)
app.command("explain")(explain.explain)
app.command("play")(play.play)
app.command("validate")(check.validate)
app.command("new")(check.new)
app.command("schema")(check.schema)
app.command("scenarios")(check.scenarios)
app.add_typer(data.app, name="data")


def _version(asked: bool) -> None:
    if asked:
        from .. import __version__

        typer.echo(f"summitry {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line; user errors end with exit code 2 and no traceback."""
    try:
        app()
    except SummitryError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone; nothing more can be said to it.
        sys.stderr.close()
        sys.exit(1)
