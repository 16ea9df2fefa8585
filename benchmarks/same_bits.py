"""Show that results do not hang on engine, workers, chunks, hash seed or level of the processor.

``python benchmarks/same_bits.py`` plays three scenarios in processes of their own under every
setting, compares the hashes of all results, prints a table and ends with 1 if any differ. The
engine is compiled anew for each level of the processor, so this takes some minutes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile

SCENARIOS = ("hague_2025", "vilnius_2023", "emission_standards")
RUNS, MESA_RUNS, SEED = 1500, 40, 11
CHUNKS = (1, 7, 64, 333, 4096)
WORKERS = (1, 2, 4)
HASH_SEEDS = ("0", "1", "4242")
#: Settings that take instructions away from numpy, the C library and the compiled engine.
PROCESSORS: dict[str, dict[str, str]] = {
    "as it is": {},
    "no AVX-512": {
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW",
        "NUMBA_CPU_NAME": "haswell",
    },
    "no AVX, no FMA": {
        "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA",
        "NUMBA_CPU_NAME": "generic",
    },
}
_CHILD = """
import sys, sim
from sim.engine.block import block_hash
from sim.batch.memory import play_part
names, engine, runs, workers, chunk, seed = sys.argv[1:]
for name in names.split(","):
    setup = sim.load(name).setup
    part = play_part(setup, int(runs), seed=int(seed), engine=engine, workers=int(workers),
                     chunk=int(chunk))
    print(name, block_hash(part.block))
"""


def played(
    settings: dict[str, str], engine: str, runs: int, workers: int, chunk: int
) -> dict[str, str]:
    """The hash of each scenario, played in a process with these settings."""
    arguments = [",".join(SCENARIOS), engine, runs, workers, chunk, SEED]
    environment = {**os.environ, **settings}
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{settings} {arguments}: {done.stderr}")
    return dict(line.split() for line in done.stdout.splitlines())


def main() -> int:
    """Compare everything with the first setting."""
    differ = 0
    expected = {
        RUNS: played({}, "batch", RUNS, 1, 512),
        MESA_RUNS: played({}, "batch", MESA_RUNS, 1, 512),
    }

    def compare(what: str, got: dict[str, str], runs: int) -> None:
        nonlocal differ
        same = got == expected[runs]
        differ += not same
        print(f"{'same' if same else 'DIFFERENT':9}  {what}", flush=True)

    for workers, chunk in itertools.product(WORKERS, CHUNKS):
        compare(
            f"workers {workers}, chunk {chunk}", played({}, "batch", RUNS, workers, chunk), RUNS
        )
    for seed in HASH_SEEDS:
        settings = {"PYTHONHASHSEED": seed}
        compare(f"PYTHONHASHSEED {seed}", played(settings, "batch", RUNS, 2, 64), RUNS)
    for level, settings in PROCESSORS.items():
        with tempfile.TemporaryDirectory() as cache:
            with_cache = {**settings, "XDG_CACHE_HOME": cache} if settings else {}
            compare(f"batch, processor {level}", played(with_cache, "batch", RUNS, 2, 333), RUNS)
        mesa = played(settings, "mesa", MESA_RUNS, 1, 512)
        compare(f"Mesa, processor {level}", mesa, MESA_RUNS)
    print("all the same" if not differ else f"{differ} settings differ")
    return 1 if differ else 0


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
