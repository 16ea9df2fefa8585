"""One page of any folder: everything in it, nothing from outside, and no text that becomes code."""

import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.summary_text import percent
from sim.cli import app
from sim.errors import SummitryError
from sim.report import page, write_report

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>'\"&<!--"
VOID = {"meta", "br", "img"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3",
    "p", "pre", "figure", "img", "figcaption", "div", "table", "thead", "tbody", "tr", "th", "td",
    "details", "summary",
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page; tags must be closed in order, and nothing may point outside."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.images = [], set(), [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in ("href", "action", "srcdoc", "srcset", "data")
            if name == "src":
                assert re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/=]+", value)
                self.images.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


def read(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert page.POLICY in text
    assert "url(" not in text and "@import" not in text
    read = Page(text)
    assert read.tags <= ALLOWED
    return read


def command(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of every kind that the commands of this checkout make."""
    top = tmp_path_factory.mktemp("results")
    command("run", "classroom_six", "-n", 60, "-o", top / "run")
    command(
        "sweep",
        "classroom_six",
        "--vary",
        "demander.leverage=0:1.2:3",
        "-n",
        30,
        "-o",
        top / "sweep",
    )
    command(
        "compare",
        "classroom_six",
        "--set",
        "demander.leverage=0.3",
        "-n",
        40,
        "-o",
        top / "comparison",
    )
    command(
        "discover",
        "classroom_six",
        "-i",
        "demander.leverage=0:1.2",
        "-n",
        400,
        "-o",
        top / "discovery",
    )
    return top


@pytest.mark.parametrize("kind", ["run", "sweep", "comparison", "discovery"])
def test_every_folder_becomes_a_page(folders, kind):
    folder = folders / kind
    assert str(folder / "report.html") in command("report", folder)
    found = read(folder / "report.html")
    manifest = json.loads((folder / "manifest.json").read_text())
    for said in (
        manifest["scenario_hash"], manifest["result_hash"], manifest["command"],
        manifest["scenario"]["title"],
    ):  # fmt: skip
        assert said in found.text
    for name in manifest["files"]:
        assert name in found.text
    drawn = [name for name in manifest["files"] if name.endswith(".png")]
    assert len(found.images) >= max(1, len(drawn))
    reading = folder / "reading.txt"
    if reading.is_file():
        assert reading.read_text().strip() in found.text
    for table in folder.glob("*.parquet"):
        if len(pd.read_parquet(table)):
            assert table.stem in found.words
    assert "not as they were written" not in found.text


def test_a_page_says_what_the_summary_says(folders):
    many = sim.load("classroom_six").runs(60)
    found = read(write_report(folders / "run")).text
    s = many.summary()
    assert s.text() in found
    assert f"Of 60 simulated summits {percent(s.deal.share)}" in found


def test_the_same_folder_gives_the_same_page(folders, tmp_path):
    one, two = (write_report(folders / "run", tmp_path / name) for name in ("a.html", "b.html"))
    assert one.read_bytes() == two.read_bytes()


def test_a_report_leaves_the_results_whole(folders):
    write_report(folders / "run")
    command("run", "classroom_six", "-n", 60, "-o", folders / "run", "--resume")


def copied(folder, target):
    shutil.copytree(folder, target)
    return target, json.loads((target / "manifest.json").read_text())


def test_texts_of_users_stay_texts(folders, tmp_path):
    folder, manifest = copied(folders / "run", tmp_path / "run")
    manifest["scenario"] |= {"title": EVIL, "description": EVIL}
    manifest["scenario"]["parties"]["ESP"]["name"] = EVIL[:60]
    manifest["command"] = EVIL
    (folder / "manifest.json").write_text(json.dumps(manifest))
    found = read(write_report(folder))
    assert found.text.count(EVIL) >= 3
    assert "cannot read the scenario" not in found.text


def test_nothing_in_a_folder_can_run_or_be_fetched(folders, tmp_path):
    folder = tmp_path / EVIL.replace("/", "")[:40]
    folder.mkdir()
    manifest = json.loads((folders / "discovery" / "manifest.json").read_text())
    manifest |= {"name": EVIL, "study_kind": EVIL, "versions": {EVIL: EVIL}, "written": EVIL}
    manifest["files"] = {"../../../etc/passwd": EVIL, EVIL: "0" * 64}
    manifest["scenario"] = {"title": EVIL, "parties": {EVIL: EVIL}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "reading.txt").write_text(EVIL)
    pd.DataFrame({EVIL: [EVIL, None], "n": [1.5, np.nan]}).to_parquet(folder / "t.parquet")
    (folder / "broken.parquet").write_text("no table")
    figures = folder / "figures"
    figures.mkdir()
    (figures / "text.png").write_text("<svg onload=alert(1)>")
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n secret")
    (figures / "link.png").symlink_to(secret)
    found = read(write_report(folder))
    assert EVIL in found.text
    assert not found.images
    assert "cannot read the scenario" in found.text


def test_a_file_that_was_changed_is_told(folders, tmp_path):
    folder, _ = copied(folders / "run", tmp_path / "run")
    (folder / "figures" / "terms.png").unlink()
    found = read(write_report(folder))
    assert "not as they were written with the results: figures/terms.png." in found.text


@pytest.mark.parametrize("harm", ["table", "manifest"])
def test_a_damaged_folder_is_told(folders, tmp_path, harm):
    folder, manifest = copied(folders / "run", tmp_path / "run")
    if harm == "table":
        (folder / "runs.parquet").write_bytes(b"PAR1 no table")
    else:
        del manifest["seed"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SummitryError, match="damaged"):
        write_report(folder)


def test_what_is_no_folder_of_results_is_told(tmp_path):
    for path, words in (
        (tmp_path, "manifest"),
        (tmp_path / "nowhere", "not a folder of results"),
    ):
        with pytest.raises(SummitryError, match=words):
            write_report(path)
    unfinished = tmp_path / "half"
    (unfinished / "unfinished").mkdir(parents=True)
    with pytest.raises(SummitryError, match="--resume"):
        write_report(unfinished)


def test_a_page_that_cannot_be_written_is_told(folders, tmp_path):
    with pytest.raises(SummitryError, match="cannot write"):
        write_report(folders / "run", tmp_path / "no" / "such" / "folder.html")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2032.0, "2032"),
        (0.123456, "0.1235"),
        (np.float64("nan"), "–"),
        (pd.NA, "–"),
        (None, "–"),
        (np.True_, "yes"),
        (False, "no"),
        (pd.Timestamp("2025-06-25"), "2025-06-25"),
        (np.array([1, 2]), "1, 2"),
        ("x" * 300, "x" * 197 + "..."),
    ],
)
def test_values_of_tables_are_said_in_words(value, text):
    assert page.said(value) == text
