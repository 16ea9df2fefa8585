"""The compiled engine is kept by the sources that decide results."""

import shutil
from pathlib import Path

import pytest

from sim.engine.compiled import build as compiled


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The package's rules and engine, copied where they can be edited."""
    package = Path(compiled.__file__).parents[1]
    for part in ("negotiation", "montecarlo"):
        shutil.copytree(package / part, tmp_path / "sim" / part)
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "sim" / "montecarlo" / "compiled.py"))
    return tmp_path / "sim"


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("negotiation/tolerance.py", True),
        ("negotiation/mediators/nash.py", True),
        ("montecarlo/kernel.py", True),
        ("montecarlo/store.py", False),
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
