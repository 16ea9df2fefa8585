"""The Mesa page: it plays the model, each browser its own, and nothing comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

import sim
from sim.cli import app
from sim.engine.mesa.model import SummitModel
from sim.rules.mediators import KNOWLEDGE, NAMES

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:solara")
START = "import sys; from sim.cli import main; sys.argv[0] = 'summitry'; main()"
DRAFTS = len(sim.load("classroom_six").loaded.resolved.dates)
WITHOUT = "import sys; sys.modules['solara'] = None; from sim.cli import main; main()"


def test_without_the_extra_it_says_what_to_install() -> None:
    command = [sys.executable, "-c", WITHOUT, "play", "classroom_six", "--mesa", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "summitry[viz]" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("more", [["--lan"], ["--rooms", "2"], ["--out", "x"], ["--resume", "x"]])
def test_it_takes_no_options_of_the_room(more: list[str]) -> None:
    done = CliRunner().invoke(app, ["play", "classroom_six", "--mesa", *more])
    assert done.exit_code != 0
    assert "--mesa takes" in str(done.exception) + done.output


# The model of the page


@pytest.fixture(scope="module")
def page() -> Any:
    pytest.importorskip("solara", reason="Solara (extra viz) is not installed: no Mesa page")
    pytest.importorskip("altair", reason="Altair (extra viz) is not installed: no Mesa page")
    from sim.classroom import mesa_page

    return mesa_page


def played(model: SummitModel) -> list[tuple[list[float], int]]:
    rounds = []
    while model.running:
        model.step()
        rounds.append((list(model.text), model.on_board))
    return rounds


def test_what_it_plays_is_the_scenario(page: Any) -> None:
    scenario = sim.load("classroom_six").set("demander.leverage", 0.9)
    shown = page.first_model(scenario)
    assert played(shown) == played(scenario.model())


def test_a_slider_is_a_change_of_the_scenario(page: Any) -> None:
    scenario = sim.load("classroom_six")
    for kind, knowledge, leverage in zip(NAMES, KNOWLEDGE * 3, range(7), strict=False):
        shown = page.SummitOnPage(scenario, 7, kind, knowledge, leverage / 5)
        changed = scenario.set(
            {
                "mediator.kind": kind,
                "mediator.knowledge": knowledge,
                "demander.leverage": leverage / 5,
            }
        )
        assert played(shown) == played(changed.model(seed=7))
        for chosen in ("Seed 7,", kind, knowledge, f"leverage {leverage / 5:g}"):
            assert chosen in shown.played


def test_its_first_values_lie_within_the_sliders(page: Any) -> None:
    for name in ("hague_2025", "classroom_six", "emission_standards"):
        scenario = sim.load(name).set("seed", 123_456)
        for key, value in page.parameters(scenario).items():
            if isinstance(value, dict) and "min" in value:
                assert value["min"] <= value["value"] <= value["max"], (name, key)
            elif isinstance(value, dict):
                assert value["value"] in value["values"], (name, key)


def test_a_scenario_without_a_demand_has_no_leverage(page: Any) -> None:
    scenario = sim.load("emission_standards")
    assert "leverage" not in page.parameters(scenario)
    assert page.first_model(scenario).members


def test_figures_and_words_tell_the_round(page: Any) -> None:
    model = page.first_model(sim.load("classroom_six"))
    assert "Press Step" in page.told(model)[0]
    while model.running:
        model.step()
        broken = sum(not m.passed for m in model.members)
        ax = page.answers(model).axes[0]
        bars = {p.get_y() + p.get_height() / 2: p.get_width() for p in ax.patches}
        margins = [bars[j] for j in sorted(bars)]
        assert margins == sorted(margins)
        assert sum(m < -1e-9 for m in margins) == broken
        lines = [line for a in page.course(model).axes for line in a.lines]
        assert {len(line.get_xdata()) for line in lines} == {model.round + 1}
        assert page.told(model)[0].startswith(f"Round {model.round + 1} of {DRAFTS}")
    assert page.told(model)[-1] == (
        "Adopted." if model.adopted else "The summit is over without a text."
    )


# In a browser


@contextmanager
def served(log: Path, *arguments: str) -> Iterator[str]:
    """The page of a server of its own, at its address."""
    command = [sys.executable, "-u", "-c", START, "play", *arguments, "--mesa", "--port", "0"]
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, f"{line}{log.read_text()}"
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def address(page: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("mesa") / "errors"
    with served(log, "classroom_six") as found:
        yield found
    assert "raised exception" not in log.read_text()
    assert "Could not load URL" not in log.read_text(), "the server fetched from elsewhere"


class Browser:
    """A browser of one person, with what went wrong in it."""

    def __init__(self, chromium: Any, address: str) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page = chromium.new_context().new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("request", lambda r: self._look(r.url, address))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.goto(address)
        self.page.get_by_text("Press Step").wait_for()

    def _look(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:", address.replace("http", "ws"))):
            self.foreign.append(url)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def at(self, round_: int) -> None:
        self.page.get_by_text(re.compile(rf"^Round {round_} of {DRAFTS}, ")).wait_for()


@pytest.mark.xdist_group("browser")
def test_two_browsers_have_a_summit_each_and_nothing_comes_from_elsewhere(
    address: str, chromium: Any
) -> None:
    ana, bo = Browser(chromium, address), Browser(chromium, address)
    ana.press("Step")
    ana.at(1)
    ana.press("Step")
    ana.at(2)
    assert bo.page.get_by_text("Press Step").is_visible()
    bo.press("▶")
    bo.page.get_by_text(re.compile(r"Adopted\.|without a text\.")).wait_for()
    # What the other browser did is not seen here, and not in the model behind either.
    ana.at(2)
    ana.press("Step")
    ana.at(3)
    ana.page.get_by_role("button", name=re.compile("^Mediator")).click()
    ana.page.get_by_role("option", name="hardliner").click()
    ana.press("Reset")
    ana.page.get_by_text("Press Step").wait_for()
    for round_ in range(1, 4):
        ana.press("Step")
        ana.at(round_)
    # The hardliner holds the text of the demander.
    ana.page.get_by_text("core 5% + broader 0%; deadline 2030").wait_for()
    assert ana.page.locator("img").count() >= 2
    for who in (ana, bo):
        assert not who.foreign
        assert not who.errors


def test_foreign_pages_are_refused(address: str) -> None:
    def status(**headers: str) -> int:
        request = urllib.request.Request(address, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "connect-src 'self'" in policy
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert status() == 200
    assert status(Host="evil.example") == 403
    socket = address.replace("http", "ws") + "/jupyter/api/kernels/1/channels"
    with (
        connect(socket, origin=Origin("http://evil.example")) as ws,
        pytest.raises(ConnectionClosed, match="4403"),
    ):
        ws.recv(10)
