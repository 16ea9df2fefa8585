"""A folder that holds something else is refused before the work begins, by every command."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.cli.studying import resumable
from sim.errors import SummitryError
from tests.deu.files import made_up, write

pytestmark = pytest.mark.xdist_group("batch_engine")

SIX = "classroom_six"
COMMANDS = {
    "run": [SIX],
    "sweep": [SIX, "--vary", "demander.leverage=0,1"],
    "compare": [SIX, "--set", "demander.leverage=0"],
    "what-it-takes": [SIX, "--target", "no_deal < 5%", "--by", "demander.leverage"],
    "power": [SIX],
    "sensitivity": [SIX],
    "discover": [SIX, "--event", "no_deal"],
    "region": [SIX, "--x", "demander.leverage", "--y", "demander.need_core_pct_gdp"],
    "deliver": [SIX],
    "compare-models": [SIX],
    "deu": ["issues.csv"],
    "backtest": [],
    "rerun": ["before"],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with what the commands read, and a folder that holds something else."""
    path = tmp_path_factory.mktemp("place")
    write(path / "issues.csv", made_up(3, 1, seed=4))
    sim.load(SIX).runs(20, seed=1).save(path / "before")
    (path / "mine").mkdir()
    (path / "mine" / "scores.csv").write_text("years of work")
    return path


def refused(arguments, place, monkeypatch) -> str:
    """What a command that plays nothing says."""
    monkeypatch.chdir(place)
    run = CliRunner().invoke(app, arguments)
    assert isinstance(run.exception, SummitryError), run.output
    assert "\u2501" not in run.output, "the progress bar was shown"
    assert not Path("results").exists()
    return str(run.exception)


def test_every_command_that_writes_a_folder_is_tried():
    commands = typer.main.get_command(app).commands
    writing = {
        name
        for name, command in commands.items()
        for option in command.params
        if option.name == "out"
    }
    # The page of a report and the record of a game are files of their own.
    assert writing - {"report", "play"} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_something_else_is_left_as_it_is(command, place, monkeypatch):
    said = refused([command, *COMMANDS[command], "--out", "mine"], place, monkeypatch)
    assert "left as it is" in said
    assert (place / "mine" / "scores.csv").read_text() == "years of work"
    assert [p.name for p in (place / "mine").iterdir()] == ["scores.csv"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_in_the_way_is_told(command, place, monkeypatch):
    said = refused([command, *COMMANDS[command], "--out", "issues.csv"], place, monkeypatch)
    assert "issues.csv" in said and "file" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_cannot_be_written_is_told(command, place, monkeypatch):
    said = refused([command, *COMMANDS[command], "--out", "issues.csv/x"], place, monkeypatch)
    assert "cannot write issues.csv/x" in said


@pytest.fixture(scope="module")
def closed(place):
    """A folder that may not be written; for root, who may write anywhere, a disk only to read."""
    folder = place / "closed"
    folder.mkdir(mode=0o500)
    if os.geteuid():
        yield
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("root may write anywhere, and no disk can be mounted here")
    yield
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_may_not_be_written_is_told(command, place, closed, monkeypatch):
    said = refused([command, *COMMANDS[command], "--out", "closed/x"], place, monkeypatch)
    assert "may not be written" in said


def test_a_forecast_is_not_played_where_it_cannot_be_sealed(place, monkeypatch):
    arguments = ["forecast", SIX, "--seal", "--folder", "issues.csv/x"]
    assert "cannot write" in refused(arguments, place, monkeypatch)


@pytest.mark.parametrize("change", [["--seed", "2"], ["-n", "30"]])
def test_scores_of_another_study_are_left_as_they_are(place, tmp_path, monkeypatch, change):
    deu = ["deu", str(place / "issues.csv"), "-n", "20", "--out", str(tmp_path / "x")]
    for _ in range(2):
        assert CliRunner().invoke(app, deu).exit_code == 0
    before = json.loads((tmp_path / "x" / "manifest.json").read_text())
    assert "left as it is" in refused([*deu, *change], place, monkeypatch)
    assert json.loads((tmp_path / "x" / "manifest.json").read_text()) == before


def test_the_pages_of_many_summits_are_not_called_after_one(place, tmp_path):
    deu = ["deu", str(place / "issues.csv"), "-n", "20", "--out", str(tmp_path / "x")]
    assert CliRunner().invoke(app, deu).exit_code == 0
    run = CliRunner().invoke(app, ["report", str(tmp_path / "x")])
    assert run.exit_code == 0, run.output
    page = (tmp_path / "x" / "report.html").read_text()
    assert "<h1>Models on decisions of the European Union</h1>" in page


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "0"], "at least 1"),
        (["--scheduler", "tcp://10.0.0.1:1"], "goes with the dask executor"),
        (["--until-se", "0.9"], "from 0.0005 to 0.2"),
    ],
)
@pytest.mark.parametrize("command", ["run", "sweep"])
def test_what_cannot_be_played_leaves_no_folder_in_the_way(
    command, options, words, place, tmp_path, monkeypatch
):
    arguments = [command, *COMMANDS[command], "-n", "10", "--out", str(tmp_path / "x")]
    run = CliRunner().invoke(app, [*arguments, *options])
    assert words in str(run.exception) and "To go on" not in str(run.exception)
    assert not (tmp_path / "x").exists()
    assert CliRunner().invoke(app, arguments).exit_code == 0


def test_a_record_that_is_not_there_is_told_by_its_name(place, monkeypatch):
    assert "nothing.json" in refused(["score", "nothing.json", "issues.csv"], place, monkeypatch)


@pytest.mark.parametrize(("resumes", "said"), [(True, "is kept"), (False, "nothing was written")])
def test_who_stops_a_command_is_told_what_is_kept(resumes, said, capsys):
    with pytest.raises(typer.Exit) as end, resumable(resumes):
        raise KeyboardInterrupt
    told = capsys.readouterr().err
    assert end.value.exit_code == 130
    assert said in told
    assert ("--resume" in told) == resumes
