"""Measures of accessibility and enclavement: ratios against PySAL access, and the bundled tables' time.

    python benchmarks/bench_accessibility.py

PySAL ``access`` must be installed (extra ``test``). The bundle's tables (149 TI and the communes of Alès)
must take under 60 s together; the PACA script (scripts/paca_enclavement.py) prints its own time.
"""

import platform
import time
from importlib.metadata import version

import numpy as np
import pandas as pd

import tiGIS
from tiGIS.accessibility import decay, floating_catchment
from tiGIS.enclavement import INDEX_INDICATORS, commune_table, enclavement_index, industry_table, rose_of


def timed(call):
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def against_access(rows: int = 2000, columns: int = 500) -> None:
    from access import fca, weights

    random = np.random.default_rng(0)
    times = pd.DataFrame(
        random.uniform(1, 90, (rows, columns)),
        index=[f"o{n}" for n in range(rows)],
        columns=[f"d{n}" for n in range(columns)],
    )
    people = pd.Series(random.integers(1, 5000, rows).astype(float), index=times.index)
    supply = pd.Series(random.integers(1, 50, columns).astype(float), index=times.columns)
    steps = {10: 1, 30: 0.5, 45: 0.1}
    long = times.rename_axis("origin").reset_index().melt("origin", var_name="dest", value_name="cost")
    frames = [
        people.rename("demand").rename_axis("geoid").to_frame(),
        supply.rename("supply").rename_axis("geoid").to_frame(),
    ]
    for method, run in (("e2sfca", fca.two_stage_fca), ("3sfca", fca.three_stage_fca)):
        theirs, slow = timed(
            lambda run=run: run(*frames, long, 45, demand_index=True, weight_fn=weights.step_fn(steps))
        )
        ours, quick = timed(
            lambda method=method: floating_catchment(
                times, people, supply, decay.stepwise(steps), method, cutoff_min=45
            )
        )
        assert np.allclose(ours, theirs.reindex(ours.index), rtol=1e-9)
        print(
            f"{method} {rows} x {columns}: access {slow:.2f} s, tiGIS {quick:.3f} s, ratio {slow / quick:.0f}"
        )


def bundle() -> None:
    network, load = timed(tiGIS.load_interurban_network)
    communes = tiGIS.load_communes(epci="200066918")
    commune_table(network, communes)  # compiled code is loaded once
    _, ales = timed(lambda: commune_table(network, communes))
    _, rose = timed(lambda: rose_of(network, "30007"))
    table, industry = timed(lambda: industry_table(network))
    _, index = timed(lambda: enclavement_index(table[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS))
    print(
        f"network {load:.1f} s, Alès {ales:.1f} s, rose {rose:.1f} s, 149 TI {industry:.1f} s, index "
        f"{index:.2f} s"
    )
    print(f"together: {load + ales + rose + industry + index:.1f} s (to hold: under 60)")


if __name__ == "__main__":
    print(
        platform.platform(),
        platform.processor(),
        *(f"{n} {version(n)}" for n in ("numpy", "pandas", "access")),
    )
    against_access()
    bundle()
