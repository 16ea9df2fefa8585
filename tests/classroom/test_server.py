"""The server: who may come in, what each may do, and what nobody gets to see."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

import sim
from sim.classroom.guards import Guard
from sim.classroom.limits import JOINS_AT_ONCE, JOINS_PER_SECOND, ByAddress
from sim.classroom.people import CODE_LETTERS, new_code, new_token
from sim.classroom.questionnaire import ITEMS
from sim.classroom.serve import listen

from .classes import Class, Window, open_class


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """Rooms for tests that only knock at the door."""
    with open_class(tmp_path_factory.mktemp("rooms"), rooms=2) as opened:
        yield opened


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Class]:
    """Two rooms for one test that plays in them."""
    with open_class(tmp_path, rooms=2) as opened:
        yield opened


# Headers, hosts and origins.


@pytest.mark.parametrize("path", ["/", "/api/me", "/api/nothing", "/page/../server.py"])
def test_every_answer_protects_itself(room: Class, path: str) -> None:
    headers = room.browser().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


FOREIGN = ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example"]


@pytest.mark.parametrize("origin", [*FOREIGN, ""])
@pytest.mark.parametrize("path", ["/api/join", "/api/host", "/api/leave", "/api/scenario"])
def test_a_post_from_elsewhere_is_refused(room: Class, origin: str, path: str) -> None:
    teacher = room.teacher()
    teacher.http.headers["Origin"] = origin
    assert teacher.post(path, {}).status_code == 403


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("role", ["host", "projector", "seat"])
def test_a_websocket_from_elsewhere_is_refused(room: Class, origin: str, role: str) -> None:
    with room.teacher().watch(role, origin=origin) as window:
        with pytest.raises(ConnectionClosed):
            window.receive()
        assert window.socket.close_code == 4403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a b"])
def test_a_name_that_was_pointed_here_is_refused(room: Class, host: str) -> None:
    answer = httpx.get(f"{room.address}/api/me", headers={"Host": host})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize(
    ("host", "here", "lan"),
    [
        ("127.0.0.1:80", True, True),
        ("localhost:80", True, True),
        ("[::1]:80", True, True),
        ("192.168.1.20:80", False, True),
        ("teacher.local", False, True),
        ("evil.example", False, False),
        ("192.168.1.20.evil.example", False, False),
    ],
)
def test_the_network_is_let_in_only_when_asked(host: str, here: bool, lan: bool) -> None:
    app: Any = None
    assert Guard(app, lan=False, names=["teacher.local"])._knows(host) is here
    assert Guard(app, lan=True, names=["teacher.local"])._knows(host) is lan


# Codes, secrets, cookies.


def test_secrets_are_long_and_codes_are_plain() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) * 6 >= 128 for token in tokens)  # six bits a character
    assert all(set(new_code()) <= set(CODE_LETTERS) for _ in range(200))
    assert not set("IO01") & set(CODE_LETTERS)


def test_cookies_are_out_of_reach_of_scripts_and_sites(room: Class) -> None:
    browser = room.browser()
    body = {"code": room.plans[0].code.lower(), "name": "Ana", "seat": None}
    kept = browser.post("/api/join", body).headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    with browser.watch("seat") as seat:
        seat.until(lambda tick: True)
        token = next(iter(browser.http.cookies.values()))
        assert token not in json.dumps([seat.tick, seat.room])


def test_wrong_codes_are_slowed_down(own: Class) -> None:
    guesser, begun = own.browser(), time.monotonic()
    answers = [guesser.get("/api/room?code=AAAAAA").status_code for _ in range(60)]
    assert answers[0] == 404
    assert 429 in answers
    assert answers.count(404) <= 21 + 5 * (time.monotonic() - begun)


def test_a_class_joins_from_one_address_and_a_flood_does_not(own: Class) -> None:
    """240 at once, two a second after that, whether or not there is a place for them."""
    begun = time.monotonic()
    body = {"code": own.plans[0].code, "name": "Ana", "seat": None}
    browser = own.browser()
    for _ in range(40):
        browser.http.cookies.clear()  # another student
        assert browser.post("/api/join", body).status_code == 200
    answers = [browser.post("/api/join", {**body, "name": ""}) for _ in range(300)]
    codes = [answer.status_code for answer in answers]
    assert codes[0] == 422
    assert codes[-1] == 429
    heard = 40 + codes.count(422)
    assert 240 <= heard <= 241 + 2 * (time.monotonic() - begun)
    assert "wait a little" in answers[-1].json()["message"]
    # Who is in stays in, and finds the door of the room.
    assert browser.get(f"/api/room?code={body['code']}").status_code == 200


def test_of_a_thousand_joins_in_a_minute_most_are_refused() -> None:
    now = [0.0]
    joins = ByAddress(JOINS_PER_SECOND, JOINS_AT_ONCE, lambda: now[0])
    let_in = 0
    for _ in range(1000):
        now[0] += 0.06
        if not joins.too_many("10.0.0.7"):
            joins.note("10.0.0.7")
            let_in += 1
    assert let_in <= JOINS_AT_ONCE + 60 * JOINS_PER_SECOND
    assert not joins.too_many("10.0.0.8")  # others are not held up


def test_the_join_link_holds_the_code_and_no_secret(room: Class) -> None:
    with room.teacher().watch("host") as host:
        host.until(lambda tick: True)
        assert host.room["join_url"].endswith(f"/join?code={room.plans[0].code}")
    assert room.teacher().get("/api/qr.svg").text.startswith("<svg")
    assert room.student("Ana", "ESP").get("/api/qr.svg").status_code == 403


def test_small_answers_are_sent_at_once() -> None:
    """Else an answer in two parts waits 40 ms for a delayed acknowledgement (Nagle's algorithm)."""

    async def accepted() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken = writer.get_extra_info("socket")
            told.set_result(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen(0, lan=False)
        served = await asyncio.start_server(came, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        try:
            return await told
        finally:
            writer.close()
            served.close()

    assert asyncio.run(accepted()) != 0


def test_who_comes_before_the_server_is_ready_waits() -> None:
    with listen(0, lan=False) as listening:
        socket.create_connection(listening.getsockname(), timeout=5.0).close()


# Roles.


@pytest.mark.parametrize("role", ["host", "projector", "seat"])
def test_without_a_cookie_nobody_watches(room: Class, role: str) -> None:
    with room.browser().watch(role) as window:
        with pytest.raises(ConnectionClosed):
            window.receive()
        assert window.socket.close_code == 4401


@pytest.mark.parametrize("role", ["host", "projector"])
def test_a_student_is_no_teacher(room: Class, role: str) -> None:
    with room.student("Ana", "ESP").watch(role) as window:
        with pytest.raises(ConnectionClosed):
            window.receive()
        assert window.socket.close_code == 4401


@pytest.mark.parametrize("path", ["/api/scenarios", "/api/qr.svg", "/api/questionnaire.csv"])
def test_what_is_the_teachers_is_not_the_students(room: Class, path: str) -> None:
    assert room.student("Ana", "ESP").get(path).status_code == 403
    assert room.browser().get(path).status_code == 403
    assert room.teacher().get(path).status_code == 200


def test_a_projector_only_looks_on(room: Class) -> None:
    with room.teacher().watch("projector") as screen:
        assert screen.control("start")["error"] == "not_yours"


def test_a_student_sees_the_own_briefing_only(room: Class) -> None:
    student = room.student("Ana", "ESP")
    assert student.get("/api/briefing").json()["name"] == "Spain"
    assert student.get("/api/briefing?seat=ITA").status_code == 403
    assert room.teacher().get("/api/briefing?seat=ITA").json()["name"] == "Italy"
    assert room.teacher().get("/api/briefing?seat=ZZZ").status_code == 422


MOVES: dict[str, dict[str, Any]] = {
    "answer": {"type": "answer", "silence": "passes"},
    "letter": {"type": "letter", "asks": True},
    "propose": {"type": "propose", "values": {"core_pct_gdp": 3.5}},
    "draft": {"type": "draft", "values": {}, "letters": []},
    "table": {"type": "table", "values": {}, "letters": []},
    "odds": {"type": "odds", "values": {}, "letters": []},
    "control": {"type": "control", "do": "step"},
}
MAY = {
    "ESP": {"answer", "letter", "propose"},
    "USA": {"answer", "propose"},
    "chair": set(),
    None: set(),
}


@pytest.mark.parametrize("seat", MAY)
def test_each_seat_does_what_is_its_own(own: Class, seat: str | None) -> None:
    with own.teacher().watch("host") as host, own.student("Ana", seat).watch("seat") as window:
        host.control("start")
        for name, move in MOVES.items():
            answer = window.say(**move)
            allowed = name in MAY[seat] or (seat == "chair" and name == "odds")
            assert (answer["type"] != "error") == allowed, (name, answer)


def test_nobody_speaks_for_another_seat(room: Class) -> None:
    with room.student("Ana", "ESP").watch("seat") as window:
        for forged in ({"seat": "ITA"}, {"person": "p1"}, {"code": "AAAAAA"}):
            answer = window.say(type="answer", silence="passes", **forged)
            assert answer["error"] == "bad_message"


def test_rooms_do_not_mix(own: Class) -> None:
    with (
        own.teacher(0).watch("host") as here,
        own.teacher(1).watch("host") as there,
        own.student("Ana", "ESP", 0).watch("seat") as ana,
    ):
        here.until(lambda tick: tick["people"] == 1)
        there.until(lambda tick: tick["people"] == 0)
        here.control("start")
        ana.say(type="message", words="only for room one")
        there.control("lock", on=True)
        there.until(lambda tick: tick["locked"])
        assert there.tick["phase"] == "lobby"
        assert "only for room one" not in json.dumps(there.tick)
        there.control("lock", on=False)


# Limits.


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "nonsense", '{"type": "answer"}', '{"type": 7}', "[" * 5000,
        '{"type": "propose", "values": {"core_pct_gdp": NaN}}',
        '{"type": "message", "words": ' + json.dumps("x" * 2001) + "}",
        '{"type": "answer", "silence": "passes", "direction": 1e999}',
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_the_connection_stays(room: Class, text: str) -> None:
    with room.student("Ana", "ESP").watch("seat") as window:
        window.socket.send(text)
        while (message := window.receive())["type"] != "error":
            pass
        assert message["error"] == "bad_message"
        assert window.say(type="message", words="still here")["type"] == "ack"


def test_a_large_message_ends_the_connection(room: Class) -> None:
    with room.student("Ana", "ESP").watch("seat") as window:
        window.socket.send(json.dumps({"type": "message", "words": "x" * 17_000}))
        with pytest.raises(ConnectionClosed):
            while True:
                window.receive()
        assert window.socket.close_code == 1009


def test_ten_messages_a_second_and_no_more(room: Class) -> None:
    with room.student("Ana", "ESP").watch("seat") as window:
        answers = [window.say(type="message", words="again")["type"] for _ in range(40)]
        assert 10 <= answers.count("ack") <= 25
        assert answers.count("error") >= 10


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/api/join", "text/plain", "{}", 415),
        ("/api/join", "application/json", "[]", 400),
        ("/api/join", "application/json", "{" + " " * 20_000 + "}", 413),
        ("/api/scenario", "application/yaml", "x" * (1024 * 1024 + 1), 413),
        ("/api/scenario", "application/json", "{}", 415),
    ],
)
def test_bodies_are_limited(room: Class, path: str, kind: str, body: str, status: int) -> None:
    answer = room.teacher().http.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


def upload(room: Class, text: str) -> httpx.Response:
    return room.teacher().http.post(
        "/api/scenario", content=text, headers={"Content-Type": "application/yaml"}
    )


def test_a_scenario_can_be_uploaded_and_is_checked(own: Class, tmp_path: Path) -> None:
    assert upload(own, "extends: classroom_six\ntitle: Our summit\n").json()["title"] == (
        "Our summit"
    )
    answer = upload(own, "extends: classroom_six\ntitle: Ours\ndemander: {leverage: high}\n")
    assert answer.status_code == 422
    assert "demander.leverage" in answer.json()["message"]
    secret = tmp_path / "secret.yaml"
    secret.write_text("title: very secret\n")
    for parent in (secret, f"../{secret.name}", "/etc/hostname"):
        answer = upload(own, f"extends: {parent}\ntitle: Ours\n")
        assert answer.status_code == 422
        assert "secret" not in json.dumps(answer.json()["message"].replace(str(secret), ""))


@pytest.mark.parametrize(
    "path",
    ["/page/../server.py", "/page/%2e%2e/server.py", "/page//etc/passwd", "/page/_build_map.py",
     "/page/nothing.js", "/page/..%2f..%2fapi.py"],
)  # fmt: skip
def test_only_files_of_the_page_are_served(room: Class, path: str) -> None:
    assert room.browser().get(path).status_code == 404


# Coming, going, coming back.


def test_a_browser_that_comes_back_has_its_seat(own: Class) -> None:
    student = own.student("Ana", "ESP")
    with own.teacher().watch("host") as host:
        host.control("start")
        with student.watch("seat") as window:
            window.say(type="answer", silence="breaks", term="core_pct_gdp", direction=-1)
        with student.watch("seat") as window:
            tick = window.until(lambda tick: True)
            assert tick["you"]["seat"] == "ESP"
            assert tick["you"]["answer"]["term"] == "core_pct_gdp"


def test_who_is_sent_away_stays_away(own: Class) -> None:
    student = own.student("Ana", "ESP")
    with own.teacher().watch("host") as host, student.watch("seat") as window:
        person = student.get("/api/me").json()["seat"]["id"]
        host.control("kick", person=person)
        with pytest.raises(ConnectionClosed):
            while window.receive()["type"] != "bye":
                pass
            window.receive()
        assert window.socket.close_code == 4408
    assert student.get("/api/me").json()["seat"] is None


def test_a_seat_can_be_handed_over(own: Class) -> None:
    student = own.student("Ana", "ESP")
    with own.teacher().watch("host") as host, student.watch("seat") as window:
        host.control("start")
        person = student.get("/api/me").json()["seat"]["id"]
        assert student.post("/api/seat", {"seat": "ITA"}).status_code == 409
        host.control("hand_over", person=person, seat="ITA")
        assert window.until(lambda tick: tick["you"]["seat"] == "ITA")
        assert host.control("hand_over", person=person, seat="ZZZ")["error"] == "no_seat"


def test_a_closed_room_lets_nobody_in(own: Class) -> None:
    with own.teacher().watch("host") as host:
        host.control("lock", on=True)
        body = {"code": own.plans[0].code, "name": "Late", "seat": None}
        assert own.browser().post("/api/join", body).status_code == 409


def test_what_really_happened_is_not_told_before_the_end(own: Class) -> None:
    with (
        own.teacher().watch("host") as host,
        own.student("Ana", "EST").watch("seat") as window,
    ):
        host.control("start")
        host.until(lambda tick: tick["phase"] == "answering")
        assert host.room["past"]["values"]["deadline_year"] == 2035
        assert window.until(lambda tick: tick["phase"] == "answering")
        assert window.room["past"] is None


# A whole game.


def finish(host: Window) -> None:
    while host.tick.get("phase") != "ended":
        host.control("step")
        host.until(lambda tick: True)
        time.sleep(0.1)


def test_from_join_to_debrief(own: Class) -> None:
    teacher, ana, bo = own.teacher(), own.student("Ana", "ESP"), own.student("Bo", "chair")
    sheet = {item["item"]: 3 for item in ITEMS}
    answer = ana.post("/api/questionnaire", {"when": "before", "answers": sheet})
    assert answer.status_code == 204
    with (
        teacher.watch("host") as host,
        ana.watch("seat") as spain,
        bo.watch("seat") as chair,
    ):
        host.until(lambda tick: tick["you"]["engine_ready"], seconds=90)
        host.control("start")
        spain.say(type="propose", values={"core_pct_gdp": 3.0})
        spain.say(type="answer", silence="breaks", term="deadline_year", direction=1)
        tick = chair.until(lambda tick: tick["stances"]["ESP"]["answered"])
        assert tick["stances"]["ESP"]["last"] is None  # what it said is its own
        assert tick["amendments"][0]["words"] == "core spending 3%"
        options = spain.say(type="what_if")["options"]
        assert options[0]["key"] == "pass"
        assert any(o["key"] == "propose" for o in options)
        host.control("step")
        tick = chair.until(lambda tick: tick["phase"] == "drafting")
        assert (
            tick["stances"]["ESP"] | {"last": "breaks", "term": "deadline_year"}
            == (tick["stances"]["ESP"])
        )
        assert "draft" in tick["you"]["can"]
        odds = chair.say(type="odds", values={"core_pct_gdp": 3.0}, letters=["ESP"])["members"]
        assert odds["ESP"] == 1.0 > tick["you"]["odds"]["ESP"]
        assert chair.say(type="table", values={"core_pct_gdp": 3.5}, letters=["ESP"])["type"] == (
            "ack"
        )
        tick = spain.until(lambda tick: tick["round"] == 2)
        assert tick["you"]["holds_letter"]
        host.until(lambda tick: tick["forecast"] and tick["forecast"]["state"] == tick["state"])
        host.control("forecast", hidden=True)
        hidden = spain.until(lambda tick: tick["forecast_hidden"])
        assert hidden["forecast"] is None
        assert all(s["lean"] is None for s in hidden["stances"].values())
        assert ana.get("/api/debrief").status_code == 409
        finish(host)
        spain.until(lambda tick: tick["phase"] == "ended")
        assert spain.room["past"] is not None
    end = time.monotonic() + 30
    while (answer := ana.get("/api/debrief")).status_code == 202 and time.monotonic() < end:
        time.sleep(0.1)
    found = answer.json()
    assert found["rounds"][0]["stances"]["ESP"]["person"]
    assert found["questionnaire"]["n_before"] == 1
    assert {"seat": "ESP", "names": ["Ana"]} in found["people"]
    record = ana.get("/api/record.yaml")
    loaded = sim.load(__import__("yaml").safe_load(record.text))
    again = loaded.model()
    again.run_model()
    assert again.round + 1 == found["round"]
    assert "<h1>" in ana.get("/api/report.html").text


def test_projectors_show_what_the_teacher_shows(own: Class) -> None:
    teacher, student = own.teacher(), own.student("Ana", "ESP")
    with (
        teacher.watch("host") as host,
        own.teacher().watch("projector") as screen,
        own.teacher(room=1).watch("projector") as other,
        student.watch("seat") as seat,
    ):
        host.control("show", view="debrief")
        screen.until(lambda tick: tick["you"]["shows"] == "debrief")
        assert host.control("show", view="elsewhere")["error"] == "bad_message"
        assert seat.say(type="control", do="show", view="room")["error"] == "bad_message"
        # The debrief of a game that goes on, or begins anew, is over.
        host.control("step")
        screen.until(lambda tick: tick["phase"] != "lobby" and tick["you"]["shows"] == "room")
        other.receive()
        assert "shows" not in seat.until(lambda tick: tick["phase"] != "lobby")["you"]
        assert other.until(lambda tick: True)["you"]["shows"] == "room"


def test_what_is_taken_back_is_not_played_again_at_once(own: Class) -> None:
    with own.teacher().watch("host") as host:
        host.control("demo", on=True, speed=8.0)
        host.until(lambda tick: tick["round"] >= 2)
        host.control("undo")
        told = host.until(lambda tick: tick["paused"])
        time.sleep(1.0)  # at this speed several rounds
        host.control("lock", on=True)
        assert host.until(lambda tick: tick["you"]["locked"])["round"] == told["round"]


def test_the_summit_plays_itself(own: Class) -> None:
    with own.teacher().watch("host") as host:
        host.control("demo", on=True, speed=8.0)
        host.until(lambda tick: tick["phase"] == "ended", seconds=30)
        assert len(host.tick["history"]) >= 2


def test_the_clock_ends_the_silence_and_can_be_stopped(own: Class) -> None:
    with own.teacher().watch("host") as host:
        host.control("pace", seconds=3.0)
        host.control("start")
        host.until(lambda tick: tick["clock"] is not None)
        host.control("pause")
        host.until(lambda tick: tick["paused"])
        left = host.tick["clock"]["seconds_left"]
        assert 0.5 < left <= 3.0
        time.sleep(0.6)
        host.control("forecast", hidden=False)
        assert host.until(lambda tick: True)["clock"]["seconds_left"] == pytest.approx(left)
        host.control("resume")
        host.until(lambda tick: tick["phase"] == "drafting", seconds=4)


def test_an_event_that_shifts_nothing_is_news_only(own: Class) -> None:
    teacher = own.teacher()
    with teacher.watch("host") as host:
        host.control("start")
        before = host.until(lambda t: t["phase"] == "answering")["state"]
        assert host.control("event", name="A minister resigns")["type"] == "ack"
        tick = host.until(lambda t: t["news"][-1]["kind"] == "event")
        assert tick["news"][-1]["words"] == "A minister resigns"
        assert tick["state"] == before  # the game is where it was
        assert host.control("event", name="Prices rise", fiscal_room=-0.1)["type"] == "ack"
        assert host.until(lambda t: t["state"] > before)["news"][-1]["words"] == "Prices rise"
        host.control("step")
        host.until(lambda t: t["phase"] in ("drafting", "ended"))
        record = teacher.get("/api/record.yaml").text
    assert "Prices rise" in record
    assert "A minister resigns" not in record


# What a teacher and a class rely on.


def test_a_summit_that_plays_itself_stops_at_its_end(own: Class) -> None:
    with own.teacher().watch("host") as host:
        host.control("demo", on=True, speed=8.0)
        ended = host.until(lambda t: t["phase"] == "ended", 60.0)
        assert not ended["demo"]
        host.control("restart")
        begun = host.until(lambda t: t["phase"] == "lobby")
        assert not begun["demo"]
        assert begun["speed"] == 8.0
        host.control("start")
        answering = host.until(lambda t: t["phase"] == "answering")
        assert answering["clock"] is None
        assert answering["round"] == 1


def test_a_step_back_stops_the_clock_and_takes_the_news_back(own: Class) -> None:
    with (
        own.teacher().watch("host") as host,
        own.student("Ana", "ESP").watch("seat") as ana,
    ):
        host.control("start")
        host.control("pace", seconds=30)
        ana.until(lambda t: t["phase"] == "answering")
        ana.say(type="answer", silence="breaks")
        host.control("step")
        told = host.until(lambda t: t["phase"] == "drafting")
        assert [n["kind"] for n in told["news"]][-1] == "answers"
        host.control("undo")
        back = host.until(lambda t: t["phase"] == "answering" and t["paused"])
        assert back["clock"]["seconds_left"] == 30.0
        assert "answers" not in [n["kind"] for n in back["news"]]


def test_the_wall_says_what_objectors_ask_for(own: Class) -> None:
    with (
        own.teacher().watch("host") as host,
        own.student("Ana", "ESP").watch("seat") as ana,
    ):
        host.control("start")
        ana.until(lambda t: t["phase"] == "answering")
        ana.say(type="answer", silence="breaks", term="deadline_year", direction=1)
        host.control("step")
        told = host.until(lambda t: t["phase"] == "drafting")
        words = told["news"][-1]["words"]
        asked = [s for s in told["stances"].values() if s["last"] == "breaks" and s["term"]]
        assert "a later deadline" in words
        for phrase in {s["words"] for s in asked}:
            assert phrase in words
            n = sum(s["words"] == phrase for s in asked)
            assert f"{n} for {phrase}" in words or n == len(asked)


def test_nobody_is_told_a_forecast_that_is_covered(own: Class) -> None:
    with (
        own.teacher().watch("host") as host,
        own.student("Ana", "ESP").watch("seat") as ana,
        own.student("Cy", "chair").watch("seat") as chair,
    ):
        host.control("start")
        host.control("forecast", hidden=True)
        ana.until(lambda t: t["forecast_hidden"])
        assert ana.say(type="what_if")["error"] == "not_now"
        ana.say(type="answer", silence="breaks")
        host.control("step")
        chair.until(lambda t: t["phase"] == "drafting")
        assert chair.say(type="what_if", values={}, letters=[])["error"] == "not_now"


def test_what_is_added_after_the_silence_gives_nobody_more_time(own: Class) -> None:
    with (
        own.teacher().watch("host") as host,
        own.student("Ana", "ESP").watch("seat") as ana,
        own.student("Cy", "chair").watch("seat"),
    ):
        host.control("start")
        ana.until(lambda t: t["phase"] == "answering")
        ana.say(type="answer", silence="breaks")
        host.control("step")
        host.control("pace", seconds=4)
        ana.until(lambda t: t["phase"] == "drafting")
        begun, answers = time.monotonic(), []
        while ana.tick["phase"] == "drafting" and time.monotonic() - begun < 10.0:
            answers.append(ana.say(type="letter", asks=len(answers) % 2 == 0))
            time.sleep(0.3)
        assert time.monotonic() - begun < 7.0
        assert {a["type"] for a in answers} == {"ack", "error"}
        assert any(a.get("error") == "slow_down" for a in answers)


@pytest.mark.parametrize("body", [{"name": ""}, {"seat": "XXX"}, {"code": "ZZZZZZ"}])
def test_who_cannot_come_in_again_keeps_the_seat(own: Class, body: dict[str, str]) -> None:
    ana = own.student("Ana", "ESP")
    again = {"code": own.plans[0].code, "name": "Ana", "seat": "POL", **body}
    assert ana.post("/api/join", again).status_code in (404, 422)
    assert ana.get("/api/me").json()["seat"]["seat"] == "ESP"
    with own.teacher().watch("host") as host:
        host.control("lock", on=True)
        assert ana.post("/api/join", {**again, **dict.fromkeys(body, "Ana")}).status_code != 200
        assert ana.get("/api/me").json()["seat"]["seat"] == "ESP"


@pytest.mark.parametrize("path", ["%00.js", "a%00/strings.en.js", "a" * 300 + ".js"])
def test_a_file_that_cannot_be_is_not_there(room: Class, path: str) -> None:
    answer = room.browser().get(f"/page/{path}")
    assert answer.status_code == 404
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_who_goes_away_in_the_middle_leaves_no_trace(
    room: Class, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = room.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5.0) as half:
        half.sendall(
            f"POST /api/join HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {room.address}\r\n"
            "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{".encode()
        )
    assert room.browser().get("/api/me").status_code == 200
    time.sleep(0.2)
    assert not [r for r in caplog.records if r.exc_info]


@pytest.mark.parametrize("name", ["\u3164", "\u115f\u2800", "\uffa0 \u1160"])
def test_a_name_that_nobody_can_see_is_none(room: Class, name: str) -> None:
    body = {"code": room.plans[0].code, "name": name, "seat": None}
    assert room.browser().post("/api/join", body).status_code == 422


def test_a_summit_that_no_room_can_keep_pace_with_is_refused(own: Class) -> None:
    text = "extends: hague_2025\ncalendar: {start: 2024-06-25, days_per_round: 1}\n"
    sent = own.teacher().http.post(
        "/api/scenario", content=text.encode(), headers={"Content-Type": "application/yaml"}
    )
    assert sent.status_code == 422
    assert "too large for a room" in sent.json()["message"]
    assert "summitry run" in sent.json()["message"]


def test_reading_is_counted_like_speaking(own: Class) -> None:
    ana = own.student("Ana", "ESP")
    codes = [ana.get("/api/briefing").status_code for _ in range(30)]
    assert codes[0] == 200
    assert 429 in codes
