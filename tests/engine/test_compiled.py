"""The compiled engine is kept by the sources that decide results."""

import shutil
from pathlib import Path

import pytest

from sim.engine.compiled import build as compiled


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The package's rules and engine, copied where they can be edited."""
    package = Path(compiled.__file__).parents[2]
    for part in ("rules", "engine", "batch"):
        shutil.copytree(package / part, tmp_path / "sim" / part)
    here = tmp_path / "sim" / "engine" / "compiled" / "build.py"
    monkeypatch.setattr(compiled, "__file__", str(here))
    return tmp_path / "sim"


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("rules/holding_out.py", True),
        ("rules/mediators/nash.py", True),
        ("engine/compiled/kernel.py", True),
        ("batch/store.py", False),
    ],
)
def test_an_edit_of_a_rule_in_another_file_is_never_served_from_the_cache(copy, file, matters):
    before = compiled.source_hash.__wrapped__()
    assert before == compiled.source_hash.__wrapped__()
    path = copy / file
    path.write_text(path.read_text() + "\n# edited\n")
    assert (compiled.source_hash.__wrapped__() != before) == matters


def test_where_nothing_can_be_written_it_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "file" / "engine")
    assert not compiled.can_be_kept()
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "engine")
    assert compiled.can_be_kept()
