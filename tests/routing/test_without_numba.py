"""Where numba is absent or doesn't work, scipy answers, and says so once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tiGIS

SCRIPT = """
import sys, warnings
{block}
import numpy as np
from tiGIS.routing import _router
from tiGIS.routing._terminals import Terminals

_router.SMALL = 0
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    ring = _router.Router(3, [0, 1, 0], [0, 0, 1], [0, 1, 2], [1, 2, 0])
    all_three = Terminals.at_nodes([0, 1, 2])
    for factor in (1, 2):
        times = ring.with_weights(np.array([10, 20, 30]) * factor)
        assert times.matrix(all_three, all_three)[0].tolist() == [0, 10 * factor, 30 * factor]
        assert times.path(all_three[1:2], all_three[0:1]).arcs.tolist() == [1, 2]
        assert times.nearest(all_three, all_three[0:1])[1].ravel().tolist() == [0, 50 * factor, 30 * factor]
messages = [str(w.message) for w in said if "routing" in str(w.message)]
assert len(messages) == 1, messages
assert "scipy" in messages[0]
assert not any(name.startswith("tiGIS.routing._compiled") for name in sys.modules)
"""


@pytest.mark.parametrize(
    ("block", "environment"),
    [("sys.modules['numba'] = None", {}), ("", {"NUMBA_DISABLE_JIT": "1"})],
    ids=["absent", "switched off"],
)
def test_scipy_takes_over(block: str, environment: dict[str, str]) -> None:
    source = Path(tiGIS.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(block=block)],
        env={**os.environ, "PYTHONPATH": str(source), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
