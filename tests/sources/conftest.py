"""The producers on loopback, and a cache of the test's own (in a folder with spaces and accents)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.server import Producers, running
from tiGIS.sources import Cache, Settings, Transport


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Producers]:
    """The server; all addresses of the catalogue are asked of it."""
    with running() as known:
        monkeypatch.setenv("TIGIS_MIRROR", known.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "données à moi"))
        monkeypatch.delenv("TIGIS_OFFLINE", raising=False)
        yield known


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "données à moi")


@pytest.fixture
def waits() -> list[float]:
    """Seconds that a transport would have slept."""
    return []


@pytest.fixture
def transport(waits: list[float]) -> Transport:
    """Patient in the same way as for a user, but waiting is only noted."""
    return Transport(Settings(sleep=waits.append))


@pytest.fixture
def impatient(waits: list[float]) -> Transport:
    """Soon tired of a server that says nothing or little; for those alone, a loaded machine is slow too."""
    return Transport(Settings(read_timeout_s=0.3, slow_after_s=0.1, slow_bytes_per_s=1e5, sleep=waits.append))
