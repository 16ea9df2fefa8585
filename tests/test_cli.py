"""The command line, as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SCENARIO = "classroom_six"


def summitry(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    code = "from sim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "six"
    done = summitry("run", SCENARIO, "-n", 200, "--seed", 3, "--trace", "--out", folder)
    assert done.returncode == 0, done.stderr
    assert "Results in" in done.stdout
    return folder


def test_run_writes_what_it_promises(results):
    names = {p.relative_to(results).as_posix() for p in results.rglob("*") if p.is_file()}
    assert names >= {"runs.parquet", "members.parquet", "rounds.parquet", "manifest.json"}
    for figure in ("outcomes", "terms", "side_letters", "text_path"):
        assert {f"figures/{figure}.png", f"figures/{figure}.svg"} <= names
    assert len(pd.read_parquet(results / "runs.parquet")) == 200


def test_manifest_says_where_results_come_from(results):
    manifest = json.loads((results / "manifest.json").read_text())
    assert manifest["seed"] == 3
    assert manifest["runs"] == 200
    assert {"summitry", "python", "numpy", "mesa"} <= manifest["versions"].keys()
    assert len(manifest["scenario"]["parties"]) == 6
    assert "runs.parquet" in manifest["files"]


@pytest.mark.parametrize("engine", ["batch", "mesa"])
def test_rerun_gives_the_same_bytes(results, tmp_path, engine):
    done = summitry("rerun", results / "manifest.json", "--out", tmp_path / "x", "--engine", engine)
    assert done.returncode == 0, done.stderr
    assert "the same bytes" in done.stdout
    for table in ("runs", "members", "rounds"):
        old, new = (f / f"{table}.parquet" for f in (results, tmp_path / "x"))
        assert old.read_bytes() == new.read_bytes()


def test_rerun_notices_other_results(results, tmp_path):
    manifest = json.loads((results / "manifest.json").read_text())
    manifest["seed"] = 4
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    done = summitry("rerun", tmp_path, "--out", tmp_path / "x")
    assert done.returncode == 2
    assert "differ" in done.stderr


def test_run_never_overwrites_something_else(results, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    done = summitry("run", SCENARIO, "-n", 10, "--out", tmp_path)
    assert done.returncode == 2
    assert "holds something else" in done.stderr
    other = summitry("run", SCENARIO, "-n", 10, "--out", results)
    assert other.returncode == 2
    assert (results / "rounds.parquet").exists()
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_same_run_may_be_repeated_in_place(tmp_path):
    for _ in range(2):
        done = summitry("run", SCENARIO, "-n", 20, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("classroom_six-")


BAD = [
    (["run", "hague_2052"], "hague_2025"),
    (["run", "nowhere.yaml"], "no such file"),
    (["run", SCENARIO, "--set", "demander.leverag=1"], "did you mean"),
    (["run", SCENARIO, "--set", "demander.leverage"], "KEY=VALUE"),
    (["run", SCENARIO, "--set", "demander.leverage=lots"], "must be a number"),
    (["run", SCENARIO, "--set", "demander.leverage=[1"], "demander.leverage"),
    (["run", SCENARIO, "-n", "0"], "runs must be"),
    (["run", SCENARIO, "-n", "many"], "valid integer"),
    (["run", SCENARIO, "-n", "10", "--seed", "-1"], "seed must be"),
    (["validate", "/dev/zero"], "ordinary file"),
    (["validate", "nothing"], "no such file"),
    (["rerun", "nothing.json"], "cannot read"),
    (["explain", SCENARIO, "--member", "XYZ"], "XYZ"),
    (["data", "members", "--summit", "rome_1991"], "hague_2025"),
    (["data", "members", "--member", "Atlantis"], "Atlantis"),
    (["new", "--kind", "poem", "x.yaml"], "poem"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_mistakes_end_with_two_and_words(arguments, words, tmp_path):
    done = summitry(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_validate_reports_every_file(tmp_path):
    (tmp_path / "bad.yaml").write_text("extends: classroom_six\nrunns: 5\n")
    done = summitry("validate", "hague_2025", "bad.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "hague_2025: valid (32 members" in done.stdout
    assert "bad.yaml:2:1: runns: unknown key" in done.stderr


@pytest.mark.parametrize("kind", ["extend", "pledge", "spatial", "fund"])
def test_the_starter_runs_as_it_is(kind, tmp_path):
    made = summitry("new", "mine.yaml", "--kind", kind, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    again = summitry("new", "mine.yaml", cwd=tmp_path)
    assert again.returncode == 2
    done = summitry("run", "mine.yaml", "-n", 20, "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_explain_tells_a_story():
    done = summitry("explain", SCENARIO, "--seed", 1, "-r", 2, "--member", "Spain")
    assert done.returncode == 0, done.stderr
    assert "Spain" in done.stdout


def test_schema_is_json():
    done = summitry("schema")
    assert json.loads(done.stdout)["type"] == "object"


def test_scenarios_and_data_are_listed():
    assert "hague_2025" in summitry("scenarios").stdout
    members = summitry("data", "members").stdout
    assert "Iceland" in members
    one = summitry("data", "members", "--member", "Spain").stdout
    assert "fiscal_room" in one


def test_help_says_where_results_go():
    for command, where in {
        "compare": "results/<name>-<hash>",
        "deu": "results/<name>-<hash>",
        "report": "DIR/report.html",
    }.items():
        out = summitry(command, "--help").stdout
        words = " ".join(out.replace("│", " ").split())
        assert where in words, out


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom sim.cli import main\nsys.argv = ['summitry', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('mesa', 'numba', 'pandas', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip().endswith("[]")
