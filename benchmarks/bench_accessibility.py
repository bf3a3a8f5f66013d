"""All measures of accessibility and enclavement that the bundle feeds, one time each; ratios to PySAL access.

    python benchmarks/bench_accessibility.py

To hold: all measures of the 149 Territoires d'industrie and of the communes of Alès in under 60 s together.
Not among them, since the bundle lacks what they count: apl, ufc, standardised_demand (doctors),
facility_times (services), with_carless (cars); they run on real files in the tests. PySAL ``access`` is
compared with where it is installed (extra ``test``). scripts/paca_enclavement.py shows its own time.
"""

import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd

import tiGIS
from tiGIS import accessibility as access_to
from tiGIS import enclavement, inequality
from tiGIS.accessibility import decay, floating_catchment
from tiGIS.cases.ales import n106
from tiGIS.enclavement import INDEX_INDICATORS

ALES, CENTRE = "200066918", "30007"
CATCHMENTS = ("2sfca", "e2sfca", "3sfca", "m2sfca", "bfca")
HALF_HOUR = decay.gaussian(30)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def against_access(rows: int = 2000, columns: int = 500) -> None:
    """Work out the same catchments by both, and show how many times longer PySAL access takes."""
    try:
        from access import fca, weights
    except ImportError:
        print("PySAL access is not installed: no ratio (pip install access)")
        return
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


def of_a_table(times: Any, people: pd.Series, mass: pd.Series, jobs: pd.Series) -> dict[str, Callable]:
    """Give the measures that read minutes: rows ``people``, columns ``mass`` (people) and ``jobs``."""
    inside = pd.Series(8.0, index=people.index)
    zero = {"allow_zero_intrazonal": True}
    return {
        "cumulative": lambda: access_to.cumulative(times, jobs, [15, 30, 45, 60], **zero),
        "cumulative, from": lambda: access_to.cumulative(times, people, 45, direction="from", **zero),
        "cumulative_interval": lambda: access_to.cumulative_interval(times, jobs, (30, 45), **zero),
        "gravity": lambda: access_to.gravity(times, jobs, HALF_HOUR, **zero),
        "nearest, 3": lambda: access_to.nearest(times, 3, **zero),
        "time_to_reach": lambda: access_to.time_to_reach(times, jobs, 20_000, **zero),
        "balancing_cost": lambda: access_to.balancing_cost(times, people, jobs, **zero),
        "spatial_availability": lambda: access_to.spatial_availability(
            times, people, jobs, HALF_HOUR, **zero
        ),
        **{
            f"floating_catchment, {method}": lambda method=method: floating_catchment(
                times, people, jobs, HALF_HOUR, method, cutoff_min=60, **zero
            )
            for method in CATCHMENTS
        },
        "population_potential": lambda: access_to.population_potential(
            times, mass, HALF_HOUR, self_potential=inside
        ),
    }


def bundle() -> list[tuple[str, str, float]]:
    """Run every measure that the bundle feeds; give its territory, its name and its seconds."""
    done: list[tuple[str, str, float]] = []

    def run(where: str, name: str, call: Callable[[], Any]) -> Any:
        result, seconds = timed(call)
        done.append((where, name, seconds))
        return result

    network = run("both", "load_interurban_network", tiGIS.load_interurban_network)
    targets = run("both", "load_targets", enclavement.load_targets)
    _ales(network, targets, run)
    _territories(network, run)
    return done


