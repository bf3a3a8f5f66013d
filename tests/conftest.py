"""What all tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TIGIS_SHARED", ROOT.parent / "shared"))
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
def shared_data() -> Path:
    """The folder of real files kept beside the project; the test is skipped where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"real files not at hand: no {folder} (set TIGIS_SHARED to the folder that holds data/)")
    return folder


@pytest.fixture(scope="session")
def shared_facts() -> Path:
    """The folder of tables of figures kept beside the project; skipped where it is absent."""
    folder = SHARED / "facts"
    if not folder.is_dir():
        pytest.skip(f"tables of figures not at hand: no {folder} (set TIGIS_SHARED)")
    return folder


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
