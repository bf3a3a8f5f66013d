"""What all tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CUTS = Path(__file__).resolve().parent / "data"
IN_CI = os.environ.get("CI") == "true"

# Timing is never a criterion of a test: no deadline. Everyone draws the same examples, every time; random
# seeds have their own run (scripts/fuzz.py), and what it finds becomes a fixed @example.
settings.register_profile(
    "tiGIS", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", settings.get_profile("tiGIS"), derandomize=False, max_examples=1_000, print_blob=True
)
settings.load_profile("tiGIS")


@pytest.fixture(scope="session")
def real_files() -> Path:
    """Cuts of real files, with their licence beside them: see tests/data/README.md."""
    if not CUTS.is_dir():
        pytest.skip(f"no {CUTS}: the cuts of real files are in the repository, not in the source archive")
    return CUTS


@pytest.fixture(scope="session")
def fact_tables(real_files: Path) -> Path:
    """Small tables of figures that were compiled apart, each citable."""
    return real_files / "facts"


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge", "chrome")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium through Playwright; absent, it fails in CI and skips elsewhere."""
    path = os.environ.get("TIGIS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "no Chromium, Chrome or Edge on the PATH (or in TIGIS_BROWSER): browser tests not run"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield running
        running.close()
