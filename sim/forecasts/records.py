"""Sealed records: dated, hashed, each holding the hash of the one before.

A folder holds records 0001, 0002, ... as JSON in a canonical form: one space of indent, UTF-8, one
newline at the end, keys in the order in which they were written (that of members decides results).
A record names the SHA-256 of its own content and of the
record before it, so that no record can be changed, taken out, put in or exchanged without changing
all that follow. What no chain can show is that its end was cut off, or that all of it was made
anew: for that the hash of the newest record has to be known elsewhere, such as in a public commit
or a time stamp.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ..ensemble import Ensemble
from ..errors import SummitryError, quote
from .predictive import predictive

FORMAT = 1
#: What the first record names as the one before it.
NOTHING = "0" * 64
_NAME = re.compile(r"(\d{4})_.*\.json")
_NEEDED = {"code", "forecast", "format", "number", "previous", "scenario", "sealed", "seed"}

GRADING = (
    "summitry score: given a deal CRPS for each number and the ranked probability score for "
    "levels; Brier and logarithmic score for a deal, for texts without a term and for side "
    "letters by member; CRPS for the number of side letters"
)


def canonical(record: dict[str, Any]) -> str:
    """The only text that a record may have."""
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def content_hash(record: dict[str, Any]) -> str:
    """SHA-256 of a record without its own ``hash``."""
    content = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def seal(
    ensemble: Ensemble, folder: Path, *, note: str = "", now: dt.datetime | None = None
) -> Path:
    """Write what runs forecast as the next record of a folder.

    Parameters
    ----------
    ensemble
        The runs.
    folder
        Of records; made if it is not there. All that it holds is verified first.
    note
        Words that go with the forecast.
    now
        The time, with its zone; that of the clock if not given.

    Returns
    -------
    Path
        The record.

    Raises
    ------
    SummitryError
        If the folder was tampered with or cannot be written, or the clock is behind its records.
    """
    from ..results import origin, study_of

    before = verify(folder) if folder.exists() else []
    time = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    if before and time < before[-1]["sealed"]:
        raise SummitryError(
            f"the last record of {folder} was sealed at {before[-1]['sealed']}, and the clock says "
            f"{time}"
        )
    scenario = ensemble.scenario
    study = study_of(scenario, ensemble.seed, len(ensemble), ensemble.traced)
    made = origin(scenario, study, "")
    record = {
        "format": FORMAT,
        "number": len(before) + 1,
        "previous": before[-1]["hash"] if before else NOTHING,
        "sealed": time,
        "note": note,
        "summit": scenario.loaded.resolved.dates[-1].isoformat(),
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "hash": scenario.hash,
            "as_played": made["scenario"],
        },
        "code": {"rules": study["code"], "versions": made["versions"]},
        "seed": ensemble.seed,
        "results": ensemble.hash,
        "forecast": predictive(ensemble),
        "grading": GRADING,
    }
    record = json.loads(json.dumps(record, default=str))
    record["hash"] = content_hash(record)
    path = folder / f"{record['number']:04d}_{_plain(scenario.name)}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(canonical(record))
    except FileExistsError:
        raise SummitryError(f"{path} exists and is left as it is") from None
    except OSError as error:
        raise SummitryError(f"cannot write {path}: {error.strerror or error}") from None
    return path


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def read(path: Path) -> dict[str, Any]:
    """Read one record and check that its content has the hash that it names.

    Raises
    ------
    SummitryError
        If it cannot be read, is no record, or was changed.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        record = json.loads(text)
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise SummitryError(f"{path} is not a sealed forecast: {error}") from None
    if not isinstance(record, dict) or not record.keys() >= {*_NEEDED, "hash"}:
        raise SummitryError(f"{path} is not a sealed forecast")
    if record["format"] != FORMAT:
        raise SummitryError(
            f"{path} has format {quote(str(record['format']))}; this version reads {FORMAT}"
        )
    if text != canonical(record) or record["hash"] != content_hash(record):
        raise SummitryError(f"{path} was changed after it was sealed: its hash does not fit")
    return record


def verify(folder: Path) -> list[dict[str, Any]]:
    """Check every record of a folder and the chain that they form.

    Returns
    -------
    list of dict
        The records in order; the hash of the last one stands for all.

    Raises
    ------
    SummitryError
        At the first record that was changed, exchanged, put in or is missing.
    """
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix == ".json")
    except OSError as error:
        raise SummitryError(f"cannot read {folder}: {error.strerror or error}") from None
    records: list[dict[str, Any]] = []
    previous = NOTHING
    for number, path in enumerate(paths, 1):
        named = _NAME.fullmatch(path.name)
        if named is None:
            raise SummitryError(
                f"{path} is no record; records are called such as 0001_review_2029.json"
            )
        record = read(path)
        if int(named[1]) != number or record["number"] != number:
            raise SummitryError(
                f"{path} holds record {record['number']} where record {number} should be: a record "
                "is missing, was put in or has another name"
            )
        if record["previous"] != previous:
            raise SummitryError(
                f"{path} does not follow the record before it: one of the two was exchanged"
            )
        previous = record["hash"]
        records.append(record)
    return records
