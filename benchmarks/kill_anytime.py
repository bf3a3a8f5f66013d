"""Kill gather, maps and data get at random moments: no mixed folder, no wrong file, the second run recovers.

Without a network: gathering takes what is bundled and two files of tests/data, data get asks a server on
loopback that sends slowly. Usage: python benchmarks/kill_anytime.py [--times 100] [--seed 12] [COMMAND...]
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.server
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tiGIS import DataFileError
from tiGIS.cli import tigis
from tiGIS.dossier import read_dossier
from tiGIS.sources import Cache, register

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
GASPAR = "files.georisques.fr/GASPAR/gaspar.zip"
TERRITORIES = ("200066918", "200068658")  # Alès and a smaller one of the Lozère: a mixture would show


@dataclass
class Trial:
    """A command to kill: how it starts, where it writes, what may stand there after a kill and at the end."""

    name: str
    place: Path
    arguments: Callable[[int], list[str]]
    after_kill: Callable[[], str]
    after_all: Callable[[int], None]


def names(place: Path) -> set[str]:
    return {entry.name for entry in os.scandir(place)} if place.is_dir() else set()


def run(trial: Trial, number: int, share: float | None) -> tuple[float, bool]:
    """Run it once; with a share, kill it after that share of the time that it works on its files."""
    before = names(trial.place)
    child = subprocess.Popen(
        [sys.executable, "-m", "tiGIS", *trial.arguments(number)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while child.poll() is None and names(trial.place) == before:
        time.sleep(0.002)
    begun = time.monotonic()
    if share is None:
        _, said = child.communicate()
        if child.returncode:
            raise SystemExit(f"{trial.name}: {said}")
        return time.monotonic() - begun, False
    try:
        child.wait(share)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
    child.communicate()
    return time.monotonic() - begun, child.returncode == -signal.SIGKILL


def gather(work: Path) -> Trial:
    place = work / "gather"
    out = place / "dossier"

    def state() -> str:
        try:
            code = read_dossier(out).report["territory"]["code"]
        except DataFileError as error:
            if out.exists():
                raise SystemExit(f"gather: a dossier that is not whole: {error}") from error
            return "absent, the earlier one aside" if "stopped while" in str(error) else "absent"
        return f"whole, of {code}"

    def recovered(number: int) -> None:
        code = TERRITORIES[number % 2]
        dossier = read_dossier(out)
        if dossier.report["territory"]["code"] != code or set(dossier.communes["siren"]) != {code}:
            raise SystemExit(f"gather: not the territory that was asked for, {code}")
        if names(place) != {"dossier"}:
            raise SystemExit(f"gather: left behind: {names(place)}")

    return Trial("gather", place, lambda n: ["gather", TERRITORIES[n % 2], "-o", str(out)], state, recovered)


def maps(work: Path) -> Trial:
    place = work / "maps"
    right: list[dict[str, bytes]] = []
    for number, code in enumerate(TERRITORIES):
        dossier = work / f"dossier {number}"
        started("gather", code, "-o", str(dossier))
        started("maps", "--dossier", str(dossier), "-o", str(work / f"maps {number}"))
        right.append({path.name: path.read_bytes() for path in (work / f"maps {number}").iterdir()})

    def whose() -> dict[str, int]:
        """Whose each page is; a page that is nobody's ends the run."""
        found = {}
        for path in place.glob("*.html"):
            of = [number for number in (0, 1) if right[number].get(path.name) == path.read_bytes()]
            if not of:
                raise SystemExit(f"maps: {path.name} is no page of either territory")
            found[path.name] = of[0]
        return found

    def state() -> str:
        found = set(whose().values())
        return "absent" if not found else "mixed" if len(found) > 1 else "whole pages of one territory"

    def recovered(number: int) -> None:
        mine = {name for name, of in whose().items() if of == number % 2}
        if mine != set(right[number % 2]):
            raise SystemExit(f"maps: pages of the second run: {mine}")
        if left := {name for name in names(place) if not name.endswith(".html")}:
            raise SystemExit(f"maps: left behind: {left}")

    return Trial(
        "maps",
        place,
        lambda n: ["maps", "--dossier", str(work / f"dossier {n % 2}"), "-o", str(place)],
        state,
        recovered,
    )


