"""The files of the page: made from the data, self-contained, and inert to what they show."""

from __future__ import annotations

import json
import math
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import sim
from sim.scenario.builtin import members

PAGE = Path(sim.__file__).parent / "classroom" / "page"
SOURCES = sorted(p for kind in ("*.js", "*.css", "*.html", "*.svg") for p in PAGE.rglob(kind))


def _builder() -> ModuleType:
    spec = spec_from_file_location("build_map", PAGE / "_build_map.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_outlines_are_what_the_builder_makes_of_the_data() -> None:
    assert (PAGE / "data" / "map.json").read_text(encoding="utf-8") == _builder().build()


def test_every_member_has_an_outline_and_a_name_on_the_map() -> None:
    drawn = json.loads((PAGE / "data" / "map.json").read_text(encoding="utf-8"))
    named = {state["code"] for state in drawn["states"] if "at" in state}
    assert named >= set(members("hague_2025"))
    wide, high = drawn["size"]
    for state in drawn["states"]:
        if "at" in state:
            x, y = state["at"]
            assert 0 < x < wide and 0 < y < high, state["code"]


def test_the_projection_keeps_areas() -> None:
    """A degree of latitude and longitude covers cos(latitude) times its area at the equator."""
    build = _builder()
    project = build.projection((13.0, 53.0))
    for lon, lat in [(13, 53), (-20, 64), (40, 38), (30, 70)]:
        corners = [(lon, lat), (lon + 1, lat), (lon + 1, lat + 1), (lon, lat + 1)]
        band = math.sin(math.radians(lat + 1)) - math.sin(math.radians(lat))
        true = 6371.0**2 * math.radians(1) * band
        assert build.area([project(*c) for c in corners]) == pytest.approx(true, rel=2e-3)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_a_file_of_the_page_is_inert_and_at_home(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|Fragment\(", text)
    assert not re.search(r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]|javascript:", text)
    addresses = set(re.findall(r"https?://[^\s\"'`)]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    if path.suffix == ".css":
        files = re.findall(r"url\([\"']?([^\"')]+)", text)
        assert all((path.parent / file).is_file() for file in files)


def test_the_document_has_no_script_or_style_of_its_own() -> None:
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = {p.name for p in (PAGE / "fonts").iterdir()}
    assert {p for p in fonts if p.endswith(".woff2")} == {
        "public-sans-latin-wght-normal.woff2",
        "public-sans-latin-ext-wght-normal.woff2",
        "source-serif-4-latin-wght-normal.woff2",
    }
    for licence in ("PUBLIC-SANS-LICENSE.txt", "SOURCE-SERIF-4-LICENSE.txt"):
        assert "SIL OPEN FONT LICENSE" in (PAGE / "fonts" / licence).read_text(encoding="utf-8")