def _ales(network: Any, targets: Any, run: Callable[..., Any]) -> None:
    communes = tiGIS.load_communes(epci=ALES)
    around = tiGIS.load_communes(departement=["07", "12", "13", "26", "30", "34", "48", "84"])
    halls = enclavement.town_hall_points(around)
    people, mass = communes["population"].astype(float), around["population"].astype(float)
    jobs = mass.rename("jobs") * 0.4  # jobs elsewhere are not bundled by commune: the same work
    table = run(
        "Alès",
        "commune_table (times, legal tests)",
        lambda: tiGIS.enclavement.commune_table(network, communes),
    )
    for law in ("1995", "2019"):
        run(
            "Alès",
            f"legal_readings, {law}",
            lambda law=law: tiGIS.enclavement.legal_readings(table, people, table["area_km2"], law=law),
        )
    run("Alès", "territory_summary", lambda: enclavement.territory_summary(table))
    for sectors in (8, 16):
        run(
            "Alès",
            f"rose_of, {sectors}",
            lambda sectors=sectors: enclavement.rose_of(network, CENTRE, sectors=sectors),
        )
    gates = targets["motorway"]
    run("Alès", "redundancy", lambda: tiGIS.enclavement.redundancy(network, communes, gates))
    run("Alès", "critical_roads", lambda: tiGIS.enclavement.critical_roads(network, communes, people, gates))
    sites = (
        tiGIS.datasets.ales_brownfields()
    )  # industrial sites have no position in the bundle; brownfields have
    kinds = pd.DataFrame({"residents": mass, "workers": jobs})
    networks = run("Alès", "driving_profiles", lambda: tiGIS.scenario.driving_profiles(network))
    run("Alès", "site_access", lambda: tiGIS.enclavement.site_access(networks, sites, halls, kinds))
    own = halls.loc[communes.index]
    times = run("Alès", "travel_times", lambda: tiGIS.travel_times(network, own, halls))
    for name, call in of_a_table(times, people, mass, jobs).items():
        run("Alès", name, call)
    minutes = table["motorway_min"]
    run("Alès", "summarise", lambda: access_to.summarise(minutes, people, thresholds=[45]))
    edge = run("Alès", "minutes_to_edge", lambda: access_to.minutes_to_edge(own, around.union_all()))
    shown = access_to.cumulative(times, jobs, 30, allow_zero_intrazonal=True)
    run("Alès", "with_edge_share", lambda: access_to.with_edge_share(shown, edge, 10, people))
    run("Alès", "opportunity_buffer", lambda: access_to.opportunity_buffer(communes, 45))
    for name, call in {
        "gini": lambda: inequality.gini(minutes, people),
        "theil": lambda: inequality.theil(minutes, people),
        "concentration_index": lambda: inequality.concentration_index(minutes, people, table["area_km2"]),
        "palma": lambda: inequality.palma(minutes, people, table["area_km2"]),
        "foster_greer_thorbecke": lambda: inequality.foster_greer_thorbecke(
            minutes, people, 45, 1, higher_is_better=False
        ),
    }.items():
        run("Alès", name, call)
    variants = n106.variants()
    run("Alès", "compare, RN 106 in three variants", lambda: n106.n106_comparisons(network, variants))
    run("Alès", "compare, stations reopened", lambda: n106.stations_comparison(network))


def _territories(network: Any, run: Callable[..., Any]) -> None:
    from tiGIS.enclavement._tables import _seats

    jobs = run(
        "149 TI",
        "jobs by EPCI",
        lambda: tiGIS.indicators.indicator_table("epci", "jobs_2018", map_year=2021)["jobs_2018"],
    )
    table = run("149 TI", "industry_table", lambda: tiGIS.enclavement.industry_table(network, jobs=jobs))
    run(
        "149 TI",
        "enclavement_index, 1000 draws",
        lambda: tiGIS.enclavement.enclavement_index(table[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS),
    )
    communes = tiGIS.load_communes()
    seats = _seats(communes, pd.DataFrame({"group": communes["siren"], "code_insee": communes.index}))
    members = tiGIS.territory.territoire_members("2018-2022", communes=True)[["id_ti", "code_insee"]].dropna()
    own = _seats(communes, members.rename(columns={"id_ti": "group"}))
    times = run(
        "149 TI", "travel_times", lambda: tiGIS.travel_times(network, own, seats, too_far="unreachable")
    )
    people, mass = own["population"].astype(float), seats["population"].astype(float)
    work = jobs.reindex(seats.index).fillna(0.0)
    for name, call in of_a_table(times, people, mass, work).items():
        run("149 TI", name, call)
    xy = [np.column_stack([each.geometry.x, each.geometry.y]) for each in (own, seats)]
    straight = np.hypot(*(xy[0][:, None] - xy[1][None]).transpose(2, 0, 1)) / 1000
    straight = pd.DataFrame(straight, index=own.index, columns=seats.index)
    run("149 TI", "network_efficiency", lambda: enclavement.network_efficiency(times, straight, mass))


def versions(*names: str) -> str:
    """Name the versions of packages, or say that one is absent."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return ", ".join(found)


if __name__ == "__main__":
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(versions("numpy", "pandas", "scipy", "numba", "shapely", "access"))
    against_access()
    start, cpu = time.perf_counter(), time.process_time()
    rows = bundle()
    for where, name, seconds in rows:
        print(f"{where:7} {name:40} {seconds:7.2f} s")
    took, used = time.perf_counter() - start, time.process_time() - cpu
    print(f"{len(rows)} measures together: {took:.1f} s, of which {used:.1f} s of CPU (to hold: under 60)")