def get(work: Path) -> Trial:
    cache = work / "cache of get"
    place = cache / "gaspar"
    content = (work / "gaspar.zip").read_bytes()

    def state() -> str:
        states = {entry.state for entry in Cache(cache).entries()}
        wrong = [e for e in Cache(cache).entries() if e.file and e.path.read_bytes() != content]
        if wrong or states - {"ok", "cut"}:
            raise SystemExit(f"data get: a wrong file: {wrong or states}")
        return " and ".join(sorted(states)) or "absent"

    def recovered(number: int) -> None:
        if state() != "ok":
            raise SystemExit(f"data get: after the second run: {state()}: {names(place)}")
        if left := {name for name in names(place) if name.startswith(".") or ".part" in name}:
            raise SystemExit(f"data get: left behind: {left}")
        if number % 4 == 3:
            Cache(cache).clean(everything=True)  # the next one begins with nothing

    def arguments(number: int) -> list[str]:
        brought = ["--from", str(work / "gaspar.zip")] if number % 4 == 2 else ["--refresh"]
        return ["data", "get", "gaspar", *brought]

    return Trial("data get", place, arguments, state, recovered)


def started(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tiGIS", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def archive(path: Path) -> None:
    """Write an archive of GASPAR: real tables, and some MB more, so that it takes a while to send."""
    with zipfile.ZipFile(path, "w") as out:
        for table in ("azi", "pprt"):
            content = gzip.decompress((DATA / "risques" / f"gaspar_{table}_2024.csv.gz").read_bytes())
            out.writestr(f"{table}_gaspar.csv", content)
        out.writestr("annexe.bin", bytes(20_000_000))


class Slow(http.server.BaseHTTPRequestHandler):
    """Send one file, from where it is asked for, in half a second or so."""

    content = b""

    def do_GET(self) -> None:
        given = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0]
        first = int(given) if self.headers.get("If-Range") in (None, '"one"') else 0
        self.send_response(206 if first else 200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(self.content) - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}")
        self.end_headers()
        try:
            for start in range(first, len(self.content), 400_000):
                self.wfile.write(self.content[start : start + 400_000])
                time.sleep(0.01)
        except OSError:  # the other side was killed
            pass

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help="gather, maps, get; by default all")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.times} times each", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        archive(work / "gaspar.zip")
        Slow.content = (work / "gaspar.zip").read_bytes()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for make in (get, maps, gather):
            if not options.commands or make.__name__ in options.commands:
                environment(make, work, server.server_address[1])
                killed(make(work), options.times, random.Random(options.seed))  # noqa: S311


def environment(make: Callable[[Path], Trial], work: Path, port: int) -> None:
    """Say to the children where the cache is and what may be asked."""
    os.environ |= {"NO_PROXY": "127.0.0.1", "TIGIS_MIRROR": f"http://127.0.0.1:{port}"}
    os.environ["TIGIS_CACHE"] = str(work / ("cache of get" if make is get else "cache"))
    os.environ["TIGIS_OFFLINE"] = "0" if make is get else "1"
    if make is not get:
        register("gaspar", work / "gaspar.zip", cache=Cache(work / "cache"))
        comparateur = DATA / "indicateurs" / "insee_base_cc_comparateur_2022.zip"
        register("insee_comparateur", comparateur, cache=Cache(work / "cache"))


def killed(trial: Trial, times: int, moments: random.Random) -> None:
    """Kill a command again and again, look at what stands there, and run it to its end."""
    whole = run(trial, 0, None)[0]
    states: Counter[str] = Counter()
    left, kills = 0, 0
    for number in range(times):
        _, died = run(trial, number, moments.uniform(0, whole))
        kills += died
        states[trial.after_kill()] += 1
        left = max(left, sum(name.startswith(".tigis-") for name in names(trial.place)))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tigis.main(trial.arguments(number), standalone_mode=False)  # here: without the time to start
        trial.after_all(number)
        if number % 10 == 9:
            print(f"{trial.name}: {number + 1} times, {kills} killed, {dict(states)}, all right", flush=True)
    print(
        f"{trial.name}: {times} runs ({whole:.2f} s on files), {kills} killed, {times - kills} ended; "
        f"then {dict(states)}; at most {left} private folders left by a kill, none after the second run; "
        "all second runs right",
        flush=True,
    )


if __name__ == "__main__":
    main()
