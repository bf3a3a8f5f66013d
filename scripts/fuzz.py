"""Run the tests that draw their inputs, with random seeds, for as long as asked.

    python scripts/fuzz.py [--minutes 60] [--seed N] [--rounds N] [TESTS ...]

The suite draws the same examples every time. Here each round draws others, from a seed of its own that is
printed as it starts: `--seed` with the number of a round and `--rounds 1` draw it again. A round lasts
as long as its tests; the last one is stopped when the time is over. TESTS: files, folders or tests, as pytest
takes them (all by default).

What fails is written at the end, with the example and the `@reproduce_failure` that draws it alone, and into
the file FUZZ.txt of the folder that the script is run from. Each becomes an `@example` of its test, once
mended. It ends with 1 where something failed, 0 otherwise.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = Path("FUZZ.txt")
NOTHING_RUN, FAILED, PASSED = 5, 1, 0
FAILURE = re.compile(r"^_{3,} (.+?) _{3,}$(.*?)(?=^_{3,} |^={3,} )", re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"^E\s+(.*)$", re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tests", nargs="*", default=["tests"], metavar="TESTS")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None, help="of the first round; the others follow it")
    parser.add_argument("--rounds", type=int, default=None, help="at most so many")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    end = time.monotonic() + 60 * asked.minutes
    found: dict[str, str] = {}
    done = 0
    while time.monotonic() < end and (asked.rounds is None or done < asked.rounds):
        print(f"round {done + 1}, seed {seed + done}", flush=True)
        code, said = run_round(asked.tests, seed + done, end - time.monotonic())
        if code is not None and code not in (PASSED, FAILED):
            print(said)
            print(f"pytest ended with {code}" + (": no test drew anything" if code == NOTHING_RUN else ""))
            return 1
        for test, text in failures(said).items():
            if test not in found:
                print(f"  failed: {test}", flush=True)
            found.setdefault(test, f"# round {done + 1}, seed {seed + done}\n{text}")
        done += 1
    report(found)
    print(f"{done} rounds from seed {seed}; {len(found)} tests failed" + (f": see {REPORT}" if found else ""))
    return FAILED if found else PASSED


def run_round(tests: list[str], seed: int, seconds: float) -> tuple[int | None, str]:
    """Run one round; its exit code (None where the time was over first) and what it printed."""
    command = [
        sys.executable, "-m", "pytest", "-m", "hypothesis", "--hypothesis-profile=fuzz",
        f"--hypothesis-seed={seed}", "-p", "no:cacheprovider", "-q", "--tb=short", "--color=no", *tests,
    ]  # fmt: skip
    started = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    try:
        said, _ = started.communicate(timeout=max(seconds, 1.0))
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            started.terminate()
        else:
            started.send_signal(signal.SIGINT)  # pytest then writes what it has found
        said, _ = started.communicate()
        return None, said
    return started.returncode, said


def failures(said: str) -> dict[str, str]:
    """Text of each failure, by test: its falsifying example and the decorator that draws it again."""
    return {test: "\n".join(TOLD.findall(text)) or text.strip() for test, text in FAILURE.findall(said)}


def report(found: dict[str, str]) -> None:
    """Print each failure, and keep it in a file; no file is left where nothing failed."""
    REPORT.unlink(missing_ok=True)
    if found:
        text = "\n\n".join(f"{test}\n{'-' * len(test)}\n{what}" for test, what in found.items())
        print("\n" + text + "\n")
        REPORT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
