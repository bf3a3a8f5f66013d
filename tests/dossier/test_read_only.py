"""Installed where nothing may be written, started from a folder that is read-only too, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = """
import numpy as np
from tiGIS.routing._dijkstra import outgoing
ptr = outgoing(2, np.array([0, 1], np.int32), np.array([1, 0], np.int32), np.array([5, 6], np.int32), 9)[0]
print(ptr.tolist())
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory):
    """Give a function that runs Python on a copy of the package that can't be written."""
    folder = tmp_path_factory.mktemp("très à part")
    package = folder / "paquet installé"
    shutil.copytree(
        ROOT / "src" / "tiGIS", package / "src" / "tiGIS", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "data", package / "data")
    (folder / "maison").mkdir()
    locked = f"mount --bind '{package}' '{package}' && mount -o remount,ro,bind '{package}'"
    wrap: list[str] = []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # to root, only a read-only disk is read-only
        wrap = ["unshare", "-m", "bash", "-c", f'{locked} && cd "$0" && exec "$@"', str(package)]
        if shutil.which("unshare") is None or subprocess.run([*wrap, "true"], check=False).returncode:
            pytest.skip("no right to mount a folder read-only")
    else:
        for path in (package, *package.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
    known = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "PYTHON"))}
    environment = {
        **known,
        "HOME": str(folder / "maison"),
        "XDG_CACHE_HOME": str(folder / "maison" / ".cache"),
        "TIGIS_OFFLINE": "1",
        "PYTHONPATH": str(package / "src"),
        "PYTHONIOENCODING": "utf-8",
    }
    environment.pop("TIGIS_CACHE", None)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*wrap, sys.executable, *arguments],
            cwd=package,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    if not wrap:
        for path in (package, *package.rglob("*")):
            path.chmod(0o755)


def test_it_is_really_read_only(started) -> None:
    said = started("-c", "import pathlib\ntry: pathlib.Path('x').touch()\nexcept OSError: print('refused')")
    assert said.strip() == "refused"


def test_commands_run(started, tmp_path: Path) -> None:
    command = ("-c", "from tiGIS.cli import main; main()")
    assert "Alès" in started(*command, "info", "200066918")
    built = tmp_path / "le territoire"
    started(*command, "gather", "200066918", "-o", str(built))
    said = started(*command, "maps", "--dossier", str(built), "-o", str(tmp_path / "les cartes"))
    assert "densite.html" in said
    assert (tmp_path / "les cartes" / "densite.html").is_file()


def test_kernels_are_compiled_though_nothing_can_be_kept_beside_them(started) -> None:
    """numba keeps them in the user's folder, or nowhere."""
    assert started("-c", KERNEL).strip() == "[0, 1, 2]"
    (package,) = started(
        "-c", "import tiGIS, pathlib; print(pathlib.Path(tiGIS.__file__).parent)"
    ).splitlines()
    assert not list(Path(package).rglob("__pycache__"))
