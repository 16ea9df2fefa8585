"""Load of the summit room: simulated students in rooms of 40, all on this computer.

    python benchmarks/room_load.py --rooms 5 --students 40 --seconds 90

starts ``summitry play --rooms 5`` and plays in it. Each student waits a random time (exponential,
``--every`` seconds on average) and then proposes an amendment, answers, writes to the chair or asks
"what if". The teachers end a round every 15 seconds. Measured: the time from sending a move to the
moment at which *every* student of the room holds a tick that shows it; the time to the
acknowledgement; the memory of the server; and whether each acknowledged move is in the journal.
Load generator and server share the processors.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

CORE = [2.0 + 0.25 * j for j in range(13)]
BROADER = [0.25 * j for j in range(9)]
YEARS = list(range(2029, 2041))
ROUND_S = 15.0


class Room:
    """One room: what has been sent and who has seen it."""

    def __init__(self, students: int) -> None:
        self.students = students
        self.sent: dict[str, tuple[float, set[int]]] = {}
        self.texts = itertools.cycle(
            random.sample([*itertools.product(CORE, BROADER, YEARS)], 13 * 9 * 12)
        )
        self.everyone: list[float] = []
        self.acks: list[float] = []
        self.what_ifs: list[float] = []
        self.answers: Counter[str] = Counter()
        self.kept = 0

    def seen(self, student: int, text: str) -> None:
        """A student has received a tick."""
        now = time.perf_counter()
        for marker, (begun, waiting) in list(self.sent.items()):
            if student in waiting and marker in text:
                waiting.discard(student)
                if not waiting:
                    self.everyone.append(now - begun)
                    del self.sent[marker]


async def student(
    room: Room, number: int, address: str, cookie: str, seat: str, every: float, end: float
) -> None:
    """Play one student until the end."""
    url = address.replace("http", "ws", 1) + "/ws/seat"
    headers = {"Cookie": cookie}
    asked: dict[int, float] = {}
    async with connect(
        url, additional_headers=headers, origin=address, compression=None, max_size=None
    ) as socket:
        reading = asyncio.create_task(read(room, number, socket, asked))
        for n in itertools.count(1):
            await asyncio.sleep(random.expovariate(1.0 / every))
            if time.perf_counter() > end:
                break
            message = move(room, seat, n)
            asked[n] = time.perf_counter()
            if message["type"] == "propose":
                marker = f'"values":{json.dumps(message["values"], separators=(",", ":"))},"words"'
                room.sent[marker] = (asked[n], set(range(room.students)))
            await socket.send(json.dumps({"id": n, **message}))
        await asyncio.sleep(3.0)
        reading.cancel()


def move(room: Room, seat: str, n: int) -> dict[str, Any]:
    """What a student does next."""
    kind = random.random()
    if seat == "chair" or kind < 0.1:
        to = {"to": "ESP"} if seat == "chair" else {}
        return {"type": "message", "words": f"message {n}", **to}
    if kind < 0.2:
        return {"type": "what_if"}
    if kind < 0.4:
        return {"type": "answer", "silence": random.choice(["passes", "breaks"])}
    core, broader, year = next(room.texts)
    values = {"core_pct_gdp": core, "broader_pct_gdp": broader, "deadline_year": float(year)}
    return {"type": "propose", "values": values}


async def read(room: Room, number: int, socket: ClientConnection, asked: dict[int, float]) -> None:
    """Take what the server sends."""
    async for text in socket:
        assert isinstance(text, str)
        if text.startswith('{"type":"tick"'):
            room.seen(number, text)
            continue
        message = json.loads(text)
        if message.get("id") not in asked:
            continue
        begun = asked.pop(message["id"])
        took = time.perf_counter() - begun
        room.answers[message["type"] if message["type"] != "error" else message["error"]] += 1
        if message["type"] == "ack":
            room.acks.append(took)
            room.kept += 1
        elif message["type"] == "what_if":
            room.what_ifs.append(took)


async def teacher(address: str, cookie: str, end: float) -> None:
    """End a round every now and then."""
    url = address.replace("http", "ws", 1) + "/ws/host"
    async with connect(
        url, additional_headers={"Cookie": cookie}, origin=address, compression=None, max_size=None
    ) as socket:

        async def swallow() -> None:
            async for _ in socket:
                pass

        swallowing = asyncio.create_task(swallow())
        await socket.send('{"type": "control", "do": "start", "id": 0}')
        while time.perf_counter() < end:
            await asyncio.sleep(ROUND_S)
            for _ in range(2):
                await socket.send('{"type": "control", "do": "step", "id": 1}')
        swallowing.cancel()


async def play(
    address: str, secrets: list[str], students: int, every: float, seconds: float
) -> list[Room]:
    """Fill the rooms and play."""
    rooms, work = [], []
    async with httpx.AsyncClient(
        base_url=address, headers={"Origin": address}, verify=False
    ) as http:
        people = []
        for secret in secrets:
            http.cookies.clear()
            answer = await http.post("/api/host", json={"secret": secret})
            code = answer.json()["code"]
            host = answer.headers["set-cookie"].split(";")[0]
            seats = (await http.get(f"/api/room?code={code}")).json()["seats"]
            room = Room(students)
            rooms.append(room)
            for n in range(students):
                http.cookies.clear()
                seat = seats[n % len(seats)]["code"]
                body = {"code": code, "name": f"Student {n}", "seat": seat}
                joined = await http.post("/api/join", json=body)
                people.append((room, n, joined.headers["set-cookie"].split(";")[0], seat))
            work.append((host,))
    end = time.perf_counter() + seconds
    tasks = [teacher(address, host, end) for (host,) in work]
    tasks += [student(room, n, address, c, seat, every, end) for room, n, c, seat in people]
    await asyncio.gather(*tasks)
    return rooms


async def waits(address: str, secret: str) -> tuple[list[float], float]:
    """End a game step by step when the students have left: seconds from each step to the forecast
    of what it led to, and from the last one to the debrief."""
    async with httpx.AsyncClient(
        base_url=address, headers={"Origin": address}, verify=False
    ) as http:
        answer = await http.post("/api/host", json={"secret": secret})
        cookie = answer.headers["set-cookie"].split(";")[0]
        url = address.replace("http", "ws", 1) + "/ws/host"
        forecasts: list[float] = []
        async with connect(
            url, additional_headers={"Cookie": cookie}, origin=address, compression=None,
            max_size=None,
        ) as socket:  # fmt: skip
            while True:
                begun = time.perf_counter()
                await socket.send('{"type": "control", "do": "step", "id": 1}')
                heard = False
                while True:
                    message = json.loads(await socket.recv())
                    heard = heard or message.get("id") == 1
                    if not heard or message["type"] != "tick":
                        continue
                    if message["phase"] == "ended":
                        while (await http.get("/api/debrief")).status_code != 200:
                            await asyncio.sleep(0.02)
                        return forecasts, time.perf_counter() - begun
                    forecast = message["forecast"]
                    if forecast and forecast["state"] == message["state"]:
                        forecasts.append(time.perf_counter() - begun)
                        break


def told(name: str, values: list[float]) -> str:
    """Quantiles in milliseconds."""
    if not values:
        return f"{name}: none"
    q = np.quantile(np.array(values) * 1000, [0.5, 0.95, 0.99, 1.0])
    shown = f"median {q[0]:.0f}, p95 {q[1]:.0f}, p99 {q[2]:.0f}, max {q[3]:.0f} ms"
    return f"{name}: n {len(values)}, {shown}"


def main() -> None:
    """Start the server, play, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", type=int, default=5)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--every", type=float, default=5.0)
    options = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-c", "from sim.cli import main; main()", "play", "hague_2025",
            "--port", "0", "--rooms", str(options.rooms), "--out", f"{folder}/rooms",
        ]  # fmt: skip
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            said = ""
            assert server.stdout is not None
            while "Ctrl-C" not in said:
                said += server.stdout.readline()
            links = re.findall(r"(http://\S+)/host#(\S+)", said)
            time.sleep(8.0)  # the engine is fetched or compiled
            rooms = asyncio.run(
                play(
                    links[0][0],
                    [s for _, s in links],
                    options.students,
                    options.every,
                    options.seconds,
                )
            )
            memory = Path(f"/proc/{server.pid}/status").read_text()
            ticks = Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
            used = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
            forecasts, debriefed = asyncio.run(waits(*links[0]))
            peak = int(re.search(r"VmHWM:\s+(\d+)", memory)[1]) / 1024  # type: ignore[index]
        finally:
            server.terminate()
            server.wait()
        written = 0
        for journal in Path(folder).glob("rooms/*/journal.jsonl"):
            kinds = Counter(json.loads(line)["kind"] for line in journal.open())
            written += kinds["say"] + kinds["message"]
        kept = sum(room.kept for room in rooms)
        print(
            f"{options.rooms} rooms of {options.students}, a move every {options.every:g} s each, "
            f"{options.seconds:g} s; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cpus"
        )
        print(told("move to everyone's tick", [x for r in rooms for x in r.everyone]))
        print(told("move to its acknowledgement", [x for r in rooms for x in r.acks]))
        print(told("what if", [x for r in rooms for x in r.what_ifs]))
        print(told("one room alone, step to its forecast", forecasts))
        print(f"one room alone, last step to the debrief: {debriefed:.1f} s")
        print("answers:", dict(sum((r.answers for r in rooms), Counter())))
        print(f"peak memory of the server: {peak:.0f} MB; processor time {used:.0f} s")
        print(
            f"acknowledged moves {kept}, in the journals {written}, lost {max(0, kept - written)}; "
            f"amendments that not everybody saw: {sum(len(r.sent) for r in rooms)}"
        )


if __name__ == "__main__":
    main()
