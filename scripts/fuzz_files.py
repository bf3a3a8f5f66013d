"""Read damaged files of every format: each is read, or refused with an error of tiGIS.

    python scripts/fuzz_files.py [--files 100000] [--seed N] [--first 0] [--jobs 1] [--minutes 60]
    python scripts/fuzz_files.py --seed N --only 4711 [--keep FILE]

Each number draws a reader and a damaged file for it (`tests/sources/damaged_files.py`), the same on each
run of a seed. Processes read them: one that dies is started again behind the file that killed it. Bounds
for each file: 1 GB of address space more than the process had before it (an error that comes from that bound
counts as a failure too, although tiGIS tells it), 10 s of computing, 60 s in all.

Whatever else happened is written to FUZZ_FILES.txt in the folder that the script is run from, with the
number of the file; `--only` reads that one again, `--keep` writes it to look at. It ends with 1 where
something failed, 0 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = Path("FUZZ_FILES.txt")
FILES_A_PROCESS = 2_500  # libraries keep some memory of what they read
PATIENCE_S = 60
TO_LOAD_S = 600


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=None, help="at most so long")
    parser.add_argument("--only", type=int, default=None, help="read the file of that number alone")
    parser.add_argument("--keep", type=Path, default=None, help="where to write the file of --only")
    parser.add_argument("--read", type=int, nargs=2, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read is not None:
        return read_files(asked.seed, *asked.read)
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    if asked.only is not None:
        asked.first, asked.files = asked.only, 1
        if asked.keep is not None:
            load()
            from sources.damaged_files import drawn

            asked.keep.write_bytes(drawn(seed, asked.only).raw)
    print(f"seed {seed}", flush=True)
    end = time.monotonic() + 60 * asked.minutes if asked.minutes is not None else float("inf")
    found = Run(seed, asked.first, asked.first + asked.files, end).with_processes(asked.jobs)
    found.report()
    return 1 if found.failures else 0


def load() -> None:
    """Let the suite's own modules be found."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]


def read_files(seed: int, first: int, stop: int) -> int:
    """Read the files of some numbers; a line of JSON for each, on the output."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what GDAL and libxml say of damaged files
        os.dup2(nowhere, stream)
    load()
    warnings.simplefilter("ignore")
    from sources.damaged_files import ALL, Drawn, drawn, read, sound_bytes

    with tempfile.TemporaryDirectory(prefix="tigis-fuzz-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        tempfile.tempdir = str(folder)  # what a process that dies leaves is found there
        for case in ALL:  # limits hold for reading, not for loading libraries
            failure = read(Drawn(case, ALL[case].suffix, sound_bytes(case)), folder)
            if failure:
                print(json.dumps({"sound": case, "failure": failure}), file=out, flush=True)
        for number in range(first, stop):
            what = drawn(seed, number)
            print(json.dumps({"number": number, "name": what.name}), file=out, flush=True)
            start = time.process_time()
            failure = read(what, folder)
            line = {"done": number, "failure": failure, "seconds": time.process_time() - start}
            print(json.dumps(line), file=out, flush=True)
    return 0


class Run:
    """Numbers of files, handed to processes in turn, and what they found."""

    def __init__(self, seed: int, first: int, stop: int, end: float) -> None:
        self.seed, self.stop, self.end = seed, stop, end
        self.failures: dict[int, tuple[str, str]] = {}
        self.unsound: dict[str, str] = {}
        self.seconds: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._parts: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        for part in range(first, stop, FILES_A_PROCESS):
            self._parts.put((part, min(part + FILES_A_PROCESS, stop)))

    def with_processes(self, jobs: int) -> Run:
        """Go through the numbers with some processes at a time."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _work(self) -> None:
        while time.monotonic() < self.end:
            try:
                first, stop = self._parts.get_nowait()
            except queue.Empty:
                return
            while first < stop and time.monotonic() < self.end:
                first = self._part(first, stop)

    def _part(self, first: int, stop: int) -> int:
        """Have a process read some files; give the number behind the last one that it came to."""
        command = [sys.executable, __file__, "--seed", str(self.seed), "--read", str(first), str(stop)]
        settings = {**os.environ, "MALLOC_ARENA_MAX": "2"}  # arenas are address space that nothing uses
        process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=settings)
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        stdout = process.stdout
        assert stdout is not None  # noqa: S101 - asked for above
        reader = threading.Thread(target=lambda: [*map(lines.put, stdout), lines.put("")], daemon=True)
        reader.start()
        at: tuple[int, str] | None = None
        patience, why = float(TO_LOAD_S), ""
        while True:
            try:
                text = lines.get(timeout=patience)
            except queue.Empty:
                why = f"no end after {PATIENCE_S} s"
                process.kill()
                break
            if not text or time.monotonic() > self.end:
                break
            line = json.loads(text)
            if "number" in line:
                at, patience = (line["number"], line["name"]), PATIENCE_S
            elif "sound" in line:
                self.unsound[line["sound"]] = line["failure"]
            elif at is not None:
                self._settle(at, line["failure"], line["seconds"])
                first, at = line["done"] + 1, None
        if time.monotonic() > self.end:
            process.kill()
        code = process.wait()
        if at is None and first < stop and time.monotonic() <= self.end:
            self.failures[first] = "?", f"the process ended with {code} before it read anything"
            return stop
        if at is not None and time.monotonic() <= self.end:
            self._settle(at, why or f"the process died ({code})", 0.0)
            return at[0] + 1
        return first

    def _settle(self, at: tuple[int, str], failure: str, seconds: float) -> None:
        number, name = at
        with self._lock:
            self.times[name] += 1
            self.seconds[name] += seconds
            if failure:
                self.failures[number] = name, failure
                print(f"  failed: {number} ({name}): {failure.strip().splitlines()[-1][:150]}", flush=True)
            done = self.times.total()
            if done % 1_000 == 0:
                print(
                    f"{done:,} files, {len(self.failures)} failed, {self.seconds.total():.0f} s", flush=True
                )

    def report(self) -> None:
        """Print what failed, by kind, and keep it in a file; no file is left where nothing failed."""
        REPORT.unlink(missing_ok=True)
        for name, failure in self.unsound.items():
            self.failures[-1 - len(self.failures)] = name, f"the sound file failed:\n{failure}"
        if self.failures:
            text = [
                f"{name}: --seed {self.seed} --only {number}\n{failure.strip()}\n"
                for number, (name, failure) in sorted(self.failures.items(), key=lambda entry: entry[1])
            ]
            REPORT.write_text("\n".join(text), encoding="utf-8")
        slowest = ", ".join(
            f"{name} {1_000 * seconds / self.times[name]:.0f} ms"
            for name, seconds in self.seconds.most_common(3)
        )
        print(
            f"seed {self.seed}: {self.times.total():,} files of {len(self.times)} kinds read in "
            f"{self.seconds.total():.0f} s of computing (longest on average: {slowest}); "
            f"{len(self.failures)} failed" + (f": see {REPORT}" if self.failures else "")
        )


if __name__ == "__main__":
    sys.exit(main())
